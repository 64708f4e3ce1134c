"""Posts, the slugs they ever had, and the junctions that list them by tag and author."""

import sqlalchemy as sa
from alembic import op

from database_service.column_types import Line, Moment
from database_service.migrations.vocabulary import (
    choice,
    flag,
    identified,
    ids,
    json,
    line,
    moment,
    number,
    reference,
)

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _create_posts()
    _index_posts()
    _create_junction("posts_authors", "author_id", "authors")
    _create_junction("posts_tags", "tag_id", "tags")
    op.create_table("slugs", *identified(), reference("post_id", "posts", nullable=True), moment("created_at"))
    op.create_index("ix_slugs_post_id", "slugs", ["post_id"])


def _create_posts() -> None:
    published_order = sa.Computed("coalesce(published_at, '9999-12-31T23:59:59.999999Z')", persisted=True)
    op.create_table(
        "posts",
        *identified(),
        choice("kind", ("post", "page")),
        line("slug", 200, unique=True),
        line("title", 500),
        line("summary", 5_000, nullable=True),
        line("excerpt", 1_000),
        choice("status", ("draft", "published", "unpublished", "trashed")),
        choice("visibility", ("public", "unlisted", "members")),
        flag("featured"),
        line("language", 35, nullable=True),
        line("canonical_url", 2_000, nullable=True),
        json("seo", nullable=True),
        flag("comments_open"),
        reference("cover_id", "media", nullable=True),
        number("word_count"),
        number("reading_minutes"),
        moment("published_at", nullable=True),
        sa.Column("published_order", Moment(), published_order),
        moment("created_at"),
        moment("updated_at"),
        moment("trashed_at", nullable=True),
        line("external_id", 500, nullable=True, unique=True),
        number("renderer_version"),
        ids("author_ids"),
        ids("tag_ids"),
        json("toc"),
        line("markdown", 5_000_000),
        line("html", 20_000_000),
    )


def _index_posts() -> None:
    op.create_index("ix_posts_cover_id", "posts", ["cover_id"])
    op.create_index("ix_posts_public", "posts", ["kind", "status", "published_order", "id", "visibility"])
    op.create_index("ix_posts_kind_published", "posts", ["kind", "published_order", "id"])
    op.create_index("ix_posts_published", "posts", ["published_order", "id"])
    op.create_index("ix_posts_kind_updated", "posts", ["kind", "updated_at", "id"])
    op.create_index("ix_posts_updated", "posts", ["updated_at", "id"])
    op.create_index("ix_posts_kind_title", "posts", ["kind", "title", "id"])


def _create_junction(name: str, item: str, target: str) -> None:
    op.create_table(
        name,
        sa.Column("record_id", Line(200), sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        reference(item, target),
        sa.Column("kind", Line(4), nullable=False),
        sa.Column("status", Line(11), nullable=False),
        sa.Column("visibility", Line(8), nullable=False),
        sa.Column("published_order", Moment(), nullable=False),
    )
    columns = [item, "kind", "status", "published_order", "record_id", "visibility"]
    op.create_index(f"ix_{name}_lists", name, columns)
