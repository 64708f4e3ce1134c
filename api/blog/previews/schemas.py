"""Preview links as the API takes and shows them."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, Body, Name, says
from api.blog.posts.schemas import PostAuthor
from api.shared.fields import Moment
from api.shared.paging import PageQuery, list_of

LABEL = "Whom it is for, as a reminder"
ENDS = "2026-11-30T09:00:00.000000Z"


class Preview(Schema):
    """A link that shows a post to whoever has it."""

    id = fields.String(**says("Identifies the link", AN_ID))
    label = fields.String(allow_none=True, **says(LABEL, "For Charles"))
    created_by = fields.Nested(
        PostAuthor,
        allow_none=True,
        **says("Who made it", {"id": AN_ID, "username": "ada", "name": "Ada Lovelace", "avatar_url": None}),
    )
    created_at = Moment(**says("When it was made", A_MOMENT))
    expires_at = Moment(**says("When it ends by itself", ENDS))


class NewPreview(Schema):
    """A link just made: the only answer that holds its token."""

    id = fields.String(**says("Identifies the link", AN_ID))
    label = fields.String(allow_none=True, **says(LABEL, "For Charles"))
    token = fields.String(**says("What opens it; shown only now", "T2fV0c2mRk3rV9sPq1bZ7w8yXa4LhNd6JgEo5UiKtMs"))
    url = fields.String(**says("The page to send", "https://example.org/preview/T2fV0c2mRk3rV9sPq1bZ7w8yXa4LhNd6"))
    created_at = Moment(**says("When it was made", A_MOMENT))
    expires_at = Moment(**says("When it ends by itself", ENDS))


class PreviewIn(Body):
    """A new link."""

    expires_at = Moment(
        allow_none=True, **says("When it ends by itself, within 90 days; null or absent: in seven days", None)
    )
    label = Name(most=200, allow_none=True, **says(LABEL, "For Charles"))


class PreviewsQuery(PageQuery):
    """The query of the list of links."""


PreviewList = list_of(Preview)
