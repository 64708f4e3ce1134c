"""Revisions: what posts said, one record for each save."""

import sqlalchemy as sa
from alembic import op

from database_service.json_types import Json
from database_service.migrations.vocabulary import choice, identified, json, line, moment, number, reference

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("posts", sa.Column("history", Json("object")))
    op.create_table(
        "revisions",
        *identified(),
        reference("post_id", "posts"),
        number("number"),
        choice("kind", ("created", "saved", "autosaved", "restored", "published")),
        number("post_version"),
        reference("saved_by", "authors"),
        moment("saved_at"),
        line("title", 500),
        line("summary", 5_000, nullable=True),
        json("details"),
        number("word_count"),
        line("markdown", 5_000_000),
    )
    op.create_index("ix_revisions_saved_by", "revisions", ["saved_by"])
    op.create_index("ix_revisions_post_number", "revisions", ["post_id", "number", "id"])
