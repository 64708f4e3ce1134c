"""What stands around a post, as the API shows it."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, says
from api.shared.fields import Choice, Moment, Number

STATUSES = ("draft", "scheduled", "published", "unpublished", "trashed")
VISIBILITIES = ("public", "unlisted", "members")
MOST_RELATED = 12
FEW_RELATED = 3


class PostLink(Schema):
    """A post in short: what a link to it needs."""

    id = fields.String(**says("Identifies the post", AN_ID))
    slug = fields.String(**says("Its place in the URL", "notes-on-the-engine"))
    title = fields.String(**says("Title", "Notes on the Engine"))
    excerpt = fields.String(**says("The summary or, without one, how the text begins", "The engine weaves patterns."))
    language = fields.String(allow_none=True, **says("BCP 47 language tag; null means the site's language", "en"))
    status = Choice(*STATUSES, **says("Where it stands in its life", "published"))
    visibility = Choice(*VISIBILITIES, **says("Who may read it", "public"))
    published_at = Moment(allow_none=True, **says("When it became or becomes public", A_MOMENT))
    reading_minutes = fields.Integer(**says("Minutes it takes to read", 1))
    url = fields.String(**says("Where it is read", "https://example.org/posts/notes-on-the-engine"))


class PlaceInSeries(Schema):
    """Where a post stands in its series."""

    id = fields.String(**says("Identifies the series", AN_ID))
    slug = fields.String(**says("Its place in the URL", "building-the-engine"))
    title = fields.String(**says("Its title", "Building the Engine"))
    url = fields.String(**says("Where it is read", "https://example.org/series/building-the-engine"))
    place = fields.Integer(**says("Counts from 1, among the posts that lists show", 2))
    count = fields.Integer(**says("How many of its posts lists show", 5))
    previous = fields.Nested(PostLink, allow_none=True, metadata={"description": "The post before it in the series"})
    next = fields.Nested(PostLink, allow_none=True, metadata={"description": "The post after it in the series"})


class Adjacent(Schema):
    """The posts before and after one."""

    previous = fields.Nested(
        PostLink, allow_none=True, metadata={"description": "The post before it, by date; null for the first"}
    )
    next = fields.Nested(
        PostLink, allow_none=True, metadata={"description": "The post after it, by date; null for the newest"}
    )
    series = fields.Nested(
        PlaceInSeries,
        allow_none=True,
        metadata={"description": "Its place in its series; null without one, and for posts that lists do not show"},
    )


class Related(Schema):
    """Posts that are about the same."""

    items = fields.List(fields.Nested(PostLink), metadata={"description": "The closest first"})


class RelatedQuery(Schema):
    """How many related posts."""

    limit = Number(1, MOST_RELATED, load_default=FEW_RELATED, **says("How many, at most", 3))
