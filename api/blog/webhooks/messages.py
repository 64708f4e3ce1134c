"""What webhooks are sent, as the published contract describes it (OpenAPI 3.1, `webhooks`)."""

from collections.abc import Mapping

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, says
from api.blog.webhooks.names import EVENTS, TEST
from api.shared.fields import Choice, Moment

TYPE, WHEN = "What happened", "When it happened"


class PostTold(Schema):
    """A post as messages name it: read it by the API for the rest."""

    id = fields.String(**says("Identifies the post", AN_ID))
    kind = Choice("post", "page", **says("A post or a page", "post"))
    slug = fields.String(**says("Its name in addresses", "notes"))
    title = fields.String(**says("Its title", "Notes on the Engine"))
    summary = fields.String(allow_none=True, **says("Its standfirst", "What it could have done."))
    language = fields.String(allow_none=True, **says("Its language (BCP 47)", "en"))
    visibility = Choice("public", "unlisted", "members", **says("Who may read it", "public"))
    url = fields.String(**says("Where it is read, or was", "https://example.org/posts/notes"))
    published_at = Moment(allow_none=True, **says("Since when it is public", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change", 3))


class CommentTold(Schema):
    """A comment as messages name it: read it by the API for the rest."""

    id = fields.String(**says("Identifies the comment", AN_ID))
    post_id = fields.String(**says("The post it is about", AN_ID))
    parent_id = fields.String(allow_none=True, **says("The comment it answers", None))
    status = Choice("pending", "approved", "spam", "deleted", **says("Where it stands", "pending"))
    created_at = Moment(**says("When it was written", A_MOMENT))
    edited_at = Moment(allow_none=True, **says("When its writer changed it", None))
    version = fields.Integer(**says("Grows with every change", 1))


class MediaTold(Schema):
    """A file as messages name it."""

    id = fields.String(**says("Identifies the file", AN_ID))
    url = fields.String(**says("Where its bytes are", "https://example.org/media/3f2a.png"))
    content_type = fields.String(**says("Its media type", "image/png"))
    width = fields.Integer(allow_none=True, **says("Pixels across", 1200))
    height = fields.Integer(allow_none=True, **says("Pixels down", 800))
    bytes = fields.Integer(**says("Its size", 48_213))
    alt = fields.String(allow_none=True, **says("What it shows, in words", "The engine, drawn in 1840"))
    created_at = Moment(**says("When it was uploaded", A_MOMENT))
    version = fields.Integer(**says("Grows with every change", 1))


class WebhookTold(Schema):
    """The webhook itself."""

    id = fields.String(**says("Identifies the webhook", AN_ID))


class PostMessage(Schema):
    """Something happened to a post."""

    type = fields.String(**says(TYPE, "post.published"))
    timestamp = Moment(**says(WHEN, A_MOMENT))
    data = fields.Nested(PostTold, metadata={"description": "The post as it is now, or last was"})


class CommentMessage(Schema):
    """Something happened to a comment."""

    type = fields.String(**says(TYPE, "comment.created"))
    timestamp = Moment(**says(WHEN, A_MOMENT))
    data = fields.Nested(CommentTold, metadata={"description": "The comment as it is now"})


class MediaMessage(Schema):
    """Something happened to a file."""

    type = fields.String(**says(TYPE, "media.created"))
    timestamp = Moment(**says(WHEN, A_MOMENT))
    data = fields.Nested(MediaTold, metadata={"description": "The file as it is now, or last was"})


class TestMessage(Schema):
    """Nothing happened: somebody tries whether messages arrive."""

    type = fields.String(**says(TYPE, TEST))
    timestamp = Moment(**says(WHEN, A_MOMENT))
    data = fields.Nested(WebhookTold, metadata={"description": "The webhook that is tried"})


_SCHEMAS: Mapping[str, type[Schema]] = {
    "post": PostMessage, "comment": CommentMessage, "media": MediaMessage, "webhook": TestMessage,
}  # fmt: skip
_SUMMARIES: Mapping[str, str] = {
    "post.published": "Readers see a post that they did not see before",
    "post.updated": "A post that readers see was changed",
    "post.unpublished": "Readers see a post no more; its author keeps it",
    "post.deleted": "A post that readers saw was deleted",
    "comment.created": "Somebody commented; `status` says whether readers see it",
    "comment.approved": "Readers see a comment that had to wait",
    "media.created": "A file was uploaded",
    "media.deleted": "A file was deleted",
    TEST: "Somebody tries whether messages arrive",
}
MESSAGES = {name: (_SUMMARIES[name], _SCHEMAS[name.partition(".")[0]]) for name in (*EVENTS, TEST)}
