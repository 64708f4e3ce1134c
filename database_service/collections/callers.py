"""Who may call the Blog Service: a projection of accounts, sessions and tokens, written by the link alone."""

from database_service.columns import choice, json, moment, text
from database_service.declaration import Collection, Filter, Include, Sort, index

CALLERS = Collection(
    name="callers",
    database="blog",
    doc=(
        "What the Blog Service needs to know of an account (`account:<id>`), a session (`session:<id>`) or a personal "
        "access token (`token:<sha256>`). It follows the users database; no service may write it."
    ),
    natural_ids=True,
    follows=True,
    columns=(
        choice("kind", ("account", "session", "token"), "What it stands for"),
        text("account_id", 36, "The account it belongs to"),
        choice("role", ("reader", "author", "editor", "admin", "owner"), "Role, for accounts", nullable=True),
        choice("state", ("active", "suspended", "deleted"), "State, for accounts", nullable=True),
        json("scopes", "array", "What a token may do", nullable=True),
        moment("expires_at", "When a session or token ends", nullable=True),
        moment("revoked_at", "When a session or token was revoked", nullable=True),
        text("username", 64, "Name in URLs, for accounts", nullable=True),
        text("name", 200, "Name as readers see it, for accounts", nullable=True),
        text("avatar_url", 2_000, "A picture, for accounts", nullable=True),
    ),
    filters=(Filter("id", "id", many=True), Filter("account_id", "account_id")),
    sorts=(Sort("id", "id"),),
    includes=(Include("account", "callers", by="account_id", prefix="account:"),),
    constraints=(index("callers_account", "account_id", "id"),),
)
