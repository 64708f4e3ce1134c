"""Personal access tokens: what programs sign in with."""

from database_service.columns import json, moment, order_of, reference, text
from database_service.declaration import Collection, Filter, Sort, index

TOKENS = Collection(
    name="tokens",
    database="users",
    doc="A personal access token; of the token itself only the digest is kept.",
    columns=(
        reference("account_id", "accounts", "Whose token it is", indexed=False),
        text("name", 200, "What it is for"),
        text("digest", 64, "SHA-256 of the token, in hex", unique=True),
        text("hint", 16, "Its last characters, to tell it from others"),
        json("scopes", "array", "What it may do"),
        moment("expires_at", "When it ends by itself", nullable=True),
        moment("used_at", "When it was last used", nullable=True),
        moment("revoked_at", "When it was revoked", nullable=True),
        moment("created_at", "When it was made"),
        order_of("ends_at", "revoked_at, expires_at"),
    ),
    private=frozenset({"digest"}),
    filters=(
        Filter("id", "id", many=True),
        Filter("account_id", "account_id"),
        Filter("digest", "digest"),
        Filter("ends_after", "ends_at", ">="),
    ),
    sorts=(Sort("-created_at", "created_at"),),
    constraints=(
        index("tokens_account_created", "account_id", "created_at", "id"),
        index("tokens_created", "created_at", "id"),
    ),
)
