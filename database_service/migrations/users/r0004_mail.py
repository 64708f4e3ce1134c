"""Mails that are to be sent, and the links in them."""

from alembic import op

from database_service.migrations.vocabulary import choice, identified, json, line, moment, number, reference

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "outbox",
        *identified(),
        line("kind", 64),
        line("account_id", 36, nullable=True),
        line("recipient", 320, nullable=True),
        json("details"),
        choice("state", ("pending", "dead")),
        number("attempts"),
        moment("due_at"),
        moment("expires_at", nullable=True),
        line("problem", 500, nullable=True),
        moment("created_at"),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "due_at", "id"])
    op.create_index("ix_outbox_account", "outbox", ["account_id", "due_at", "id"])
    op.create_table(
        "mail_links",
        *identified(),
        choice("kind", ("password_reset", "registration", "email_change")),
        reference("account_id", "accounts", nullable=True),
        line("digest", 64),
        json("details"),
        moment("created_at"),
        moment("expires_at"),
    )
    op.create_index("ix_mail_links_account", "mail_links", ["account_id", "expires_at", "id"])
    op.create_index("ix_mail_links_end", "mail_links", ["expires_at", "id"])
