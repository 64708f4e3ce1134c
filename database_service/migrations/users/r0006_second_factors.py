"""Second factors."""

from alembic import op

from database_service.migrations.vocabulary import choice, identified, json, line, moment, number, reference

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "second_factors",
        *identified(),
        reference("account_id", "accounts"),
        choice("state", ("pending", "on")),
        line("secret", 64),
        number("used_step", nullable=True),
        json("recovery_digests"),
        moment("created_at"),
        moment("confirmed_at", nullable=True),
    )
    op.create_index("ix_second_factors_account_id", "second_factors", ["account_id"])
