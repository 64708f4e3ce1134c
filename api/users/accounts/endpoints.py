"""`/accounts`: who has one, for admins."""

from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header, list_of
from api.shared.problems import FORBIDDEN, NOT_FOUND, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Event, Write
from api.users.accounts import administration, rules
from api.users.accounts.schemas import Account, AccountChange, AccountFields, AccountQuery
from api.users.incoming import context

accounts = Resource("accounts", __name__, description="Who has an account, for admins")


@accounts.operation("GET", "/accounts", "listAccounts", query=AccountQuery, returns=list_of(Account))
def list_accounts(call: Call) -> Answer:
    """List accounts.

    All accounts, or those with one role.
    """
    query = call.query
    paging = {name: query[name] for name in ("sort", "limit", "cursor")}
    page = rules.listed(context(), query["role"], {**paging, "count": query["count"] is not None})
    return Answer(envelope(page, page.records), fields=query["fields"], headers=link_header(page))


@accounts.operation("GET", "/accounts/<uuid:account_id>", "getAccount", query=AccountFields, returns=Account)
def get_account(call: Call, account_id: str) -> Answer:
    """Get an account.

    One account by its id.
    """
    account = rules.with_id(context(), account_id)
    if account is None:
        raise Problem(NOT_FOUND)
    return Answer(account, version=account["version"], fields=call.query["fields"])


@accounts.operation(
    "PATCH", "/accounts/<uuid:account_id>", "updateAccount", body=AccountChange, returns=Account, versioned=True
)
def update_account(call: Call, account_id: str) -> Write:
    """Change an account's role, suspend it, or let it in again.

    Only accounts below your own role, and only roles below it: the owner alone makes admins, and nobody can touch the
    owner. Suspending ends all sessions. It holds everywhere within five seconds.
    """
    account = _below(call, account_id)
    try:
        changes, changed = administration.update(context(), account, call.body, call.who, if_version=call.if_version)
    except administration.NotBelow as error:
        raise _not_below() from error
    event = Event(about=account_id, details=administration.difference(account, changed))
    return Write(changes, Answer(changed, version=changed["version"]), event)


@accounts.operation("DELETE", "/accounts/<uuid:account_id>/sessions", "revokeAccountSessions", status=204)
def revoke_account_sessions(call: Call, account_id: str) -> Write:
    """Sign somebody out everywhere.

    Ends all sessions of an account below your own role.
    """
    ending = administration.end_sessions(context(), _below(call, account_id)["id"])
    return Write(ending, Answer(), Event(about=account_id))


@accounts.operation("DELETE", "/accounts/<uuid:account_id>/second-factor", "resetSecondFactor", status=204)
def reset_second_factor(call: Call, account_id: str) -> Write:
    """Take somebody's second factor away.

    For the day that phone and recovery codes are lost. Ends all sessions of the account, which has to be below your
    own role.
    """
    try:
        removal = administration.without_factor(context(), _below(call, account_id)["id"])
    except administration.FactorMissing as error:
        raise Problem(NOT_FOUND) from error
    return Write(removal, Answer(), Event(about=account_id))


def _below(call: Call, account_id: str) -> Record:
    try:
        account = administration.below(rules.with_id(context(), account_id), call.who)
    except administration.NotBelow as error:
        raise _not_below() from error
    if account is None:
        raise Problem(NOT_FOUND)
    return account


def _not_below() -> Problem:
    return Problem(FORBIDDEN, "Only accounts and roles below your own can be changed.")
