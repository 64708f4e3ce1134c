"""What posts said: one record for each save, kept apart from the posts so that reading these costs nothing more."""

from database_service.columns import choice, integer, json, moment, reference, text
from database_service.declaration import Collection, Filter, Include, Sort, index

REVISIONS = Collection(
    name="revisions",
    database="blog",
    doc="A post as it was saved once; the id is the post's id, a dot and the number.",
    natural_ids=True,
    columns=(
        reference("post_id", "posts", "Whose revision it is", indexed=False),
        integer("number", "Counts the post's revisions from 1"),
        choice("kind", ("created", "saved", "autosaved", "restored", "published"), "What kind of save made it"),
        integer("post_version", "The version of the post that it made"),
        reference("saved_by", "authors", "Who saved it"),
        moment("saved_at", "When it was saved"),
        text("title", 500, "Title"),
        text("summary", 5_000, "Standfirst", nullable=True),
        json("details", "object", "Everything else the post said: tags, cover, language and the like"),
        integer("word_count", "Number of words"),
        text("markdown", 5_000_000, "The source"),
    ),
    bulky=frozenset({"markdown"}),
    unlogged=frozenset({"markdown"}),
    filters=(
        Filter("id", "id", many=True),
        Filter("post_id", "post_id"),
        Filter("kind", "kind", many=True),
        Filter("until_version", "post_version", "<="),
    ),
    sorts=(Sort("-number", "number"),),
    includes=(Include("post", "posts", by="post_id"), Include("editor", "authors", by="saved_by")),
    constraints=(index("revisions_post_number", "post_id", "number", "id"),),
)
