"""The audit: who may read which of it, and for how long it is kept."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from api.shared.auth import Access, Caller
from api.shared.clock import rfc3339
from api.shared.store import Page, Record
from api.users.audit.entries import COLLECTION, PERSONAL
from api.users.context import Context


def listed(context: Context, caller: Caller, access: Access, query: Mapping[str, Any]) -> Page:
    """Return a page of events: those about the caller, or everybody's for admins. Raises a 403 Problem."""
    account_id = query["account"]
    if account_id is not None:
        access.demand_own(caller, [account_id])
    elif not sees_all(caller, access):
        account_id = caller.account_id
    filters = {"account_id": account_id, "actor_id": query["actor"], "event": query["event"]}
    return context.store.find(
        COLLECTION,
        {**filters, "since": query["since"], "until": query["until"]},
        sort=query["sort"],
        limit=query["limit"],
        cursor=query["cursor"],
        count=query["count"] is not None,
        include=("account", "actor"),
    )


def shown(event: Record, accounts: Mapping[str, Record], caller: Caller, access: Access) -> Record:
    """Return an event as the caller may see it: from where somebody else did it is for admins."""
    elsewhere = event["actor_id"] not in {None, caller.account_id} and not sees_all(caller, access)
    names = {
        name: accounts[event[f"{name}_id"]]["username"] if event[f"{name}_id"] in accounts else None
        for name in ("account", "actor")
    }
    return {**event, **names, **(PERSONAL if elsewhere else {})}


def sees_all(caller: Caller, access: Access) -> bool:
    """Tell whether events about others are open to somebody."""
    return access.foreign is not None and caller.is_at_least(access.foreign)


def kept_since(context: Context) -> str:
    """Return the moment before which nothing is kept."""
    return rfc3339(context.clock.now() - timedelta(days=context.settings.audit_days))
