"""Choosing a new password by mail."""

from typing import Any

from marshmallow import Schema

from api.shared.fields import Line
from api.users.accounts.schemas import email, password

EXAMPLE_TOKEN = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c10.m9yV0f2Qm3pT7sKx1bLw8dRz4hNc6gJaE5uX2oBiYkA"  # noqa: S105 - a shape


def mail_token(**options: Any) -> Line:
    """Return the field of the token in a link that came by mail."""
    metadata = {"description": "The token in the link that came by mail", "example": EXAMPLE_TOKEN}
    return Line(least=1, most=200, load_only=True, metadata=metadata, **options)


class ResetRequest(Schema):
    """Where the link shall go."""

    email = email(required=True)


class NewPassword(Schema):
    """The link's token, and the password from now on."""

    token = mail_token(required=True)
    password = password(required=True)
