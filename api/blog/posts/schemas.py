"""Posts as the API takes and shows them."""

from typing import Any

from marshmallow import Schema, fields, validate

from api.blog.around.schemas import FEW_RELATED, Adjacent, PostLink
from api.blog.described import A_MOMENT, AN_ID, Body, Flag, Language, Name, QueryFlag, says
from api.blog.media.schemas import Media
from api.shared.fields import Choice, Id, Line, Moment, Number, Prose, Url
from api.shared.paging import PageQuery, absent, fields_parameter, include_parameter, list_of

KINDS = ("post", "page")
STATUSES = ("draft", "scheduled", "published", "unpublished", "trashed")
VISIBILITIES = ("public", "unlisted", "members")
ALONE = {"previous": None, "next": None, "series": None}
INCLUDED = ("adjacent", "related")
SORTS = ("-published_at", "published_at", "-updated_at", "title", "-relevance")
MOST_TAGS = 50
LAST_YEAR = 9998
MOST_AUTHORS = 20
MOST_MARKDOWN = 1_000_000

STATUS = (
    "Where it stands in its life. A published post with a `published_at` in the future is `scheduled`: "
    "it appears at its minute by itself"
)
VISIBILITY = (
    "Who may read it once it is published: everybody; whoever has the address (`unlisted`: in no list, feed or "
    "search); or signed-in accounts (`members`: others see title and summary)"
)
KIND = "A dated post, or a page that stands by itself"
CANONICAL = "Where the text first appeared, if not here"
LANGUAGE = "BCP 47 language tag; null means the site's language"
EXTERNAL_ID = "Its identity where it was imported from; unique"


class TocEntry(Schema):
    """A heading of the text."""

    id = fields.String(**says("Anchor of the heading", "h-why"))
    level = fields.Integer(**says("1 to 6", 2))
    text = fields.String(**says("The heading's text", "Why"))


class PostAuthor(Schema):
    """An author of a post, in short."""

    id = fields.String(**says("Identifies the author", AN_ID))
    username = fields.String(**says("Its place in the URL", "ada"))
    name = fields.String(**says("Name as readers see it", "Ada Lovelace"))
    avatar_url = fields.String(allow_none=True, **says("A picture", "https://example.org/ada.png"))


class PostTag(Schema):
    """A tag of a post, in short."""

    id = fields.String(**says("Identifies the tag", AN_ID))
    slug = fields.String(**says("Its place in the URL", "engines"))
    name = fields.String(**says("Name as readers see it", "Engines"))


class PostSeries(Schema):
    """The series of a post, in short."""

    id = fields.String(**says("Identifies the series", AN_ID))
    slug = fields.String(**says("Its place in the URL", "building-the-engine"))
    title = fields.String(**says("Its title", "Building the Engine"))


class Seo(Body):
    """What search engines and link previews are told instead of title, summary and cover."""

    title = Line(most=300, allow_none=True, **says("Title", "The Analytical Engine, explained"))
    description = Line(most=1000, allow_none=True, **says("Description", "How it would have computed."))
    image = Url(allow_none=True, **says("Address of an image", "https://example.org/engine.png"))


class PendingSummary(Schema):
    """A pending edit of a post, in short."""

    publish_at = Moment(allow_none=True, **says("When it becomes public by itself", None))
    problem = fields.String(allow_none=True, **says("The `code` of why it could not at its time", None))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))


