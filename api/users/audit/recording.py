"""Records what requests do: in the commit that does it, or counted together where nothing is committed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g

from api.shared.operations import Call
from api.shared.store import Operation
from api.shared.unit_of_work import Write
from api.users.audit.entries import PERSONAL, entry
from api.users.incoming import context, device

# Of whom has gone nothing personal is written
_IMPERSONAL = frozenset({"account_deleted"})


def recorded(call: Call, write: Write) -> Sequence[Operation]:
    """Return what records a write, by its row in the table of access. Whom it is about did it, if nobody else calls."""
    name = write.event.name or call.access.audit
    if name is None:
        return ()
    caller = call.caller.account_id if call.caller is not None else None
    values = {
        **origin(),
        **(PERSONAL if name in _IMPERSONAL else {}),
        "account_id": write.event.about or caller,
        "actor_id": caller or write.event.about,
        "details": dict(write.event.details),
    }
    return [entry(context().now(), name, values)]


def origin() -> Mapping[str, Any]:
    """Return from where the request came, and its id."""
    here = device()
    return {"address": here.address, "user_agent": here.user_agent, "request_id": g.request_id}


def count_failure(event: str, account_id: str | None) -> None:
    """Count an attempt that failed; nothing is written now, so that it costs the same whoever was meant."""
    context().failures.count(event, account_id, origin())
