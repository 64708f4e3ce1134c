"""The set-up of a new blog."""

from marshmallow import Schema, fields

from api.shared.fields import Line
from api.users.accounts.schemas import email, name, password, username


class SetupState(Schema):
    """Whether the blog waits for its owner."""

    open = fields.Boolean(
        required=True, metadata={"description": "Always true: once there is an owner, this is gone", "example": True}
    )


class NewOwner(Schema):
    """The owner's account, and the proof that it is theirs to make."""

    code = Line(
        least=1,
        most=200,
        required=True,
        load_only=True,
        metadata={
            "description": "The code from the link that was shown when the blog was started",
            "example": "m9yV0f2Qm3pT7sKx1bLw8dRz4hNc6gJa",
        },
    )
    username = username(required=True)
    name = name(required=True)
    email = email(required=True)
    password = password(required=True)
