"""Posts and pages: the Markdown, what it renders to, and where it stands in its life."""

from sqlalchemy import Index

from database_service.columns import choice, flag, identifier, integer, json, members, moment, order_of, reference, text
from database_service.declaration import (
    Collection,
    Filter,
    Include,
    Kin,
    MemberFilter,
    Members,
    Neighbour,
    Search,
    SearchField,
    Sort,
    Tally,
    Where,
    index,
)

# Posts that lists show; once they are due
LISTED: Where = {"kind": "post", "status": "published", "visibility": ("public", "members")}
NEWEST_FIRST = Sort("-published_at", "published_order")
OLDEST_FIRST = Sort("published_at", "published_order")
MIRRORED = ("kind", "status", "visibility", "published_order")

POSTS = Collection(
    name="posts",
    database="blog",
    doc="A post or page.",
    columns=(
        choice("kind", ("post", "page"), "A dated post, or a page that stands by itself"),
        text("slug", 200, "Its place in the URL", unique=True),
        text("title", 500, "Title"),
        text("summary", 5_000, "Standfirst, as given", nullable=True),
        text("excerpt", 1_000, "How the text begins"),
        choice("status", ("draft", "published", "unpublished", "trashed"), "Where it stands in its life"),
        choice("visibility", ("public", "unlisted", "members"), "Who may read it once it is published"),
        flag("featured", "Whether it is shown larger"),
        text("language", 35, "BCP 47 language tag", nullable=True),
        text("canonical_url", 2_000, "Where the text first appeared", nullable=True),
        json("seo", "object", "Title, description and image for search engines", nullable=True),
        flag("comments_open", "Whether readers may comment"),
        reference("cover_id", "media", "The image that stands for it", nullable=True),
        integer("word_count", "Number of words"),
        integer("reading_minutes", "Minutes it takes to read"),
        moment("published_at", "When it became or becomes public", nullable=True),
        order_of("published_order", "published_at"),
        moment("created_at", "When it was made"),
        moment("updated_at", "When it was last changed"),
        moment("trashed_at", "When it was thrown away", nullable=True),
        text("external_id", 500, "Its identity where it was imported from", nullable=True, unique=True),
        integer("renderer_version", "The renderer that made `html`"),
        members("author_ids", "Its authors, in order"),
        members("tag_ids", "Its tags, in order"),
        # The bulk stands last: SQLite need not follow overflow pages to read what comes before it.
        json("history", "object", "Its newest revision, and whose run of autosaves that is", nullable=True),
        json("toc", "array", "Headings of the text"),
        text("markdown", 5_000_000, "The source"),
        text("html", 20_000_000, "What the source renders to"),
        identifier("series_id", "The series it belongs to"),
        members("media_ids", "The uploaded files that it shows", most=300, nullable=True),
        identifier("translation_group", "What posts that are translations of one another have in common"),
        moment("seen_at", "When readers saw it last, if they saw it and do not any more", nullable=True),
    ),
    bulky=frozenset({"history", "toc", "markdown", "html", "media_ids", "seen_at"}),
    members=(
        Members("author_ids", "authors", MIRRORED),
        Members("tag_ids", "tags", MIRRORED),
        Members("media_ids", "media", MIRRORED),
    ),
    search=Search(
        (
            SearchField("title", "A"),
            SearchField("summary", "B"),
            # What only members may read is in no index: nobody learns from search what a text says
            SearchField("html", "D", markup=True, withheld=("visibility", "members")),
        ),
        MIRRORED,
    ),
    filters=(
        Filter("id", "id", many=True),
        Filter("kind", "kind"),
        Filter("status", "status", many=True),
        Filter("visibility", "visibility", many=True),
        Filter("slug", "slug", many=True),
        MemberFilter("tag", "tag_ids", by="slug"),
        MemberFilter("author", "author_ids", by="username"),
        MemberFilter("author_id", "author_ids"),
        MemberFilter("media_id", "media_ids"),
        Filter("featured", "featured"),
        Filter("language", "language"),
        Filter("cover_id", "cover_id"),
        Filter("series_id", "series_id"),
        Filter("translation_group", "translation_group"),
        Filter("external_id", "external_id", many=True),
        Filter("published_before", "published_order", "<="),
        Filter("published_after", "published_order", ">="),
        Filter("updated_before", "updated_at", "<="),
        Filter("updated_after", "updated_at", ">="),
        Filter("trashed_before", "trashed_at", "<="),
        Filter("rendered_by", "renderer_version", "<="),
    ),
    sorts=(
        NEWEST_FIRST,
        OLDEST_FIRST,
        Sort("-updated_at", "updated_at"),
        Sort("title", "title"),
        Sort("renderer_version", "renderer_version"),
    ),
    includes=(
        Include("authors", "authors", by="author_ids"),
        Include("tags", "tags", by="tag_ids"),
        Include("cover", "media", by="cover_id"),
        Include("series", "series", by="series_id"),
        Include("pending_edit", "pending_edits", by="id", prefix="pending:"),
    ),
    tallies=(Tally("comment_count", "comments", "post_id", {"status": "approved"}, due="created_at"),),
    asides=(
        Neighbour("previous", NEWEST_FIRST, LISTED),
        Neighbour("next", OLDEST_FIRST, LISTED),
        Kin("related", "tag_ids", LISTED, due="published_order"),
    ),
    constraints=(
        index("posts_public", "kind", "status", "published_order", "id", "visibility"),
        # of `published_at` itself: to SQLite no index that holds a generated column is whole enough to count by
        index("posts_calendar", "kind", "status", "published_at", "visibility"),
        index("posts_kind_published", "kind", "published_order", "id"),
        index("posts_published", "published_order", "id"),
        index("posts_kind_updated", "kind", "updated_at", "id"),
        index("posts_updated", "updated_at", "id"),
        index("posts_series", "series_id", "kind", "status", "published_order", "id", "visibility"),
        # of each text there is one post in each language
        Index("uq_posts_translation", "translation_group", "language", unique=True),
        index("posts_kind_title", "kind", "title", "id"),
        index("posts_renderer", "renderer_version", "id"),
        index("posts_trash", "status", "updated_at", "id"),
    ),
    example={"slug": "hello-world", "title": "Hello, world", "language": "en", "cover_id": None},
)
