"""One's own account: its password, its address, all that is held about it, and its end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.shared import store
from api.shared.store import Operation, Record
from api.users.accounts import rules as accounts
from api.users.audit import entries
from api.users.context import Context
from api.users.second_factor import rules as second_factor

PAGE = 200
# What a deletion leaves room for beside the account itself, in a commit of at most 1,000 operations
MOST_AT_ONCE = 900
# What belongs to an account and goes with it
PERSONAL = ("sessions", "tokens", "second_factors", "mail_links", "outbox", "audit")


class OwnerStays(Exception):
    """The owner's account cannot be deleted."""


class HeirUnknown(Exception):
    """Nobody who could take over has this name."""


def export(context: Context, account: Record) -> Mapping[str, Any]:
    """Return all that is held about an account."""
    account_id = account["id"]
    return {
        "account": account,
        "sessions": list(_all(context, "sessions", {"account_id": account_id})),
        "tokens": list(_all(context, "tokens", {"account_id": account_id})),
        "second_factor": second_factor.shown(second_factor.of(context, account_id)),
        "invitations": list(_all(context, "invitations", {"invited_by": account_id})),
        "mails": [
            *_all(context, "mail_links", {"account_id": account_id}),
            *_all(context, "outbox", {"account_id": account_id}),
        ],
        "events": _events(context, account_id),
    }


def _events(context: Context, account_id: str) -> Sequence[Record]:
    """Return what the account did and what happened to it; from where others did so is theirs."""
    about = {
        each["id"]: each for name in ("account_id", "actor_id") for each in _all(context, "audit", {name: account_id})
    }
    return [
        each if each["actor_id"] in {None, account_id} else {**each, **entries.PERSONAL}
        for _, each in sorted(about.items())
    ]


def delete(context: Context, account: Record, heir_name: str | None) -> Sequence[Operation]:
    """Return what leaves of an account a tombstone, which names the heir; the blog follows it.

    Raises OwnerStays, HeirUnknown.
    """
    if account["role"] == "owner":
        raise OwnerStays
    heir_id = _heir(context, account, heir_name)
    belongings = [
        store.delete(name, each["id"])
        for name in PERSONAL
        for each in _all(context, name, {"account_id": account["id"]})
    ]
    # What somebody did to others stays, without saying from where
    belongings += [
        store.update("audit", each["id"], entries.PERSONAL)
        for each in _all(context, "audit", {"actor_id": account["id"]})
        if each["account_id"] != account["id"]
    ]
    # Sessions of many years: those beyond one commit go before, which is no loss should this one be refused
    while len(belongings) > MOST_AT_ONCE:
        context.store.commit(belongings[:MOST_AT_ONCE])
        del belongings[:MOST_AT_ONCE]
    tombstone = _tombstone(account["id"], context.now())
    return [
        store.update("accounts", account["id"], {**tombstone, "heir_id": heir_id}, if_version=account["version"]),
        *belongings,
    ]


def _heir(context: Context, account: Record, name: str | None) -> str | None:
    if name is None:
        return None
    heir = accounts.named(context, name)
    if heir is None or heir["id"] == account["id"] or heir["state"] != "active" or heir["role"] == "reader":
        raise HeirUnknown
    return str(heir["id"])


def _tombstone(account_id: str, now: str) -> Record:
    """Return what is left: nothing that is about a person."""
    name, email = f"deleted-{account_id}", f"{account_id}@deleted.invalid"
    return {
        "username": name,
        "username_key": name,
        "username_skeleton": None,
        "email": email,
        "email_key": email,
        "email_verified_at": None,
        "name": "Deleted account",
        "role": "reader",
        "state": "deleted",
        "password_hash": "-",
        "bio": None,
        "website": None,
        "avatar_url": None,
        "updated_at": now,
    }


def _all(context: Context, collection: str, filters: Mapping[str, str]) -> Iterator[Record]:
    cursor = None
    while True:
        page = context.store.find(collection, filters, limit=PAGE, cursor=cursor)
        yield from page.records
        cursor = page.next
        if cursor is None:
            return
