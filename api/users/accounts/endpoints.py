"""`/accounts`: who has one, for admins."""

from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header, list_of
from api.shared.problems import FORBIDDEN, INVALID, NOT_FOUND, Fault, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Event, Write
from api.users.accounts import administration, rules
from api.users.accounts.naming import EmailUnusable, UsernameUnusable
from api.users.accounts.rules import EmailTaken, UsernameTaken
from api.users.accounts.schemas import (
    Account,
    AccountChange,
    AccountDeletion,
    AccountFields,
    AccountImport,
    AccountQuery,
    ImportedAccount,
)
from api.users.incoming import context
from api.users.me import rules as my
from api.users.refusals import unusable_email, unusable_username
from api.users.setup.endpoints import EMAIL_TAKEN, USERNAME_TAKEN

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
    "POST", "/accounts", "importAccount", body=AccountImport, returns=ImportedAccount, status=201, idempotent=True,
    problems=(USERNAME_TAKEN, EMAIL_TAKEN),
)  # fmt: skip
def import_account(call: Call) -> Write:
    """Import an account from another program.

    With its password's hash, which is replaced by ours when its holder first signs in; so nobody has to choose a new
    password. Its role has to be below your own. No mail is sent.
    """
    try:
        operation, account = administration.imported(context(), call.body, call.who)
    except administration.NotBelow as error:
        raise _not_below() from error
    except UsernameTaken as error:
        raise Problem(USERNAME_TAKEN) from error
    except UsernameUnusable as error:
        raise unusable_username() from error
    except EmailTaken as error:
        raise Problem(EMAIL_TAKEN) from error
    except EmailUnusable as error:
        raise unusable_email() from error
    shown = {**account, "password_kept": account["password_hash"] != administration.NO_PASSWORD}
    answer = Answer(shown, version=account["version"], location=f"/api/users/v1/accounts/{account['id']}")
    return Write([operation], answer, Event(about=account["id"], details={"role": account["role"]}))


@accounts.operation(
    "DELETE", "/accounts/<uuid:account_id>", "deleteAccount", query=AccountDeletion, status=204, versioned=True
)
def delete_account(call: Call, account_id: str) -> Write:
    """Delete an account.

    One below your own role, and for good. What is held about the person is removed; posts go to the heir, or stay
    without a name.
    """
    account = _below(call, account_id)
    wanted = {**account, "version": call.if_version or account["version"]}
    try:
        return Write(my.delete(context(), wanted, call.query["heir"]), Answer(), Event(about=account["id"]))
    except my.HeirUnknown as error:
        raise Problem(
            INVALID, faults=[Fault("unknown", "No other author has this username.", parameter="heir")]
        ) from error


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
