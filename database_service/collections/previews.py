"""Preview links: they show a post that is not public to whoever has the link, until they end."""

from database_service.columns import moment, reference, text
from database_service.declaration import Collection, Filter, Include, Sort, index

PREVIEWS = Collection(
    name="previews",
    database="blog",
    doc="A link that shows a post to whoever has it; of its token only the digest is kept. Revoking it removes it.",
    columns=(
        reference("post_id", "posts", "The post that it shows", indexed=False),
        text("digest", 64, "SHA-256 of the token in the link, in hex", unique=True),
        text("label", 200, "Whom it is for", nullable=True),
        reference("created_by", "authors", "Who made it"),
        moment("created_at", "When it was made"),
        moment("expires_at", "When it ends by itself"),
    ),
    private=frozenset({"digest", "label"}),
    filters=(
        Filter("post_id", "post_id"),
        Filter("digest", "digest"),
        Filter("ended_before", "expires_at", "<="),
        Filter("ends_after", "expires_at", ">="),
    ),
    sorts=(Sort("expires_at", "expires_at"),),
    includes=(Include("post", "posts", by="post_id"), Include("maker", "authors", by="created_by")),
    constraints=(index("previews_post", "post_id", "expires_at", "id"), index("previews_end", "expires_at", "id")),
)
