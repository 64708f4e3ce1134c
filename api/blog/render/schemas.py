"""What the editor's preview sends and gets."""

from marshmallow import Schema, fields

from api.blog.described import Body, says
from api.blog.posts.schemas import MOST_MARKDOWN, TocEntry
from api.shared.fields import Prose


class RenderIn(Body):
    """Markdown to render."""

    markdown = Prose(most=MOST_MARKDOWN, required=True, **says("The source", "The engine *weaves* patterns."))


class Rendered(Schema):
    """What publishing this Markdown would show."""

    html = fields.String(required=True, **says("Sanitised HTML", "<p>The engine <em>weaves</em> patterns.</p>\n"))
    toc = fields.List(fields.Nested(TocEntry), required=True, **says("Headings of the text", []))
    word_count = fields.Integer(required=True, **says("Number of words", 4))
    reading_minutes = fields.Integer(required=True, **says("Minutes it takes to read", 1))
