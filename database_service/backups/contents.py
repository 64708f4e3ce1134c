"""What a database holds, in figures that must be the same after it was restored: revision, feed head, rows, digests."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, MetaData, Table, inspect, select

from database_service.migration import revision
from database_service.search.tables import is_fts5

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Contents:
    """The figures of one database. `tables` maps each table to [number of rows, digest of all rows]."""

    engine: str
    revision: str
    head: int
    tables: dict[str, list[Any]]

    def to_json(self) -> dict[str, Any]:
        """Return the manifest's form."""
        return asdict(self)

    def difference(self, other: "Contents") -> str | None:
        """Say in what another database differs, or None when it does not."""
        if (self.engine, self.revision, self.head) != (other.engine, other.revision, other.head):
            return "the engine, the schema or the head of the feed is another one"
        for name in sorted(self.tables.keys() | other.tables.keys()):
            if self.tables.get(name) != other.tables.get(name):
                return f"the table {name} holds something else"
        return None


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables that are there, parents first; without FTS5 indexes, which follow from the tables."""
    found = MetaData()
    names = inspect(connection).get_table_names()
    found.reflect(connection, only=[name for name in names if not is_fts5(name, names)])
    return found.sorted_tables


def contents(connection: Connection, tables: Sequence[Table]) -> Contents:
    """Read whole tables. The caller holds a snapshot, so that nothing moves meanwhile."""
    head = next(table for table in tables if table.name == "feed_head")
    return Contents(
        engine=connection.dialect.name,
        revision=str(revision(connection)),
        head=connection.execute(select(head.c["seq"])).scalar_one(),
        # reflection gives names of a type of its own, which JSON does not take
        tables={str(table.name): _digest(connection, table) for table in tables},
    )


def _digest(connection: Connection, table: Table) -> list[Any]:
    digest = hashlib.sha256()
    number = 0
    statement = select(*table.columns).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    rows = connection.execute(statement)
    for row in rows:
        number += 1
        digest.update(orjson.dumps(tuple(row), option=orjson.OPT_SORT_KEYS))
        digest.update(b"\n")
    return [number, digest.hexdigest()]
