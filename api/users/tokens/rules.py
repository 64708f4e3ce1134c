"""Personal access tokens: what programs sign in with."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.shared import store
from api.shared.auth import BASE62, TOKEN_PREFIX, has_expired, token_checksum, token_digest
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.http import new_id
from api.shared.last_use import EVERY
from api.shared.store import Operation, Page, Record
from api.users.context import Context

LENGTH = 32
HINT = 4
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; nobody can ever read `token` again."""

    record: Record
    token: str = field(repr=False)
    operation: Operation


def make(context: Context, account_id: str, given: Mapping[str, Any]) -> NewToken:
    """Make a token for an account."""
    body = "".join(secrets.choice(BASE62) for _ in range(LENGTH))
    token = f"{TOKEN_PREFIX}{body}{token_checksum(body)}"
    days = given["expires_in_days"]
    values = {
        "account_id": account_id,
        "name": given["name"],
        "digest": token_digest(token),
        "hint": token[-HINT:],
        "scopes": sorted(set(given["scopes"])),
        "expires_at": None if days is None else rfc3339(context.clock.now() + timedelta(days=days)),
        "used_at": None,
        "created_at": context.now(),
    }
    token_id = new_id()
    return NewToken({"id": token_id, **values}, token, store.insert("tokens", token_id, values))


def revoke(context: Context, token: Record) -> Operation:
    """Return what ends a token at once."""
    return store.update("tokens", token["id"], {"revoked_at": context.now()})


def live(context: Context, account_id: str, paging: Mapping[str, Any]) -> Page:
    """Return a page of an account's tokens that still work, the newest first."""
    filters = {"account_id": account_id, "ends_after": context.next_moment()}
    return context.store.find("tokens", filters, sort="-created_at", **paging)


def all_live(context: Context, account_id: str) -> list[Record]:
    """Return all tokens of an account that still work."""
    found: list[Record] = []
    cursor = None
    while True:
        page = live(context, account_id, {"limit": LONGEST_LIST, "cursor": cursor})
        found += page.records
        cursor = page.next
        if cursor is None:
            return found


def own(context: Context, account_id: str, token_id: str) -> Record | None:
    """Return a token that still works, if it belongs to the account."""
    found = context.store.get("tokens", token_id)
    if found is None or found.record["account_id"] != account_id or is_over(context, found.record):
        return None
    return found.record


def with_digest(context: Context, digest: str) -> Record | None:
    """Return the token that has a digest, over or not."""
    return next(iter(context.store.find("tokens", {"digest": digest}, limit=1).records), None)


def note_use(context: Context, token: str) -> None:
    """Write down that a token is in use now, unless another replica did a moment ago."""
    found = with_digest(context, token_digest(token))
    if found is None or (found["used_at"] and context.clock.now() - parse_rfc3339(found["used_at"]) < EVERY):
        return
    context.store.commit([store.update("tokens", found["id"], {"used_at": context.now()}, if_version=found["version"])])


def is_over(context: Context, token: Record) -> bool:
    """Tell whether a token was revoked or has expired."""
    return token["revoked_at"] is not None or has_expired(token["expires_at"], context.clock)
