"""Comments: what readers say under posts, in the order of the conversation."""

from database_service.columns import account, choice, flag, identifier, integer, json, moment, reference, text
from database_service.declaration import Collection, Filter, Include, Sort, index

COMMENTS = Collection(
    name="comments",
    database="blog",
    doc="A comment. It stands in the order of `path`: below what it answers, at most three levels deep.",
    columns=(
        reference("post_id", "posts", "The post it is about", indexed=False),
        identifier("parent_id", "The comment it answers"),
        text("path", 200, "The ids from the first comment of the conversation down to it, with slashes"),
        integer("depth", "How deep it is shown: 1 to 3"),
        choice("status", ("pending", "approved", "spam", "deleted"), "Where it stands in moderation"),
        choice("shown", ("comment", "place", "nothing"), "What readers see: it, that it was here, or nothing"),
        flag("answered", "Whether somebody answered it"),
        account("account_id", "The member who wrote it", nullable=True, inherited=False),
        identifier("commenter_id", "What is known of who wrote it"),
        text("name", 200, "The name a guest gave", nullable=True),
        text("email", 320, "The address a guest gave", nullable=True),
        text("website", 2_000, "The site a guest gave", nullable=True),
        text("secret_digest", 64, "SHA-256 of what lets a guest change it, in hex", nullable=True),
        text("markdown", 20_000, "The source"),
        text("html", 400_000, "What the source renders to"),
        integer("score", "How much it looks like spam"),
        json("reasons", "array", "What made the score: objects with rule, points and detail"),
        moment("created_at", "When it was written"),
        moment("edited_at", "When its writer changed it", nullable=True),
        moment("updated_at", "When anything about it changed"),
    ),
    private=frozenset({"email", "secret_digest"}),
    filters=(
        Filter("id", "id", many=True),
        Filter("post_id", "post_id"),
        Filter("status", "status", many=True),
        Filter("shown", "shown", many=True),
        Filter("account_id", "account_id"),
    ),
    sorts=(Sort("-created_at", "created_at"), Sort("path", "path")),
    includes=(
        Include("account", "callers", by="account_id", prefix="account:"),
        Include("commenter", "commenters", by="commenter_id"),
        Include("post", "posts", by="post_id"),
    ),
    constraints=(
        index("comments_thread", "post_id", "path", "id", "shown"),
        index("comments_post", "post_id", "status", "created_at", "id"),
        index("comments_queue", "status", "created_at", "id"),
        index("comments_created", "created_at", "id"),
        index("comments_account", "account_id", "created_at", "id"),
    ),
)