class Post(Schema):
    """A post or page. Every field is there unless `fields=` chose; lists leave texts and counts out."""

    id = fields.String(**says("Identifies the post", AN_ID))
    kind = Choice(*KINDS, **says(KIND, "post"))
    slug = fields.String(**says("Its place in the URL", "notes-on-the-engine"))
    title = fields.String(**says("Title", "Notes on the Engine"))
    summary = fields.String(allow_none=True, **says("Standfirst as given; null when none was", None))
    excerpt = fields.String(**says("The summary or, without one, how the text begins", "The engine weaves patterns."))
    markdown = fields.String(
        allow_none=True,
        **says("The source; null for those who may not read a members' post", "The engine *weaves* patterns."),
    )
    html = fields.String(
        allow_none=True,
        **says("What the source renders to, sanitised", "<p>The engine <em>weaves</em> patterns.</p>\n"),
    )
    toc = fields.List(fields.Nested(TocEntry), **says("Headings of the text", []))
    status = Choice(*STATUSES, **says(STATUS, "published"))
    visibility = Choice(*VISIBILITIES, **says(VISIBILITY, "public"))
    featured = fields.Boolean(**says("Whether it is shown larger", False))
    authors = fields.List(fields.Nested(PostAuthor), metadata={"description": "Its authors, in order"})
    tags = fields.List(fields.Nested(PostTag), metadata={"description": "Its tags, in order"})
    cover = fields.Nested(Media, allow_none=True, **says("The image that stands for it", None))
    series = fields.Nested(
        PostSeries,
        allow_none=True,
        metadata={"description": "The series it belongs to; its place there is told by `adjacent`"},
    )
    canonical_url = fields.String(allow_none=True, **says(CANONICAL, None))
    seo = fields.Nested(Seo, allow_none=True, **says("For search engines and link previews", None))
    language = fields.String(allow_none=True, **says(LANGUAGE, "en"))
    comments_open = fields.Boolean(**says("Whether readers may comment", True))
    comment_count = fields.Integer(**says("Number of comments that readers see; in lists only on request", 2))
    word_count = fields.Integer(**says("Number of words", 4))
    reading_minutes = fields.Integer(**says("Minutes it takes to read", 1))
    published_at = Moment(allow_none=True, **says("When it became or becomes public", A_MOMENT))
    created_at = Moment(**says("When it was made", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    external_id = fields.String(
        allow_none=True, **says(f"{EXTERNAL_ID}. Shown only to callers who may edit the post", None)
    )
    pending_edit = fields.Nested(
        PendingSummary,
        allow_none=True,
        **says("Changes that readers do not see yet. Shown only to callers who may edit the post", None),
    )
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 3))
    url = fields.String(**says("Where it is read", "https://example.org/posts/notes-on-the-engine"))
    adjacent = fields.Nested(Adjacent, **says("With `include=adjacent` only: what stands before and after it", ALONE))
    related = fields.List(
        fields.Nested(PostLink), **says(f"With `include=related` only: the {FEW_RELATED} closest", [])
    )


class PostFields(Body):
    """What a client says about a post, in a body that replaces, makes or merges."""

    title = Name(most=300, required=True, **says("Title", "Notes on the Engine"))
    markdown = Prose(most=MOST_MARKDOWN, **says("The text; empty if not given", "The engine *weaves* patterns."))
    summary = Prose(most=2000, allow_none=True, **says("Standfirst; null for none", "What it could have done."))
    slug = Name(
        most=150,
        allow_none=True,
        **says(
            "Its place in the URL, brought into the form of a slug. Null or absent: made from the title, with a "
            "number when it is taken",
            "notes-on-the-engine",
        ),
    )
    kind = Choice(*KINDS, **says(f"{KIND}; `post` if not given", "post"))
    status = Choice(
        "draft", "published",
        hint="What is published with a `published_at` to come is scheduled.",
        **says("`draft` if not given; `published` publishes", "draft"),
    )  # fmt: skip
    published_at = Moment(
        allow_none=True,
        **says("When it became or becomes public; in the future it is scheduled. Null: as it is published", None),
    )
    visibility = Choice(*VISIBILITIES, **says(f"{VISIBILITY}. `public` if not given", "public"))
    featured = Flag(**says("Whether it is shown larger; false if not given", False))
    tags = fields.List(
        Name(most=100),
        validate=validate.Length(max=MOST_TAGS),
        **says("Names of its tags, in order; those that are missing are made", ["Engines", "History"]),
    )
    authors = fields.List(
        Line(least=1, most=64),
        validate=validate.Length(1, MOST_AUTHORS),
        **says("Usernames of its authors, in order; you, if not given", ["ada"]),
    )
    series = Name(most=200, allow_none=True, **says("The slug of the series it belongs to; null for none", None))
    cover_id = Id(allow_none=True, **says("The uploaded image that stands for it", None))
    canonical_url = Url(allow_none=True, **says(CANONICAL, None))
    seo = fields.Nested(Seo, allow_none=True, **says("For search engines and link previews", None))
    language = Language(allow_none=True, **says(LANGUAGE, "en"))
    comments_open = Flag(**says("Whether readers may comment; true if not given", True))
    external_id = Line(least=1, most=500, allow_none=True, **says(EXTERNAL_ID, None))


