"""Invitations."""

from alembic import op

from database_service.migrations.vocabulary import choice, identified, line, moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "invitations",
        *identified(),
        line("email", 320),
        line("email_key", 640, unique=True),
        choice("role", ("author", "editor")),
        line("invited_by", 36),
        line("digest", 64),
        moment("created_at"),
        moment("expires_at"),
    )
    op.create_index("ix_invitations_end", "invitations", ["expires_at", "id"])
    op.create_index("ix_invitations_inviter", "invitations", ["invited_by", "expires_at", "id"])
