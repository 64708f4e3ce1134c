"""Comments, who writes them, and the site's rules for them; callers get the names that comments appear under."""

import secrets

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Line
from database_service.json_types import Json
from database_service.migrations.vocabulary import (
    add_columns,
    choice,
    flag,
    identified,
    json,
    line,
    moment,
    number,
    reference,
)

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _create_commenters()
    _create_comments()
    op.create_table("discussions", *identified(), moment("updated_at"))
    op.add_column("site", sa.Column("comments", Json("object")))
    op.add_column("site", sa.Column("comment_words", Json("array")))
    add_columns("site", line("address_salt", 64, nullable=True))
    op.execute(sa.text("UPDATE site SET address_salt = :salt").bindparams(salt=secrets.token_hex(32)))
    add_columns(
        "callers",
        line("username", 64, nullable=True),
        line("name", 200, nullable=True),
        line("avatar_url", 2_000, nullable=True),
    )
    # The link reads the accounts once more, and so brings the names of those who are there already
    op.execute("DELETE FROM link_positions")


def _create_commenters() -> None:
    op.create_table(
        "commenters",
        *identified(),
        line("key", 100, unique=True),
        line("account_id", 36, nullable=True),
        line("name", 200, nullable=True),
        number("approved"),
        json("recent"),
        flag("banned"),
        line("note", 500, nullable=True),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_commenters_banned", "commenters", ["banned", "updated_at", "id"])
    op.create_index("ix_commenters_updated", "commenters", ["updated_at", "id"])
    op.create_index("ix_commenters_account", "commenters", ["account_id", "id"])


def _create_comments() -> None:
    op.create_table(
        "comments",
        *identified(),
        reference("post_id", "posts"),
        sa.Column("parent_id", Line(200)),
        line("path", 200),
        number("depth"),
        choice("status", ("pending", "approved", "spam", "deleted")),
        choice("shown", ("comment", "place", "nothing")),
        flag("answered"),
        line("account_id", 36, nullable=True),
        sa.Column("commenter_id", Line(200)),
        line("name", 200, nullable=True),
        line("email", 320, nullable=True),
        line("website", 2_000, nullable=True),
        line("secret_digest", 64, nullable=True),
        line("markdown", 20_000),
        line("html", 400_000),
        number("score"),
        json("reasons"),
        moment("created_at"),
        moment("edited_at", nullable=True),
        moment("updated_at"),
    )
    op.create_index("ix_comments_thread", "comments", ["post_id", "path", "id", "shown"])
    op.create_index("ix_comments_post", "comments", ["post_id", "status", "created_at", "id"])
    op.create_index("ix_comments_queue", "comments", ["status", "created_at", "id"])
    op.create_index("ix_comments_created", "comments", ["created_at", "id"])
    op.create_index("ix_comments_account", "comments", ["account_id", "created_at", "id"])
