"""The change feed, idempotency keys and link positions."""

from database_service.migrations.vocabulary import create_service_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_service_tables()
