"""Promising a mail: an operation of the commit that it is about, so that neither is without the other."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from api.shared import store
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.store import Operation, Record
from api.users.context import Context

NOBODY = "nobody"


def promise(  # noqa: PLR0913 - each is one part of an envelope
    context: Context,
    kind: str,
    *,
    recipient: str | None,
    account_id: str | None = None,
    details: Mapping[str, Any] | None = None,
    life: timedelta | None = None,
) -> Operation:
    """Return what makes the worker send a letter (see `letters.py`), or not at all once its `life` is over."""
    now = context.clock.now()
    values = {
        "kind": kind,
        "account_id": account_id,
        "recipient": recipient,
        "details": dict(details or {}),
        "state": "pending",
        "attempts": 0,
        "due_at": rfc3339(now),
        "expires_at": None if life is None else rfc3339(now + life),
        "created_at": rfc3339(now),
    }
    return store.insert("outbox", new_id(), values)


def promise_nothing(context: Context) -> Operation:
    """Return what is written where there is nobody to write to: a request costs the same, and no mail is sent."""
    return promise(context, NOBODY, recipient=None)


def notice(context: Context, kind: str, account: Record) -> Operation:
    """Return what tells the holder of an account of something that happened to it."""
    details = {"username": account["username"]}
    return promise(context, kind, recipient=account["email"], account_id=account["id"], details=details)
