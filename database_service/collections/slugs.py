"""Every slug a post ever had, so that an old URL leads to the post for ever."""

from database_service.columns import identifier, moment, reference
from database_service.declaration import Collection, Filter, Include, index

SLUGS = Collection(
    name="slugs",
    database="blog",
    doc="A slug that a post has or had; the id is the slug itself.",
    natural_ids=True,
    columns=(
        reference("post_id", "posts", "The post it leads to; null when that was deleted for good", nullable=True),
        moment("created_at", "When the post first had it"),
        identifier("gone_id", "The post that readers saw here, and that was deleted for good"),
    ),
    filters=(Filter("id", "id", many=True), Filter("post_id", "post_id"), Filter("gone_id", "gone_id")),
    includes=(Include("post", "posts", by="post_id"),),
    constraints=(index("slugs_gone", "gone_id", "id"),),
)
