"""Tags as the API takes and shows them."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, Body, Name, says
from api.shared.fields import Moment, Prose
from api.shared.paging import PageQuery, fields_parameter, list_of


class Tag(Schema):
    """A tag: what posts are about."""

    id = fields.String(**says("Identifies the tag", AN_ID))
    slug = fields.String(**says("Its place in the URL", "engines"))
    name = fields.String(**says("Name as readers see it", "Engines"))
    description = fields.String(allow_none=True, **says("What posts with it are about", "Machines that compute."))
    post_count = fields.Integer(**says("Number of posts that everybody may read", 12))
    created_at = Moment(**says("When it was made", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))
    url = fields.String(**says("Where its posts are listed", "https://example.org/tags/engines"))


class TagIn(Body):
    """A new tag."""

    name = Name(most=100, required=True, **says("Name as readers see it", "Engines"))
    slug = Name(
        most=150, **says("Its place in the URL, brought into the form of a slug; made from the name", "engines")
    )
    description = Prose(most=2000, allow_none=True, **says("What posts with it are about", "Machines that compute."))


class TagPatch(Body):
    """What may change about a tag, as a JSON Merge Patch."""

    name = Name(most=100, **says("Name as readers see it", "Engines"))
    slug = Name(most=150, **says("Its place in the URL; the old address leads to the new one", "engines"))
    description = Prose(
        most=2000, allow_none=True, **says("What posts with it are about; null for nothing", "Machines that compute.")
    )


class MergeIn(Body):
    """The tag that takes the place of another."""

    into = Name(most=200, required=True, **says("The slug of the tag that stays", "engines"))


class TagQuery(Schema):
    """The query of one tag."""

    fields = fields_parameter(Tag)


class TagsQuery(PageQuery):
    """The query of the list of tags, which is sorted by name."""

    fields = fields_parameter(Tag)


TagList = list_of(Tag)
