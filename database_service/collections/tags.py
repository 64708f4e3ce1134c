"""Tags: what posts are about."""

from database_service.columns import moment, text
from database_service.declaration import Collection, Filter, Sort, Tally, index

PUBLIC = {"kind": "post", "status": "published", "visibility": "public"}

TAGS = Collection(
    name="tags",
    database="blog",
    doc="A tag.",
    columns=(
        text("slug", 200, "Its place in the URL", unique=True),
        text("name", 200, "Name as readers see it"),
        text("name_key", 400, "The name case-folded: two tags never differ in case alone", unique=True),
        text("description", 2_000, "What posts with it are about", nullable=True),
        moment("created_at", "When it was made"),
        moment("updated_at", "When it was last changed"),
    ),
    filters=(
        Filter("id", "id", many=True),
        Filter("slug", "slug", many=True),
        Filter("name_key", "name_key", many=True),
    ),
    sorts=(Sort("name", "name"),),
    tallies=(Tally("post_count", "posts", "tag_ids", PUBLIC, due="published_order"),),
    constraints=(index("tags_name", "name", "id"),),
)
