"""Lets the change feeds forget people whose accounts were deleted: what their older images said of them.

The feed keeps its numbers, and each change its collection, id, kind and version; what it shows is taken from the record
as it is now, which says nothing of anybody any more, or is blanked where the record is gone. What is left to do is read
from the feed itself: the images of the accounts come last. So this can be killed anywhere and run again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, bindparam, select, update

from database_service import changes, feed
from database_service.column_types import Line
from database_service.connections import Database
from database_service.declaration import Collection
from database_service.json_types import Json
from database_service.registry import SCHEMAS
from database_service.succession import DELETED

ACCOUNTS = "accounts"
MADE_OF_ACCOUNTS = frozenset({"authors", "callers"})
STRETCH = 500  # changes looked at together
_ID_LENGTH = 36
_log = structlog.get_logger("forgetting")


@dataclass(frozen=True, slots=True)
class Trace:
    """A change whose image says more of somebody than it should, and what it shall show instead."""

    seq: int
    record: str
    private: str | None
    was: Mapping[str, Any]


def forget(users: Database, blog: Database) -> int:
    """Take what is left of deleted people out of both feeds; return how many of them there were."""
    told = people(users)
    if not told:
        return 0
    for database in (blog, users):
        names = frozenset(_telling(database.name)) - {ACCOUNTS}
        _blank(database, traces(database, names, frozenset().union(*told.values(), told)))
    _blank(users, traces(users, frozenset({ACCOUNTS}), frozenset(told)))
    for database in (blog, users):
        database.overwrite()
    _log.info("people forgotten", accounts=len(told))
    return len(told)


def people(users: Database) -> dict[str, set[str]]:
    """Map each deleted account that the feed still tells of to the names and addresses that it had."""
    table = SCHEMAS["users"].table(ACCOUNTS)
    with users.reading() as connection:
        deleted = frozenset(connection.execute(select(table.c["id"]).where(table.c["state"] == DELETED)).scalars())
    told: dict[str, set[str]] = {}
    if deleted:
        for trace in traces(users, frozenset({ACCOUNTS}), deleted):
            names = {trace.was[name] for name in ("email", "email_key", "username") if trace.was.get(name)}
            told.setdefault(trace.was["id"], set()).update(names)
    return told


def traces(database: Database, collections: frozenset[str], words: frozenset[str]) -> Iterator[Trace]:
    """Yield the changes of these collections that hold one of the words and show something that is no longer so."""
    schema = SCHEMAS[database.name]
    log = schema.feed
    columns = [log.c[name] for name in ("seq", "collection", "id", "version", "record", "private")]
    stretch = (
        select(*columns)
        .where(log.c["seq"] > bindparam("after"), log.c["seq"] <= bindparam("until"))
        .where(log.c["collection"].in_(sorted(collections)))
        .order_by(log.c["seq"])
        .execution_options(query="feed.traces")
    )
    with database.reading() as connection:
        newest = changes.head(connection, schema)
    for after in range(newest.floor, newest.seq, STRETCH):
        with database.reading() as connection:
            for row in connection.execute(stretch, {"after": after, "until": after + STRETCH}).fetchall():
                text = f"{row.record}{row.private or ''}"
                if not any(word in text for word in words):
                    continue
                collection = schema.collections[row.collection]
                was = {**orjson.loads(row.record), **orjson.loads(row.private or b"{}")}
                now = _present(connection, collection, row.id) or _blanked(collection, was)
                record, private = feed.image(schema, collection.name, {**now, "version": row.version})
                if (record, private) != (row.record, row.private):
                    yield Trace(row.seq, record, private, was)


def _telling(database: str) -> Iterator[str]:
    """Name the collections that tell of people; in the blog those that name an account or are made of one."""
    for collection in SCHEMAS[database].collections.values():
        if database == "users" or collection.account_columns or collection.name in MADE_OF_ACCOUNTS:
            yield collection.name


def _present(connection: Connection, collection: Collection, record_id: str) -> dict[str, Any] | None:
    table = SCHEMAS[collection.database].table(collection.name)
    columns = [table.c[name] for name in collection.logged]
    row = connection.execute(select(*columns).where(table.c["id"] == record_id)).first()
    return None if row is None else dict(zip(collection.logged, row, strict=True))


def _blanked(collection: Collection, was: Mapping[str, Any]) -> dict[str, Any]:
    """Return an image of which only ids, times, numbers and known words are left."""
    return {name: _blank_of(collection, name) if _is_free(collection, name) else was.get(name) for name in was}


def _is_free(collection: Collection, name: str) -> bool:
    kind = collection.types.get(name)
    return type(kind) is Json or (type(kind) is Line and kind.maximum != _ID_LENGTH)


def _blank_of(collection: Collection, name: str) -> Any:
    kind = collection.types[name]
    if collection.visible[name].nullable:
        return None
    return kind.example() if isinstance(kind, Json) else ""


def _blank(database: Database, found: Iterator[Trace]) -> None:
    log = SCHEMAS[database.name].feed
    statement = (
        update(log)
        .where(log.c["seq"] == bindparam("place"))
        .values(record=bindparam("shown"), private=bindparam("hidden"))
        .execution_options(query="feed.forget")
    )
    batch: list[dict[str, Any]] = []

    def write(rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            with database.writing() as connection:
                connection.execute(statement, list(rows))

    for trace in found:
        batch.append({"place": trace.seq, "shown": trace.record, "hidden": trace.private})
        if len(batch) >= STRETCH:
            write(batch)
            batch.clear()
    write(batch)
