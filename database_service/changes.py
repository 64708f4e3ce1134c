"""The change feed: every committed change exactly once, in order, resumable after any absence.

The image of a deletion is the record as it last was. Private columns are stored apart and never read here.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, select, update

from api.shared.problems import Problem
from database_service.connections import Database
from database_service.errors import FEED_COMPACTED
from database_service.registry import SCHEMAS, Schema

MOST_CHANGES = 1_000
LAST_POSITION = 10**18 - 1
DEFAULT_CHANGES = 100
MOST_BYTES = 8_000_000
COMPACTED_AT_ONCE = 200
_SLICE = 100
# Followers may be ahead of a live database that is lost: no blog commits this often between backup and loss
RESTORED_GAP = 1_000_000
_SERVED = ("seq", "collection", "id", "op", "version", "at", "record")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a feed ends, and up to where it has been compacted away."""

    seq: int
    floor: int


def head(connection: Connection, schema: Schema) -> Head:
    """Return the feed's head: one row, the whole cost of asking an unchanged feed."""
    table = schema.feed_head
    row = connection.execute(select(table.c["seq"], table.c["floor"])).one()
    return Head(row.seq, row.floor)


def since(database: Database, after: int, limit: int) -> dict[str, Any]:
    """Return the changes after a position. Raises Problem when the feed does not reach back to it.

    A position beyond the head belongs to a feed that no longer exists (a restored database): it is refused too.
    """
    schema = SCHEMAS[database.name]
    with database.reading() as connection:
        newest = head(connection, schema)
        if after < newest.floor or after > newest.seq:
            raise Problem(FEED_COMPACTED, extra={"floor": newest.floor, "head": newest.seq})
        served = _served(connection, schema, after, limit) if after < newest.seq else []
    return {"changes": served, "head": newest.seq}


def _served(connection: Connection, schema: Schema, after: int, limit: int) -> list[dict[str, Any]]:
    feed = schema.feed
    columns = [feed.c[name] for name in _SERVED]
    statement = (
        select(*columns)
        .where(feed.c["seq"] > bindparam("after"))
        .order_by(feed.c["seq"])
        .limit(bindparam("slice_size"))
    )
    served: list[dict[str, Any]] = []
    size = 0
    while len(served) < limit and size < MOST_BYTES:
        slice_size = min(_SLICE, limit - len(served))
        rows = list(connection.execute(statement, {"after": after, "slice_size": slice_size}))
        for row in rows:
            size += len(row.record)
            # The image is JSON already: it goes out as it was stored
            served.append({**dict(zip(_SERVED, row, strict=True)), "record": orjson.Fragment(row.record)})
        if len(rows) < slice_size:
            break
        after = rows[-1].seq
    return served


def gaps(connection: Connection, schema: Schema) -> list[tuple[int, int]]:
    """Return each stretch of numbers between the floor and the head that no change has, first and last."""
    log, newest = schema.feed, head(connection, schema)
    before = func.lag(log.c["seq"], 1, newest.floor).over(order_by=log.c["seq"]).label("before")
    within = (log.c["seq"] > newest.floor) & (log.c["seq"] <= newest.seq)
    numbered = select(log.c["seq"], before).where(within).subquery()
    statement = select(numbered.c["before"], numbered.c["seq"]).where(numbered.c["seq"] > numbered.c["before"] + 1)
    found = [(int(low) + 1, int(high) - 1) for low, high in connection.execute(statement.order_by(numbered.c["seq"]))]
    last = connection.execute(select(func.max(log.c["seq"])).where(within)).scalar() or newest.floor
    return [*found, (last + 1, newest.seq)] if last < newest.seq else found


def mend(connection: Connection, schema: Schema) -> None:
    """Let the feed begin after its last gap, and keep no number that was never given out.

    What a gap told is lost: whoever had not read it is told 410 and reads everything anew.
    """
    log, counter, newest = schema.feed, schema.feed_head, head(connection, schema)
    given = max(newest.seq, connection.execute(select(func.max(log.c["seq"]))).scalar() or 0)
    missing = gaps(connection, schema)
    floor = given if given > newest.seq else missing[-1][1] if missing else newest.floor
    connection.execute(update(counter).values(seq=given, floor=floor))
    connection.execute(delete(log).where(log.c["seq"] <= floor))


def compact(connection: Connection, schema: Schema, before: str) -> int:
    """Forget the oldest changes made before a time, in the caller's transaction; return how many, 0 when none is left.

    Only so many at once, so that other writers need not wait.
    """
    feed, counter = schema.feed, schema.feed_head
    newest = connection.execute(select(func.max(feed.c["seq"])).where(feed.c["at"] < before)).scalar()
    if newest is None:
        return 0
    newest = min(newest, head(connection, schema).floor + COMPACTED_AT_ONCE)
    connection.execute(update(counter).values(floor=newest))
    return connection.execute(delete(feed).where(feed.c["seq"] <= newest)).rowcount


def start_anew(connection: Connection, schema: Schema, live_head: int) -> None:
    """Begin the feed of a restored database beyond every position that a follower of the live one may hold.

    What followers remember is of a history that did not happen here: each of them is told to read everything anew.
    """
    counter = schema.feed_head
    beyond = max(live_head, head(connection, schema).seq) + RESTORED_GAP
    connection.execute(delete(schema.feed))
    connection.execute(update(counter).values(seq=beyond, floor=beyond))
