"""Work that outlives a request."""

from alembic import op

from database_service.migrations.vocabulary import choice, identified, json, line, moment, number

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "jobs",
        *identified(),
        choice("kind", ("variants", "rerender", "export", "import")),
        choice("state", ("pending", "done", "failed", "cancelled")),
        line("account_id", 36),
        line("subject", 36, nullable=True),
        json("wishes"),
        number("done"),
        number("total", nullable=True),
        line("file", 100, nullable=True),
        line("problem", 500, nullable=True),
        number("attempts"),
        moment("due_at"),
        moment("created_at"),
        moment("ended_at", nullable=True),
        json("report", nullable=True),
    )
    op.create_index("ix_jobs_due", "jobs", ["state", "due_at", "id"])
    op.create_index("ix_jobs_created", "jobs", ["created_at", "id", "kind", "state"])
    op.create_index("ix_jobs_account", "jobs", ["account_id", "created_at", "id"])
    op.create_index("ix_jobs_subject", "jobs", ["subject", "created_at", "id"])
