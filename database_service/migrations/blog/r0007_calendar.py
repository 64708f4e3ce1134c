"""An index to count posts by month from, without reading a post."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_posts_calendar", "posts", ["kind", "status", "published_at", "visibility"])
