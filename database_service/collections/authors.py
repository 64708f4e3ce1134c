"""Authors: the public profile under which posts appear, with or without an account behind it."""

from database_service.collections.tags import PUBLIC
from database_service.columns import moment, text
from database_service.declaration import Collection, Filter, Sort, Tally, index

AUTHORS = Collection(
    name="authors",
    database="blog",
    doc="An author. Those with an account follow it; others came with imports.",
    columns=(
        text("username", 64, "Its place in the URL", unique=True),
        text("name", 200, "Name as readers see it"),
        text("bio", 5_000, "A few words about the author", nullable=True),
        text("website", 2_000, "The author's own site", nullable=True),
        text("avatar_url", 2_000, "A picture", nullable=True),
        text("account_id", 36, "The account behind it", nullable=True, unique=True),
        moment("created_at", "When it was made"),
        moment("updated_at", "When it was last changed"),
    ),
    filters=(
        Filter("id", "id", many=True),
        Filter("username", "username", many=True),
        Filter("account_id", "account_id"),
    ),
    sorts=(Sort("name", "name"),),
    tallies=(Tally("post_count", "posts", "author_ids", PUBLIC, due="published_order"),),
    constraints=(index("authors_name", "name", "id"),),
)
