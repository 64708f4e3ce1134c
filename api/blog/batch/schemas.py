"""Batches as the API takes and answers them."""

from marshmallow import Schema, fields, validate

from api.blog.described import AN_ID, Body, says
from api.shared.fields import Choice, Line

MOST_ITEMS = 100
MOST_FIELDS = 100
PATH_PATTERN = r"^/[^\x00-\x20\x7f#]*$"
A_RESULT = {"id": AN_ID, "slug": "notes-on-the-engine", "title": "Notes on the Engine", "version": 1}


class BatchItem(Body):
    """One write."""

    method = Choice("POST", "PUT", "PATCH", "DELETE", required=True, **says("As it would be sent alone", "POST"))
    path = Line(
        least=1, most=2000, pattern=PATH_PATTERN, required=True,
        **says("Its path below `/api/blog/v1`, with its query if it has one", "/posts"),
    )  # fmt: skip
    if_match = Line(
        least=1, most=100, allow_none=True, **says("The ETag you read, where the operation needs `If-Match`", None)
    )
    body = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        validate=validate.Length(max=MOST_FIELDS),
        metadata={
            "description": "Its JSON body, if it has one",
            "example": {"title": "Notes on the Engine"},
            "maxProperties": MOST_FIELDS,
        },
    )


class BatchIn(Body):
    """Writes that are done together, or not at all."""

    operations = fields.List(
        fields.Nested(BatchItem),
        required=True,
        validate=validate.Length(1, MOST_ITEMS),
        metadata={"description": "In this order"},
    )


class BatchResult(Schema):
    """What one write would have answered alone."""

    status = fields.Integer(**says("Its HTTP status", 201))
    etag = fields.String(allow_none=True, **says("Its ETag", '"1-5c2f8a11b0d3e4f6"'))
    location = fields.String(allow_none=True, **says("Where what it made is", f"/api/blog/v1/posts/{AN_ID}"))
    body = fields.Dict(allow_none=True, **says("Its body; null for none", A_RESULT))


class BatchResults(Schema):
    """What each write of a batch answered."""

    results = fields.List(fields.Nested(BatchResult), metadata={"description": "In the order of the operations"})
