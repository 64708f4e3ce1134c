"""What readers saw and was taken from them: the post that is hidden, the address of one that is gone."""

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Line, Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("posts", sa.Column("seen_at", Moment()))
    op.add_column("slugs", sa.Column("gone_id", Line(200)))
    op.create_index("ix_slugs_gone", "slugs", ["gone_id", "id"])
