"""The search index of posts, filled from the posts that are there."""

import sqlalchemy as sa

from database_service.column_types import Line, Moment
from database_service.declaration import SearchField
from database_service.migrations.searching import create_search

revision = "0005"
down_revision = "0004"

FIELDS = (
    SearchField("title", "A"),
    SearchField("summary", "B"),
    SearchField("html", "D", markup=True, withheld=("visibility", "members")),
)


def upgrade() -> None:
    mirrors = [
        sa.Column("kind", Line(4), nullable=False),
        sa.Column("status", Line(11), nullable=False),
        sa.Column("visibility", Line(8), nullable=False),
        sa.Column("published_order", Moment(), nullable=False),
    ]
    create_search("posts", mirrors, FIELDS)
