"""Numbers what a commit changed and logs it, as the last of all it writes.

The feed's one-row counter is raised for all changes at once. From here on no other commit can end before this one, so
that numbers become visible in their order (an identity column would let a later number commit first, and followers
would miss rows). PostgreSQL raises and logs in one statement, because others wait for that row meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Executable, Table, bindparam, select, text, update

from database_service.registry import Schema
from database_service.statements import inserting

_COLUMNS = ("collection", "id", "op", "version", "record", "private")


@dataclass(frozen=True, slots=True)
class Change:
    """One record as an operation left it, or as it was when it was deleted."""

    op: str
    collection: str
    id: str
    version: int
    record: dict[str, Any]


def append(connection: Connection, schema: Schema, changes: Sequence[Change], now: str) -> int:
    """Log the full images of changed records under new numbers; return where the feed ends then."""
    counter = schema.feed_head
    if not changes:
        return int(connection.execute(select(counter.c["seq"])).scalar_one())
    images = [_logged(schema, change) for change in changes]
    if connection.dialect.name == "postgresql":
        columns = {name: [image[name] for image in images] for name in _COLUMNS}
        parameters = {"changes": len(images), "now": now, **columns}
        return int(connection.execute(_appending(), parameters).scalar_one())
    head = int(connection.execute(_raising(counter), {"changes": len(images)}).scalar_one())
    first = head - len(images) + 1
    rows = [{**image, "seq": first + place, "at": now} for place, image in enumerate(images)]
    connection.execute(inserting(schema.feed), rows)
    return head


@cache
def _raising(counter: Table) -> Executable:
    seq = counter.c["seq"]
    return update(counter).values(seq=seq + bindparam("changes")).returning(seq)


@cache
def _appending() -> Executable:
    kinds = {"version": "bigint[]"}
    arrays = ", ".join(f"CAST(:{name} AS {kinds.get(name, 'text[]')})" for name in _COLUMNS)
    names = ", ".join(_COLUMNS)
    statement = text(
        "WITH head AS (UPDATE feed_head SET seq = seq + :changes RETURNING seq), "  # noqa: S608 - our own names
        f"logged AS (INSERT INTO feed (seq, {names}, at) "
        f"SELECT head.seq - :changes + each.place, {', '.join(f'each.{name}' for name in _COLUMNS)}, :now "
        f"FROM head, unnest({arrays}) WITH ORDINALITY AS each({names}, place)) SELECT seq FROM head"
    )
    return statement.execution_options(query="feed.append")


def image(schema: Schema, collection: str, record: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return a record as the log keeps it, as JSON: what followers are shown, and its private columns."""
    private = schema.collections[collection].private
    shown = {name: value for name, value in record.items() if name not in private}
    hidden = {name: value for name, value in record.items() if name in private}
    return orjson.dumps(shown).decode(), orjson.dumps(hidden).decode() if hidden else None


def _logged(schema: Schema, change: Change) -> dict[str, Any]:
    record, private = image(schema, change.collection, change.record)
    return {
        "collection": change.collection,
        "id": change.id,
        "op": change.op,
        "version": change.version,
        "record": record,
        "private": private,
    }
