"""Who takes over what a deleted account leaves."""

from database_service.migrations.vocabulary import add_columns, line

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    add_columns("accounts", line("heir_id", 36, nullable=True))
