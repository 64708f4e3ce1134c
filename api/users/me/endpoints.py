"""`/me`: the caller's own account."""

from api.shared.operations import Call, Resource
from api.shared.problems import UNAUTHENTICATED, Kind, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Write
from api.users.accounts import rules
from api.users.accounts.naming import EmailUnusable
from api.users.accounts.rules import PasswordTooCommon, demand_uncommon
from api.users.accounts.schemas import Account, AccountFields, Profile
from api.users.email_verifications.rules import request_change
from api.users.incoming import WRONG_PASSWORD, context, count_mail_to, demand_password
from api.users.me import rules as my
from api.users.me.schemas import Deletion, EmailChange, Export, PasswordChange
from api.users.password_resets.rules import changed_password
from api.users.refusals import common_password, invalid, unusable_email

OWNER_STAYS = Kind(
    409, "owner_stays", "The owner stays", "A blog has exactly one owner, whose account cannot be deleted."
)

me = Resource("me", __name__, description="Your own account")


@me.operation("GET", "/me", "getMe", query=AccountFields, returns=Account)
def get_me(call: Call) -> Answer:
    """Get my account.

    The account that the token belongs to.
    """
    account = _mine(call)
    return Answer(account, version=account["version"], fields=call.query["fields"])


@me.operation("PATCH", "/me", "updateMe", body=Profile, returns=Account, versioned=True)
def update_me(call: Call) -> Write:
    """Change my profile.

    A JSON Merge Patch (RFC 7396): only what is sent is changed, null takes a value away. Authors' public profiles
    follow at once.
    """
    account = _mine(call)
    operation, changed = rules.change(context(), account, call.body, if_version=call.if_version)
    return Write([operation], Answer(changed, version=changed["version"]))


@me.operation(
    "PUT", "/me/password", "changePassword", body=PasswordChange, status=204, problems=(WRONG_PASSWORD,)
)  # fmt: skip
def change_password(call: Call) -> Write:
    """Change my password.

    Needs the present one. Signs out everywhere but here; personal access tokens stay good.
    """
    account = demand_password(call, call.body["current_password"])
    try:
        demand_uncommon(call.body["password"], account["username"], account["email"])
    except PasswordTooCommon as error:
        raise common_password() from error
    return Write(changed_password(context(), account, call.body["password"], staying=call.who.session_id), Answer())


@me.operation(
    "POST", "/me/email-change", "requestEmailChange", body=EmailChange, status=204, problems=(WRONG_PASSWORD,)
)
def request_email_change(call: Call) -> Write:
    """Change my e-mail address.

    A link is sent to the new address; opening it makes it yours. The answer is the same when another account has it.
    """
    account = demand_password(call, call.body["password"])
    if call.attempt == 0:
        count_mail_to(call.body["email"])
    try:
        return Write(request_change(context(), account, call.body["email"]), Answer())
    except EmailUnusable as error:
        raise unusable_email() from error


@me.operation("GET", "/me/export", "exportMe", returns=Export)
def export_me(call: Call) -> Answer:
    """Export my data.

    All that the User Service holds about you, as one document. Posts and comments are the Blog Service's.
    """
    return Answer(my.export(context(), _mine(call)))


@me.operation(
    "POST",
    "/me/deletion",
    "deleteMe",
    body=Deletion,
    status=204,
    problems=(WRONG_PASSWORD, OWNER_STAYS),
)
def delete_me(call: Call) -> Write:
    """Delete my account.

    Needs your password, and cannot be undone. Your data is removed; your posts go to the heir you name, or stay
    without your name. The owner's account cannot be deleted.
    """
    account = demand_password(call, call.body["password"])
    try:
        return Write(my.delete(context(), account, call.body["heir"]), Answer())
    except my.OwnerStays as error:
        raise Problem(OWNER_STAYS) from error
    except my.HeirUnknown as error:
        raise invalid("unknown", "No other author has this username.", "/heir") from error


def _mine(call: Call) -> Record:
    account = rules.with_id(context(), call.who.account_id)
    if account is None:
        raise Problem(UNAUTHENTICATED)
    return account
