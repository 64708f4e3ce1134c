"""Series: posts that belong together, in an order of their own."""

from database_service.collections.posts import LISTED
from database_service.columns import json, moment, text
from database_service.declaration import Collection, Filter, Sort, Tally, index

SERIES = Collection(
    name="series",
    database="blog",
    doc="A series of posts. Which posts are in it they say themselves; here stands their order.",
    columns=(
        text("slug", 200, "Its place in the URL", unique=True),
        text("title", 300, "Its title"),
        text("description", 2_000, "What it is about", nullable=True),
        json("post_order", "array", "Ids of its posts in order; those that are not named come after, by date"),
        moment("created_at", "When it was made"),
        moment("updated_at", "When it was last changed"),
    ),
    filters=(Filter("id", "id", many=True), Filter("slug", "slug", many=True)),
    sorts=(Sort("title", "title"),),
    tallies=(Tally("post_count", "posts", "series_id", LISTED, due="published_order"),),
    constraints=(index("series_title", "title", "id"),),
)
