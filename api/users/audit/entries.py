"""How an event is written down."""

from collections.abc import Mapping
from typing import Any

from api.shared import store
from api.shared.http import new_id
from api.shared.store import Operation

COLLECTION = "audit"
# What does not stay about somebody who has gone
PERSONAL: Mapping[str, None] = {"address": None, "user_agent": None}


def entry(now: str, event: str, values: Mapping[str, Any]) -> Operation:
    """Return what records an event, as an operation of the commit that it tells of."""
    return store.insert(COLLECTION, new_id(), {"event": event, "created_at": now, "details": {}, **values})
