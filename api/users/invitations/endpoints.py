"""`/invitations`: how authors and editors get their accounts."""

from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header, list_of
from api.shared.problems import NOT_FOUND, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Event, Write
from api.users.accounts.naming import EmailUnusable, UsernameUnusable
from api.users.accounts.rules import EmailTaken, PasswordTooCommon, UsernameTaken
from api.users.accounts.schemas import Account
from api.users.incoming import context, count_attempt_by_address
from api.users.invitations import rules
from api.users.invitations.schemas import Acceptance, Invitation, InvitationQuery, NewInvitation
from api.users.mail.links import LinkOver
from api.users.password_resets.endpoints import LINK_OVER
from api.users.refusals import common_password, unusable_email, unusable_username
from api.users.registrations.endpoints import REGISTRATION_CLOSED
from api.users.setup.endpoints import EMAIL_TAKEN, USERNAME_TAKEN

invitations = Resource("invitations", __name__, description="How authors and editors get their accounts")


@invitations.operation(
    "POST", "/invitations", "createInvitation", body=NewInvitation, returns=Invitation, status=201,
    problems=(EMAIL_TAKEN, REGISTRATION_CLOSED),
)  # fmt: skip
def create_invitation(call: Call) -> Write:
    """Invite somebody.

    A link is sent to the address; it works once, for a week. An earlier invitation of the same address ends.
    """
    try:
        operations, invitation = rules.invite(context(), call.who.account_id, call.body)
    except rules.InvitationsClosed as error:
        raise Problem(REGISTRATION_CLOSED) from error
    except EmailTaken as error:
        raise Problem(EMAIL_TAKEN) from error
    except EmailUnusable as error:
        raise unusable_email() from error
    invited = Event(details={"invitation_id": invitation["id"], "role": invitation["role"]})
    return Write(operations, Answer(invitation, location=f"/api/users/v1/invitations/{invitation['id']}"), invited)


@invitations.operation("GET", "/invitations", "listInvitations", query=InvitationQuery, returns=list_of(Invitation))
def list_invitations(call: Call) -> Answer:
    """List invitations.

    Those that can still be accepted, the oldest first.
    """
    query = call.query
    page = rules.live(
        context(), {"limit": query["limit"], "cursor": query["cursor"], "count": query["count"] is not None}
    )
    return Answer(envelope(page, page.records), headers=link_header(page))


@invitations.operation("GET", "/invitations/<uuid:invitation_id>", "getInvitation", returns=Invitation)
def get_invitation(call: Call, invitation_id: str) -> Answer:  # noqa: ARG001 - admins see all of them
    """Get an invitation.

    One that can still be accepted.
    """
    return Answer(_live(invitation_id))


@invitations.operation("DELETE", "/invitations/<uuid:invitation_id>", "deleteInvitation", status=204)
def delete_invitation(call: Call, invitation_id: str) -> Write:  # noqa: ARG001 - admins revoke any of them
    """Revoke an invitation.

    Its link is good for nothing from now on.
    """
    return Write([rules.revoke(_live(invitation_id))], Answer(), Event(details={"invitation_id": invitation_id}))


@invitations.operation(
    "POST",
    "/invitations/accept",
    "acceptInvitation",
    body=Acceptance,
    returns=Account,
    status=201,
    bearer=False,
    problems=(LINK_OVER, USERNAME_TAKEN, EMAIL_TAKEN, REGISTRATION_CLOSED),
)
def accept_invitation(call: Call) -> Write:
    """Accept an invitation.

    Makes an account with the role and the address of the invitation. Sign in afterwards.
    """
    if call.attempt == 0:
        count_attempt_by_address()
    try:
        operations, account = rules.accept(context(), call.body)
    except rules.InvitationsClosed as error:
        raise Problem(REGISTRATION_CLOSED) from error
    except LinkOver as error:
        raise Problem(LINK_OVER) from error
    except UsernameTaken as error:
        raise Problem(USERNAME_TAKEN) from error
    except UsernameUnusable as error:
        raise unusable_username() from error
    except EmailTaken as error:
        raise Problem(EMAIL_TAKEN) from error
    except PasswordTooCommon as error:
        raise common_password() from error
    event = Event(about=account["id"], details={"role": account["role"]})
    return Write(operations, Answer(account, version=account["version"], location="/api/users/v1/me"), event)


def _live(invitation_id: str) -> Record:
    invitation = rules.with_id(context(), invitation_id)
    if invitation is None:
        raise Problem(NOT_FOUND)
    return invitation
