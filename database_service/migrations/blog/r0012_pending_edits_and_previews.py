"""Pending edits, links that show a post before it is public, and indexes for what is done by the clock."""

import sqlalchemy as sa
from alembic import op

from database_service.column_types import NO_TIME, Moment
from database_service.migrations.vocabulary import identified, json, line, moment, number, reference

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "pending_edits",
        *identified(),
        reference("post_id", "posts"),
        number("base_version"),
        number("base_revision", nullable=True),
        reference("edited_by", "authors"),
        moment("publish_at", nullable=True),
        sa.Column("publish_order", Moment(), sa.Computed(f"coalesce(publish_at, '{NO_TIME}')", persisted=True)),
        line("problem", 64, nullable=True),
        moment("created_at"),
        moment("updated_at"),
        json("changes"),
    )
    op.create_index("ix_posts_renderer", "posts", ["renderer_version", "id"])
    op.create_index("ix_posts_trash", "posts", ["status", "updated_at", "id"])
    op.create_index("ix_pending_edits_post_id", "pending_edits", ["post_id"])
    op.create_index("ix_pending_edits_edited_by", "pending_edits", ["edited_by"])
    op.create_index("ix_pending_edits_due", "pending_edits", ["publish_order", "id"])
    op.create_table(
        "previews",
        *identified(),
        reference("post_id", "posts"),
        line("digest", 64, unique=True),
        line("label", 200, nullable=True),
        reference("created_by", "authors"),
        moment("created_at"),
        moment("expires_at"),
    )
    op.create_index("ix_previews_created_by", "previews", ["created_by"])
    op.create_index("ix_previews_post", "previews", ["post_id", "expires_at", "id"])
    op.create_index("ix_previews_end", "previews", ["expires_at", "id"])
