"""`/me`: the caller's own account."""

from api.shared.operations import Call, Resource
from api.shared.problems import UNAUTHENTICATED, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Write
from api.users.accounts import rules
from api.users.accounts.schemas import Account, AccountFields, Profile
from api.users.incoming import context

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


def _mine(call: Call) -> Record:
    account = rules.with_id(context(), call.who.account_id)
    if account is None:
        raise Problem(UNAUTHENTICATED)
    return account
