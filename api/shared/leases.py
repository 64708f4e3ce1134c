"""Work that several workers share: whoever raises a record's version first has it for a while.

A record of such a collection has `due_at` and `attempts`. Taking one puts its `due_at` to the end of the lease, so that
it comes back by itself when the one who took it is killed; nothing has to notice that.
"""

from datetime import timedelta

from api.shared import store
from api.shared.clock import Clock, rfc3339
from api.shared.store import Operation, Record, Store, VersionMismatch


def take(work: Store, collection: str, record: Record, *, lease: timedelta, clock: Clock) -> Record | None:
    """Lease a record; returns it as it is now, or None when another worker was faster. Raises StoreUnavailable."""
    values = {"due_at": rfc3339(clock.now() + lease), "attempts": record["attempts"] + 1}
    try:
        work.commit([store.update(collection, record["id"], values, if_version=record["version"])])
    except VersionMismatch:
        return None
    return {**record, **values, "version": record["version"] + 1}


def settle(work: Store, operation: Operation) -> bool:
    """Commit what came of leased work, which names the version leased; False when the lease had passed to another."""
    try:
        work.commit([operation])
    except VersionMismatch:
        return False
    return True
