"""Proving that one reads an address."""

from marshmallow import Schema

from api.shared.fields import Line
from api.users.password_resets.schemas import mail_token


class Proof(Schema):
    """The token of a link that came by mail."""

    token = mail_token(required=True)


class Verified(Schema):
    """The account whose address is proven now."""

    username = Line(most=64, required=True, metadata={"description": "Its name, for signing in", "example": "ada"})
    email = Line(most=320, required=True, metadata={"description": "The address", "example": "ada@example.org"})
