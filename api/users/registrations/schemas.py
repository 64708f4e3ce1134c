"""Making an account for oneself."""

from marshmallow import Schema

from api.shared.fields import Choice
from api.users.accounts.schemas import email, name, password, username

MODES = ("open", "invitation", "closed")


class Registration(Schema):
    """Who may make an account."""

    mode = Choice(
        *MODES,
        required=True,
        metadata={"description": "Anybody, those who were invited, or nobody", "example": "invitation"},
    )


class NewReader(Schema):
    """Somebody who wants an account."""

    username = username(required=True)
    name = name(required=True)
    email = email(required=True)
    password = password(required=True)
