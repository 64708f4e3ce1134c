"""Webhooks, what they are still to be told, and up to where that was worked out."""

import sqlalchemy as sa
from alembic import op

from database_service.json_types import Json
from database_service.migrations.vocabulary import choice, flag, identified, json, line, moment, number

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "webhooks",
        *identified(),
        line("url", 2000),
        line("description", 200, nullable=True),
        sa.Column("events", Json("array"), nullable=False),
        flag("active"),
        number("since"),
        line("secret", 100),
        line("old_secret", 100, nullable=True),
        moment("old_secret_ends_at", nullable=True),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_webhooks_created", "webhooks", ["created_at", "id"])
    _deliveries()
    op.create_table(
        "announcements",
        *identified(),
        flag("shown"),
    )
    op.create_table("announcing", *identified(), number("position"), moment("told_until"), moment("begun_at"))


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *identified(),
        line("webhook_id", 36),
        line("event", 64),
        line("subject", 80),
        number("position"),
        choice("state", ("pending", "delivered", "dead")),
        number("attempts"),
        moment("due_at"),
        moment("created_at"),
        moment("ended_at", nullable=True),
        json("payload"),
        sa.Column("tries", Json("array"), nullable=False),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "due_at", "id"])
    op.create_index("ix_deliveries_log", "deliveries", ["webhook_id", "created_at", "id", "state"])
    op.create_index("ix_deliveries_queue", "deliveries", ["webhook_id", "state", "due_at", "id"])
    op.create_index("ix_deliveries_order", "deliveries", ["webhook_id", "subject", "state", "position", "id"])
