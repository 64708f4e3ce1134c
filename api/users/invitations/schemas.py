"""Invitations as they travel."""

from marshmallow import Schema

from api.shared.fields import Choice, Id, Line, Moment
from api.shared.paging import PageQuery
from api.users.accounts.schemas import ACCOUNT_ID, email, name, password, username
from api.users.password_resets.schemas import mail_token

ROLES = ("author", "editor")
INVITATION_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c11"


class NewInvitation(Schema):
    """Who shall be invited, and as what."""

    email = email(required=True)
    role = Choice(*ROLES, required=True, metadata={"description": "The role of the account", "example": "author"})


class Invitation(Schema):
    """An invitation that can still be accepted."""

    id = Id(required=True, metadata={"description": "Its id", "example": INVITATION_ID})
    email = Line(most=320, required=True, metadata={"description": "Who is invited", "example": "grace@example.org"})
    role = Choice(*ROLES, required=True, metadata={"description": "The role of the account", "example": "author"})
    invited_by = Id(required=True, metadata={"description": "The account that invited", "example": ACCOUNT_ID})
    created_at = Moment(
        required=True, metadata={"description": "When it was sent", "example": "2026-11-23T09:00:00.000000Z"}
    )
    expires_at = Moment(
        required=True, metadata={"description": "When it ends", "example": "2026-11-30T09:00:00.000000Z"}
    )


class Acceptance(Schema):
    """The account that somebody who was invited makes."""

    token = mail_token(required=True)
    username = username(required=True)
    name = name(required=True)
    password = password(required=True)


class InvitationQuery(PageQuery):
    """The query of the list of invitations."""
