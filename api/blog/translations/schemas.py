"""Translations as the API takes and shows them."""

from marshmallow import Schema, fields

from api.blog.around.schemas import PostLink
from api.blog.described import AN_ID, Body, says
from api.shared.fields import Id


class Translations(Schema):
    """The other posts that say the same in another language."""

    items = fields.List(fields.Nested(PostLink), metadata={"description": "By language"})


class TranslationIn(Body):
    """A post that says the same."""

    post_id = Id(required=True, **says("The post that is a translation of this one", AN_ID))
