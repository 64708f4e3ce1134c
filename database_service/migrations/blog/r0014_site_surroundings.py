"""What surrounds the pages by the site's settings: a logo, a footer, and how long lists are."""

from alembic import op

from database_service.migrations.vocabulary import add_columns, json, line, number, reference

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    add_columns(
        "site",
        reference("logo_id", "media", nullable=True),
        line("footer", 500, nullable=True),
        json("social_links", nullable=True),
        number("posts_per_page", nullable=True),
    )
    op.create_index("ix_site_logo_id", "site", ["logo_id"])
