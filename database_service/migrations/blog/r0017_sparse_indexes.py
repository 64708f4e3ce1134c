"""What few posts have is indexed for those few: each index costs every post that is written a page of the log."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

SPARSE = {
    "ix_posts_cover_id": ("cover_id", ()),
    "ix_posts_series": ("series_id", ("kind", "status", "published_order", "id", "visibility")),
    "uq_posts_translation": ("translation_group", ("language",)),
}


def upgrade() -> None:
    for name, (column, others) in SPARSE.items():
        op.drop_index(name, "posts")
        present = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            name,
            "posts",
            [column, *others],
            unique=name.startswith("uq_"),
            sqlite_where=present,
            postgresql_where=present,
        )
