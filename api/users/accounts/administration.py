"""What admins do with accounts: only those below their own role can be touched, only roles below it given."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.shared import store
from api.shared.auth import ROLES, Caller
from api.shared.store import Operation, Record
from api.users import foreign_hashes
from api.users.accounts.rules import change, demand_free, fresh, insertion
from api.users.context import Context
from api.users.second_factor import rules as second_factor
from api.users.sessions import rules as sessions

# No password hashes to it
NO_PASSWORD = "-"  # noqa: S105 - what stands where there is none


class NotBelow(Exception):
    """The account, or the role that it shall get, is not below the role of whoever asks."""


class FactorMissing(Exception):
    """The account has no second factor."""


def below(account: Record | None, caller: Caller) -> Record | None:
    """Return an account that the caller may touch, or None when there is none. Raises NotBelow."""
    if account is None or account["state"] == "deleted":
        return None
    if not _is_below(account["role"], caller):
        raise NotBelow
    return account


def update(
    context: Context, account: Record, values: Mapping[str, Any], caller: Caller, *, if_version: int | None
) -> tuple[Sequence[Operation], Record]:
    """Return what gives an account another role or state, and the account as it will be.

    A suspended account's sessions end in the same commit, so that none comes back with it. Raises NotBelow.
    """
    if not _is_below(values.get("role", account["role"]), caller):
        raise NotBelow
    operation, changed = change(context, account, values, if_version=if_version)
    suspended = changed["state"] == "suspended"
    return [operation, *(end_sessions(context, account["id"]) if suspended else ())], changed


def difference(account: Record, changed: Record) -> Mapping[str, str]:
    """Return what became another role or state, and what it was."""
    differing = [name for name in ("role", "state") if account[name] != changed[name]]
    return {key: record[name] for name in differing for key, record in ((name, changed), (f"previous_{name}", account))}


def imported(context: Context, given: Mapping[str, Any], caller: Caller) -> tuple[Operation, Record]:
    """Return what makes an account of another program's, and the account.

    Its hash is kept if it can be verified; otherwise no password is good until one is chosen by mail. Raises NotBelow,
    UsernameTaken, UsernameUnusable, EmailTaken, EmailUnusable.
    """
    if not _is_below(given["role"], caller):
        raise NotBelow
    demand_free(context, given["username"], given["email"])
    given_hash = given["password_hash"]
    kept = given_hash if given_hash is not None and foreign_hashes.is_known(given_hash) else NO_PASSWORD
    account = fresh(given, role=given["role"], password_hash=kept, now=context.now(), proven=False)
    return insertion(account), account


def end_sessions(context: Context, account_id: str) -> Sequence[Operation]:
    """Return what ends all sessions of an account."""
    return sessions.end_others(context, account_id, None)


def without_factor(context: Context, account_id: str) -> Sequence[Operation]:
    """Return what takes the second factor of a lost phone away, and ends the sessions. Raises FactorMissing."""
    factor = second_factor.of(context, account_id)
    if factor is None:
        raise FactorMissing
    gone = store.delete("second_factors", account_id, if_version=factor["version"])
    return [gone, *end_sessions(context, account_id)]


def _is_below(role: str, caller: Caller) -> bool:
    return ROLES.index(role) < ROLES.index(caller.role)
