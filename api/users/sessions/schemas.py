"""Signing in, and the sessions it makes."""

from marshmallow import Schema, fields, validate

from api.shared.fields import Choice, Id, Line, Moment
from api.shared.paging import PageQuery
from api.users.accounts.schemas import Account, current_password

SESSION_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0e"
TOKEN_TYPE = "Bearer"  # noqa: S105 - a word of RFC 6750, no secret


class Credentials(Schema):
    """A name and a password."""

    identifier = Line(
        least=1, most=320, required=True, metadata={"description": "Username or e-mail address", "example": "ada"}
    )
    password = current_password(required=True)


class Grant(Schema):
    """What signing in gives. The refresh token comes in a cookie."""

    access_token = Line(
        most=4000,
        pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
        required=True,
        metadata={
            "description": "For `Authorization: Bearer …`; a signed JWT (RFC 9068)",
            "example": "eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
        },
    )
    token_type = Choice(
        TOKEN_TYPE, required=True, metadata={"description": "How the token is presented", "example": TOKEN_TYPE}
    )
    expires_in = fields.Integer(
        required=True,
        validate=validate.Range(1, 3600),
        metadata={"description": "Seconds for which the access token is good", "example": 600, "format": "int32"},
    )
    session_id = Id(required=True, metadata={"description": "The session", "example": SESSION_ID})
    account = fields.Nested(Account, required=True, metadata={"description": "Who signed in"})


class Session(Schema):
    """Somebody signed in on some device."""

    id = Id(required=True, metadata={"description": "Its id", "example": SESSION_ID})
    current = fields.Boolean(
        required=True, metadata={"description": "Whether it is the one that asks", "example": True}
    )
    user_agent = Line(
        most=500,
        required=True,
        allow_none=True,
        metadata={"description": "The browser, as it named itself", "example": "Mozilla/5.0 (X11; Linux x86_64)"},
    )
    address = Line(
        most=64,
        required=True,
        allow_none=True,
        metadata={"description": "From where it was last used", "example": "192.0.2.7"},
    )
    created_at = Moment(
        required=True, metadata={"description": "When it began", "example": "2026-11-23T09:00:00.000000Z"}
    )
    used_at = Moment(
        required=True,
        metadata={
            "description": "When it was last used, give or take ten minutes",
            "example": "2026-11-23T09:10:00.000000Z",
        },
    )
    expires_at = Moment(
        required=True, metadata={"description": "When it ends unless used", "example": "2026-12-23T09:10:00.000000Z"}
    )


class SessionQuery(PageQuery):
    """The query of the list of sessions."""
