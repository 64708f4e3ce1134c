"""Who comments: an account, or an address of which a salted digest alone is kept."""

from database_service.columns import account, flag, integer, json, moment, text
from database_service.declaration import Collection, Filter, Include, Sort, index

COMMENTERS = Collection(
    name="commenters",
    database="blog",
    doc="Somebody who comments: how often that was approved, what they said of late, and whether they are banned.",
    columns=(
        text("key", 100, "`account:` and its id, or `address:` and a keyed digest of the address", unique=True),
        account("account_id", "The account, for members", nullable=True, inherited=False),
        text("name", 200, "The name last used, for guests", nullable=True),
        integer("approved", "How many of their comments were approved"),
        json("recent", "array", "Their newest comments: objects with at, post and a digest of the text"),
        flag("banned", "Whether they may comment no more"),
        text("note", 500, "Why they were banned", nullable=True),
        moment("created_at", "When they first commented"),
        moment("updated_at", "When anything about them changed"),
    ),
    private=frozenset({"key", "recent"}),
    personal={"name": None},
    filters=(Filter("id", "id", many=True), Filter("key", "key"), Filter("banned", "banned")),
    sorts=(Sort("-updated_at", "updated_at"),),
    includes=(Include("account", "callers", by="account_id", prefix="account:"),),
    constraints=(
        index("commenters_banned", "banned", "updated_at", "id"),
        index("commenters_updated", "updated_at", "id"),
        index("commenters_account", "account_id", "id"),
    ),
)
