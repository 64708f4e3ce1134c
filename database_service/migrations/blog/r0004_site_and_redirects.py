"""The site's settings, with their one record, and redirects."""

from alembic import op

from database_service.migrations.vocabulary import identified, json, line, moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    site = op.create_table(
        "site",
        *identified(),
        line("title", 200),
        line("description", 2_000),
        line("language", 35),
        line("time_zone", 64),
        line("accent", 64),
        json("navigation"),
        moment("updated_at"),
    )
    first = {
        "id": "site",
        "version": 1,
        "title": "A blog",
        "description": "",
        "language": "en",
        "time_zone": "UTC",
        "accent": "#0b5fff",
        "navigation": [],
        "updated_at": "2026-11-23T00:00:00.000000Z",
    }
    op.bulk_insert(site, [first])
    op.create_table(
        "redirects",
        *identified(),
        line("from_path", 500, unique=True),
        line("to_path", 2_000),
        moment("created_at"),
    )
