"""Pending edits as the API takes and shows them."""

from marshmallow import RAISE, Schema, fields

from api.blog.described import A_MOMENT, AN_ID, Body, says
from api.blog.posts.schemas import PostAuthor, PostPatch
from api.shared.fields import Moment, Whole

BASE = (
    "The revision of the post that the changes began with. Absent: the newest, for a new edit; the same as before, "
    "for one that is there. Set it to the current one after merging"
)
LARGEST = 999_999_999


class PostChange(PostPatch):
    """The fields of a post that will change, as in a JSON Merge Patch: null takes a default."""

    class Meta:
        """marshmallow's options."""

        unknown = RAISE
        exclude = ("kind", "status", "published_at", "external_id")


class PendingEdit(Schema):
    """What a published post will say."""

    changes = fields.Nested(PostChange, metadata={"description": "The fields that will change, as they were given"})
    base_revision = fields.Integer(allow_none=True, **says("The revision of the post that it began with", 2))
    current_revision = fields.Integer(allow_none=True, **says("The newest revision of the post", 2))
    outdated = fields.Boolean(
        **says("Whether the post itself was saved since: then it has to be merged before it is published", False)
    )
    publish_at = Moment(allow_none=True, **says("When it becomes public by itself; null: when it is published", None))
    problem = fields.String(
        allow_none=True, **says("The `code` of why it could not be published at its time; null: nothing is", None)
    )
    edited_by = fields.Nested(
        PostAuthor,
        allow_none=True,
        **says("Who saved it last", {"id": AN_ID, "username": "ada", "name": "Ada Lovelace", "avatar_url": None}),
    )
    created_at = Moment(**says("When it was begun", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))


class PendingEditIn(Body):
    """Changes of a published post that readers shall not see yet."""

    changes = fields.Nested(
        PostChange,
        required=True,
        metadata={"description": "The fields that will change, as in a JSON Merge Patch of the post"},
    )
    base_revision = Whole(1, LARGEST, **says(BASE, 2))


class PendingScheduleIn(Body):
    """When a pending edit becomes public."""

    publish_at = Moment(required=True, **says("A time to come, with any offset from UTC", "2036-01-02T09:00:00Z"))
