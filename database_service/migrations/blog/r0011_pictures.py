"""What is known of how an uploaded picture looks."""

from database_service.migrations.vocabulary import add_columns, choice, line

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    add_columns(
        "media",
        choice("form", ("still", "moving", "drawn"), nullable=True),
        line("blurhash", 100, nullable=True),
        line("colour", 7, nullable=True),
    )
