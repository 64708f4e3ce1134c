"""Pending edits: changes of a published post that readers do not see yet."""

from database_service.columns import integer, json, moment, order_of, reference, text
from database_service.declaration import Collection, Filter, Include, Sort, index

PENDING_EDITS = Collection(
    name="pending_edits",
    database="blog",
    doc="What a published post will say; the id is `pending:` and the post's id, so that a post has one at most.",
    natural_ids=True,
    columns=(
        reference("post_id", "posts", "The post that will change"),
        integer("base_version", "The version of the post that the edit began with"),
        integer("base_revision", "The newest revision of the post at that time", nullable=True),
        reference("edited_by", "authors", "Who saved it last"),
        moment("publish_at", "When it is to become public by itself", nullable=True),
        order_of("publish_order", "publish_at"),
        text("problem", 64, "The code of why it could not be published at its time", nullable=True),
        moment("created_at", "When it was begun"),
        moment("updated_at", "When it was last changed"),
        json("changes", "object", "The fields that will change, as a client gave them"),
    ),
    bulky=frozenset({"changes"}),
    unlogged=frozenset({"changes"}),
    filters=(Filter("due_before", "publish_order", "<="),),
    sorts=(Sort("publish_at", "publish_order"),),
    includes=(Include("editor", "authors", by="edited_by"),),
    constraints=(index("pending_edits_due", "publish_order", "id"),),
)
