"""What posts refer to: authors, tags and media; and the callers that follow the accounts."""

from alembic import op

from database_service.migrations.vocabulary import choice, identified, json, line, moment, number

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_authors_and_tags()
    _create_media()
    _create_callers()


def _create_authors_and_tags() -> None:
    op.create_table(
        "authors",
        *identified(),
        line("username", 64, unique=True),
        line("name", 200),
        line("bio", 5_000, nullable=True),
        line("website", 2_000, nullable=True),
        line("avatar_url", 2_000, nullable=True),
        line("account_id", 36, nullable=True, unique=True),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_authors_name", "authors", ["name", "id"])
    op.create_table(
        "tags",
        *identified(),
        line("slug", 200, unique=True),
        line("name", 200),
        line("name_key", 400, unique=True),
        line("description", 2_000, nullable=True),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_tags_name", "tags", ["name", "id"])


def _create_media() -> None:
    op.create_table(
        "media",
        *identified(),
        line("digest", 64, unique=True),
        line("filename", 255),
        line("content_type", 100),
        number("bytes"),
        number("width", nullable=True),
        number("height", nullable=True),
        line("alt", 2_000, nullable=True),
        line("uploader_id", 36),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("ix_media_created", "media", ["created_at", "id"])
    op.create_index("ix_media_uploader", "media", ["uploader_id", "created_at", "id"])


def _create_callers() -> None:
    op.create_table(
        "callers",
        *identified(),
        choice("kind", ("account", "session", "token")),
        line("account_id", 36),
        choice("role", ("reader", "author", "editor", "admin", "owner"), nullable=True),
        choice("state", ("active", "suspended", "deleted"), nullable=True),
        json("scopes", nullable=True),
        moment("expires_at", nullable=True),
        moment("revoked_at", nullable=True),
    )
    op.create_index("ix_callers_account", "callers", ["account_id", "id"])
