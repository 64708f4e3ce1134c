"""What an operator does to accounts, from the command line: makes them, lets somebody choose a password, signs out."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.shared.http import new_id
from api.shared.store import Operation, Record
from api.users.accounts import rules as accounts
from api.users.audit.entries import entry
from api.users.context import Context
from api.users.mail import links
from api.users.password_resets.rules import KIND
from api.users.sessions import rules as sessions
from api.users.tokens import rules as tokens

PROGRAM = "flask-blog users"


def create(context: Context, given: Mapping[str, Any], role: str) -> tuple[Sequence[Operation], Record, str]:
    """Return what makes an account, the account, and the token of a link with which its holder chooses a password.

    Raises UsernameTaken, UsernameUnusable, EmailTaken, EmailUnusable.
    """
    accounts.demand_free(context, given["username"], given["email"])
    account = accounts.fresh(given, role=role, password_hash=context.passwords.nobodys, now=context.now(), proven=False)
    link, token = _link(context, account)
    made = _recorded(context, "account_created", account, {"role": role})
    return [accounts.insertion(account), link, made], account, token


def reset(context: Context, account: Record) -> tuple[Sequence[Operation], str]:
    """Return what makes a link for choosing a new password, and its token; the old one is good until then."""
    link, token = _link(context, account)
    return [link, _recorded(context, "reset_link_made", account, {})], token


def revoke(context: Context, account: Record) -> Sequence[Operation]:
    """Return what ends all sessions and personal access tokens of an account."""
    ending = [
        *sessions.end_others(context, account["id"], None),
        *(tokens.revoke(context, each) for each in tokens.all_live(context, account["id"])),
    ]
    return [*ending, _recorded(context, "sessions_revoked", account, {})]


def _link(context: Context, account: Record) -> tuple[Operation, str]:
    link_id = new_id()
    return links.insert(context, link_id, KIND, account["id"], {}), links.token(context, link_id)


def _recorded(context: Context, event: str, account: Record, details: Mapping[str, Any]) -> Operation:
    values = {"account_id": account["id"], "user_agent": PROGRAM, "details": dict(details)}
    return entry(context.now(), event, values)
