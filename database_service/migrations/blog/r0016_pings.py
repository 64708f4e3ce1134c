"""Up to where others were told of changed posts."""

from alembic import op

from database_service.migrations.vocabulary import identified, moment, number

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "pings", *identified(), number("position"), moment("told_until"), number("attempts"), moment("due_at")
    )
