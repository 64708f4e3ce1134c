"""Accounts: how they are named, found and made."""

from collections.abc import Mapping
from typing import Any

from api.shared import store
from api.shared.http import new_id
from api.shared.store import Operation, Page, Record
from api.users.accounts.naming import EmailUnusable, UsernameUnusable, email_key, skeleton, username_key
from api.users.context import Context
from api.users.passwords import is_common


class UsernameTaken(Exception):
    """Another account has this username, or one that looks like it."""


class EmailTaken(Exception):
    """Another account has this e-mail address."""


class PasswordTooCommon(Exception):
    """The password is one that guessers try first."""


def named(context: Context, identifier: str) -> Record | None:
    """Return the account that somebody means by its username or e-mail address, or None."""
    meant = _meant(identifier)
    return _only(context, *meant) if meant is not None else None


def one_spelling(identifier: str) -> str:
    """Return what all spellings of one username or e-mail address have in common, whether or not it is anybody's."""
    meant = _meant(identifier)
    return meant[1] if meant is not None else identifier.strip().casefold()


def with_id(context: Context, account_id: str) -> Record | None:
    """Return an account by its id."""
    found = context.store.get("accounts", account_id)
    return found.record if found is not None else None


def listed(context: Context, role: str | None, paging: Mapping[str, Any]) -> Page:
    """Return a page of all accounts, or of those with one role."""
    return context.store.find("accounts", {"role": role}, **paging)


def change(
    context: Context, account: Record, values: Mapping[str, Any], *, if_version: int | None
) -> tuple[Operation, Record]:
    """Return what changes an account, and the account as it will be."""
    changes = {**values, "updated_at": context.now()}
    version = account["version"] if if_version is None else if_version
    changed = {**account, **changes, "version": account["version"] + 1}
    return store.update("accounts", account["id"], changes, if_version=version), changed


def demand_free_name(context: Context, username: str) -> None:
    """Raise UsernameTaken if an account is called so or something that looks alike, UsernameUnusable if none can be.

    The engine's unique indexes say the same of two who come at once.
    """
    if _only(context, "username_skeleton", skeleton(username_key(username))) is not None:
        raise UsernameTaken


def demand_free(context: Context, username: str, email: str) -> None:
    """Raise UsernameTaken or EmailTaken if an account has them, UsernameUnusable or EmailUnusable if none can."""
    demand_free_name(context, username)
    if _only(context, "email_key", email_key(email)) is not None:
        raise EmailTaken


def demand_uncommon(password: str, *own: str) -> None:
    """Raise PasswordTooCommon for a password from the list, or one that repeats the person's own names."""
    names = {part.casefold() for name in own for part in (name, name.partition("@")[0])}
    if is_common(password) or password.casefold() in names:
        raise PasswordTooCommon


def fresh(given: Mapping[str, Any], *, role: str, password_hash: str, now: str, proven: bool) -> Record:
    """Return the record of a new account, whose address was `proven` by a mail or not."""
    name = username_key(given["username"])
    return {
        "id": new_id(),
        "username": name,
        "username_key": name,
        "username_skeleton": skeleton(name),
        "email": given["email"],
        "email_key": email_key(given["email"]),
        "email_verified_at": now if proven else None,
        "name": given["name"],
        "role": role,
        "state": "active",
        "password_hash": password_hash,
        "bio": given.get("bio"),
        "website": given.get("website"),
        "avatar_url": given.get("avatar_url"),
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def insertion(account: Record) -> Operation:
    """Return what stores a new account."""
    values = {name: value for name, value in account.items() if name not in {"id", "version"}}
    return store.insert("accounts", account["id"], values)


def _meant(identifier: str) -> tuple[str, str] | None:
    """Return the field by which an account is found, and its value; None for what can be no name and no address."""
    name = identifier.strip()
    try:
        return ("email_key", email_key(name)) if "@" in name else ("username_key", username_key(name))
    except (EmailUnusable, UsernameUnusable):
        return None


def _only(context: Context, name: str, value: str) -> Record | None:
    return next(iter(context.store.find("accounts", {name: value}, limit=1).records), None)
