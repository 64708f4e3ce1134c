"""What people do to their own account."""

from typing import Any

from marshmallow import Schema, fields

from api.shared.fields import Line, Moment, Prose
from api.users.accounts.schemas import Account, email, heir_parameter, password
from api.users.audit.schemas import Event
from api.users.invitations.schemas import Invitation
from api.users.second_factor.schemas import SecondFactor
from api.users.sessions.schemas import Session
from api.users.tokens.schemas import Token


def present_password(**options: Any) -> Prose:
    """Return the field of the password that proves that it is really the holder who asks."""
    metadata = {
        "description": "Your password as it is now",
        "example": "three green kites over delft",
        "format": "password",
    }
    return Prose(least=1, most=256, load_only=True, metadata=metadata, **options)


class PasswordChange(Schema):
    """The password as it is, and as it shall be."""

    current_password = present_password(required=True)
    password = password(required=True)


class EmailChange(Schema):
    """The address from now on, once it is proven."""

    email = email(required=True)
    password = present_password(required=True)


class Deletion(Schema):
    """The proof that it is really the holder who asks, and who takes over."""

    password = present_password(required=True)
    heir = heir_parameter()


class PastSession(Session):
    """A session, ended or not."""

    class Meta:
        """Leaves out what only a running session has."""

        exclude = ("current",)


class PastEvent(Event):
    """An event, without the names of those who took part, which may be others'."""

    class Meta:
        """Leaves out what a list looks up."""

        exclude = ("account", "actor")


class PendingMail(Schema):
    """A mail that is under way, or a link that was sent and not used."""

    kind = Line(most=64, required=True, metadata={"description": "What it is about", "example": "password_reset"})
    recipient = Line(
        most=320,
        allow_none=True,
        metadata={"description": "Where it goes; links do not say it", "example": "ada@example.org"},
    )
    created_at = Moment(
        required=True, metadata={"description": "When it was written", "example": "2026-11-23T09:00:00.000000Z"}
    )
    expires_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When it is of no use any more", "example": "2026-11-23T09:30:00.000000Z"},
    )


class Export(Schema):
    """All that the User Service holds about somebody, but hashes and digests."""

    account = fields.Nested(Account, required=True, metadata={"description": "The account"})
    sessions = fields.List(
        fields.Nested(PastSession), required=True, metadata={"description": "Where you signed in, ended or not"}
    )
    tokens = fields.List(
        fields.Nested(Token), required=True, metadata={"description": "Personal access tokens, revoked or not"}
    )
    second_factor = fields.Nested(
        SecondFactor, required=True, metadata={"description": "Your second factor, without its secret"}
    )
    invitations = fields.List(
        fields.Nested(Invitation), required=True, metadata={"description": "Whom you have invited"}
    )
    mails = fields.List(
        fields.Nested(PendingMail), required=True, metadata={"description": "Mails and their links that are under way"}
    )
    events = fields.List(
        fields.Nested(PastEvent), required=True, metadata={"description": "What you did, and what happened to you"}
    )
