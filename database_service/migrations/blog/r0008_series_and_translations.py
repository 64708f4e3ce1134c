"""Series, and posts that are translations of one another."""

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Line
from database_service.migrations.vocabulary import identified, json, line, moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "series",
        *identified(),
        line("slug", 200, unique=True),
        line("title", 300),
        line("description", 2_000, nullable=True),
        json("post_order"),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_series_title", "series", ["title", "id"])
    op.add_column("posts", sa.Column("series_id", Line(200)))
    op.add_column("posts", sa.Column("translation_group", Line(200)))
    op.create_index("ix_posts_series", "posts", ["series_id", "kind", "status", "published_order", "id", "visibility"])
    op.create_index("uq_posts_translation", "posts", ["translation_group", "language"], unique=True)
