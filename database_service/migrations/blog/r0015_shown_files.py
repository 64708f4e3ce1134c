"""Which uploaded files a post shows."""

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Line, Moment
from database_service.json_types import Ids
from database_service.migrations.vocabulary import add_columns, reference

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    add_columns("posts", sa.Column("media_ids", Ids(300)))
    op.create_table(
        "posts_media",
        sa.Column("record_id", Line(200), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        reference("media_id", "media"),
        sa.Column("kind", Line(4), nullable=False),
        sa.Column("status", Line(11), nullable=False),
        sa.Column("visibility", Line(8), nullable=False),
        sa.Column("published_order", Moment(), nullable=False),
    )
    columns = ["media_id", "kind", "status", "published_order", "record_id", "visibility"]
    op.create_index("ix_posts_media_lists", "posts_media", columns)