class PostIn(PostFields):
    """A whole post: what is not given takes its default."""


class PostPatch(PostFields):
    """A JSON Merge Patch (RFC 7396): what is not given stays, null takes away."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"partial": True, **kwargs})


class PublishIn(Body):
    """When to publish."""

    published_at = Moment(
        allow_none=True, **says("A time, past or future; null or absent: now, or when it was public before", None)
    )


class ScheduleIn(Body):
    """When a post is to appear."""

    published_at = Moment(required=True, **says("A time to come, with any offset from UTC", "2036-01-02T09:00:00Z"))


class PostQuery(Schema):
    """The query of one post."""

    fields = fields_parameter(Post, included=INCLUDED)


class WholePostQuery(PostQuery):
    """The query of one post, with what stands around it."""

    include = include_parameter(*INCLUDED)


class SaveQuery(Schema):
    """How a post is saved."""

    autosave = QueryFlag(
        load_default=False,
        **says(
            "True when an editor saves by itself while somebody types: such saves are marked in the history, and "
            "consecutive ones of one person within ten minutes are one revision",
            False,
        ),
    )


class PostsQuery(PageQuery):
    """Filters of the list of posts."""

    status = Choice(
        *STATUSES, "any",
        load_default=absent,
        **says(
            "Without it: what readers see. With it: the posts you may edit that stand there (`any`: everywhere but "
            "in the trash) - your own, or everybody's for editors. `published` is open to all",
            "published",
        ),
    )  # fmt: skip
    kind = Choice(*KINDS, load_default=absent, **says(f"{KIND}; `post` if not given", "post"))
    tag = Line(least=1, most=200, load_default=absent, **says("Only posts with the tag of this slug", "engines"))
    series = Line(least=1, most=200, load_default=absent, **says("Only posts of the series of this slug", "building"))
    author = Line(least=1, most=64, load_default=absent, **says("Only posts by the author of this username", "ada"))
    media = Id(
        load_default=absent, metadata={"description": "Only posts that show this uploaded file", "example": AN_ID}
    )
    year = Number(
        1, LAST_YEAR, load_default=absent,
        **says("Only posts published in this year, by the site's time zone", 2026),
    )  # fmt: skip
    month = Number(
        1, 12, load_default=absent,
        **says("Only posts published in this month of the `year`, which has to be given", 11),
    )  # fmt: skip
    featured = QueryFlag(load_default=absent, **says("Only featured posts, or only others", True))
    language = Language(load_default=absent, **says("Only posts that say they are in this language", "en"))
    published_after = Moment(load_default=absent, **says("Published at this time or later", A_MOMENT))
    published_before = Moment(load_default=absent, **says("Published at this time or earlier", A_MOMENT))
    external_id = Line(
        least=1, most=500, load_default=absent,
        **says("The post, of any kind and status, that was imported under this identity; for those who may edit it",
               "blog/2014-09-15-hello.md"),
    )  # fmt: skip
    q = Line(
        least=1, most=200, load_default=absent,
        **says('Only posts with all these words and `"phrases"`; the last word may be unfinished', "analytical eng"),
    )  # fmt: skip
    sort = Choice(
        *SORTS,
        load_default="-published_at",
        **says("The order; `-relevance` needs `q` and ends after the 200 best", "-published_at"),
    )
    fields = fields_parameter(Post, included=INCLUDED)


class DeleteQuery(Schema):
    """How to delete."""

    permanent = QueryFlag(load_default=False, **says("For good, instead of into the trash", False))


PostList = list_of(Post)
