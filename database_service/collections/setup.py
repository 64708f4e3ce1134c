"""The one-time code with which the owner's account is made."""

from database_service.columns import moment, text
from database_service.declaration import Collection

SETUP = Collection(
    name="setup",
    database="users",
    doc="Exists, with the id `owner`, until the owner's account was made.",
    natural_ids=True,
    columns=(
        text("code_digest", 64, "SHA-256 of the one-time code"),
        moment("created_at", "When the code was made"),
    ),
    private=frozenset({"code_digest"}),
    example={"id": "owner"},
)
