"""Series as the API takes and shows them."""

from marshmallow import Schema, fields, validate

from api.blog.around.schemas import PostLink
from api.blog.described import A_MOMENT, AN_ID, Body, Name, says
from api.shared.fields import Id, Moment, Prose
from api.shared.paging import PageQuery, fields_parameter, list_of

MOST_ORDERED = 200
ABOUT = "What it is about"
SLUG = "Its place in the URL"


class Series(Schema):
    """A series: posts that belong together, in an order of their own."""

    id = fields.String(**says("Identifies the series", AN_ID))
    slug = fields.String(**says(SLUG, "building-the-engine"))
    title = fields.String(**says("Its title", "Building the Engine"))
    description = fields.String(allow_none=True, **says(ABOUT, "From the first drawing to the last wheel."))
    post_count = fields.Integer(**says("Number of its posts that lists show", 5))
    created_at = Moment(**says("When it was made", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))
    url = fields.String(**says("Where it is read", "https://example.org/series/building-the-engine"))


class SeriesWithPosts(Series):
    """A series with its posts."""

    posts = fields.List(
        fields.Nested(PostLink),
        metadata={"description": "Its posts in order: those that readers see and, for you, those you may edit"},
    )


class SeriesIn(Body):
    """A new series."""

    title = Name(most=300, required=True, **says("Its title", "Building the Engine"))
    slug = Name(most=150, **says(f"{SLUG}, brought into the form of a slug; made from the title", "building"))
    description = Prose(most=2000, allow_none=True, **says(ABOUT, "From the first drawing to the last wheel."))


class SeriesPatch(Body):
    """What may change about a series, as a JSON Merge Patch."""

    title = Name(most=300, **says("Its title", "Building the Engine"))
    slug = Name(most=150, **says(f"{SLUG}; the old address leads to the new one", "building"))
    description = Prose(most=2000, allow_none=True, **says(f"{ABOUT}; null for nothing", "From drawing to wheel."))
    order = fields.List(
        Id(),
        validate=validate.Length(max=MOST_ORDERED),
        **says("Ids of its posts in their order; those that are not named come after, by date", [AN_ID]),
    )


class SeriesQuery(Schema):
    """The query of one series."""

    fields = fields_parameter(SeriesWithPosts)


class SeriesListQuery(PageQuery):
    """The query of the list of series, which is sorted by title."""

    fields = fields_parameter(Series)


SeriesList = list_of(Series)
