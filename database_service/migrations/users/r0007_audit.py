"""The audit."""

from alembic import op

from database_service.migrations.vocabulary import identified, json, line, moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "audit",
        *identified(),
        line("event", 64),
        line("account_id", 36, nullable=True),
        line("actor_id", 36, nullable=True),
        line("address", 64, nullable=True),
        line("user_agent", 500, nullable=True),
        line("request_id", 128, nullable=True),
        json("details"),
        moment("created_at"),
    )
    op.create_index("ix_audit_created", "audit", ["created_at", "id"])
    op.create_index("ix_audit_account", "audit", ["account_id", "created_at", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor_id", "created_at", "id"])
    op.create_index("ix_audit_event", "audit", ["event", "created_at", "id"])
