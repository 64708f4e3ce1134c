"""Personal access tokens as they travel."""

from marshmallow import Schema, fields, validate

from api.shared.auth import load_access
from api.shared.fields import Choice, Id, Line, Moment, Whole
from api.shared.paging import PageQuery
from api.users.accounts.schemas import NAME_PATTERN

SCOPES = sorted({row.scope for row in load_access().values() if row.scope})
LONGEST_LIFE_DAYS = 3650
TOKEN_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0f"  # noqa: S105 - the id of a token, no token


class NewToken(Schema):
    """What a token shall be good for."""

    name = Line(
        least=1,
        most=200,
        pattern=NAME_PATTERN,
        required=True,
        metadata={"description": "What it is for, to recognise it by", "example": "Import from the old blog"},
    )
    scopes = fields.List(
        Choice(*SCOPES),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
        metadata={
            "description": "What it may do, within what your role may do",
            "example": [SCOPES[0]],
        },
    )
    expires_in_days = Whole(
        1,
        LONGEST_LIFE_DAYS,
        load_default=None,
        allow_none=True,
        metadata={"description": "After how many days it ends; null for never", "example": 90, "format": "int32"},
    )


class Token(Schema):
    """A personal access token, without the token itself."""

    id = Id(required=True, metadata={"description": "Its id", "example": TOKEN_ID})
    name = Line(
        most=200, required=True, metadata={"description": "What it is for", "example": "Import from the old blog"}
    )
    hint = Line(
        most=16,
        required=True,
        metadata={"description": "Its last characters, to tell it from others", "example": "x7Qz"},
    )
    scopes = fields.List(
        Choice(*SCOPES),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
        metadata={"description": "What it may do", "example": [SCOPES[0]]},
    )
    expires_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When it ends by itself, or null", "example": "2027-02-21T09:00:00.000000Z"},
    )
    used_at = Moment(
        required=True,
        allow_none=True,
        metadata={
            "description": "When it was last used, give or take five minutes; null for never",
            "example": "2026-11-24T18:30:00.000000Z",
        },
    )
    created_at = Moment(
        required=True, metadata={"description": "When it was made", "example": "2026-11-23T09:00:00.000000Z"}
    )


class TokenShown(Token):
    """A personal access token that was just made."""

    token = Line(
        most=41,
        pattern="^fb_[0-9A-Za-z]{38}$",
        required=True,
        metadata={
            "description": "The token. Keep it now: it is never shown again",
            "example": "fb_EXAMPLEexampleEXAMPLEexample0000000000",
        },
    )


class TokenQuery(PageQuery):
    """The query of the list of tokens."""
