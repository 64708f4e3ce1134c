"""Accounts, sessions, personal access tokens and the code of the first set-up."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Moment
from database_service.migrations.vocabulary import choice, identified, json, line, moment, reference

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_accounts()
    _create_sessions()
    _create_tokens()
    op.create_table("setup", *identified(), line("code_digest", 64), moment("created_at"))


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        *identified(),
        line("username", 64),
        line("username_key", 128, unique=True),
        line("email", 320),
        line("email_key", 640, unique=True),
        line("name", 200),
        choice("role", ("reader", "author", "editor", "admin", "owner")),
        choice("state", ("active", "suspended", "deleted")),
        line("password_hash", 500),
        line("bio", 5_000, nullable=True),
        line("website", 2_000, nullable=True),
        line("avatar_url", 2_000, nullable=True),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_accounts_created", "accounts", ["created_at", "id"])
    owner = sa.text("role = 'owner'")
    op.create_index("uq_accounts_owner", "accounts", ["role"], unique=True, sqlite_where=owner, postgresql_where=owner)


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        *identified(),
        reference("account_id", "accounts"),
        line("refresh_digest", 64),
        line("previous_digest", 64, nullable=True),
        moment("rotated_at", nullable=True),
        line("user_agent", 500, nullable=True),
        line("address", 64, nullable=True),
        moment("created_at"),
        moment("used_at"),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
        _end(),
    )
    op.create_index("ix_sessions_account_created", "sessions", ["account_id", "created_at", "id"])
    op.create_index("ix_sessions_created", "sessions", ["created_at", "id"])


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        *identified(),
        reference("account_id", "accounts"),
        line("name", 200),
        line("digest", 64, unique=True),
        line("hint", 16),
        json("scopes"),
        moment("expires_at", nullable=True),
        moment("used_at", nullable=True),
        moment("revoked_at", nullable=True),
        moment("created_at"),
        _end(),
    )
    op.create_index("ix_tokens_account_created", "tokens", ["account_id", "created_at", "id"])
    op.create_index("ix_tokens_created", "tokens", ["created_at", "id"])


def _end() -> sa.Column[Any]:
    end = sa.Computed("coalesce(revoked_at, expires_at, '9999-12-31T23:59:59.999999Z')", persisted=True)
    return sa.Column("ends_at", Moment(), end)
