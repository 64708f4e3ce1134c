"""Which addresses were proven."""

from alembic import op

from database_service.migrations.vocabulary import add_columns, moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    add_columns("accounts", moment("email_verified_at", nullable=True))
    # Whoever registered or was invited did so by a link; only the owner was asked for no proof
    op.execute("UPDATE accounts SET email_verified_at = created_at WHERE role <> 'owner' AND state <> 'deleted'")
