"""Every slug a post ever had, so that an old URL leads to the post for ever."""

from database_service.columns import moment, reference
from database_service.declaration import Collection, Filter, Include

SLUGS = Collection(
    name="slugs",
    database="blog",
    doc="A slug that a post has or had; the id is the slug itself.",
    natural_ids=True,
    columns=(
        reference("post_id", "posts", "The post it leads to; null when that was deleted for good", nullable=True),
        moment("created_at", "When the post first had it"),
    ),
    filters=(Filter("id", "id", many=True), Filter("post_id", "post_id")),
    includes=(Include("post", "posts", by="post_id"),),
)
