"""What may travel with a single record: its neighbours, its kin, a calendar. Each costs a few ranges of indexes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, Select, TextClause, bindparam, select, text, tuple_
from sqlalchemy.sql import ColumnElement

from api.shared.clock import month_begins, parse_rfc3339
from database_service import statements
from database_service.column_types import NO_TIME, to_wire
from database_service.declaration import Aside, Calendar, Collection, Kin, Neighbour, Sort
from database_service.registry import SCHEMAS
from database_service.tallies import holding

Record = dict[str, Any]
Found = dict[str, dict[str, Record]]

# Of each of the first so many targets, the newest so many records are looked at, and so many are named in the end
_TARGETS = 8
_RECORDS = 40
_NAMED = 12
_MICROSECOND = timedelta(microseconds=1)


class Surroundings:
    """Answers what stands around one record at a moment."""

    def __init__(self, connection: Connection, collection: Collection, now: datetime) -> None:
        self._connection = connection
        self._collection = collection
        self._dialect = connection.dialect.name
        self._now = to_wire(now)

    def add(self, aside: Aside, record: Record) -> Found:
        """Put an aside into the record; return the brief records that it names."""
        match aside:
            case Neighbour():
                return self._neighbour(aside, record)
            case Kin():
                return self._kin(aside, record)
            case Calendar():
                record[aside.name] = list(self._months(aside, record))
                return {}

    def _neighbour(self, aside: Neighbour, record: Record) -> Found:
        key = record[_source(self._collection, aside.sort.column)] or NO_TIME
        # what is not due yet stands after everything that is: its way back starts now (see `reading._start`)
        within = not aside.sort.descending or key <= self._now
        statement = _next_to(self._collection, aside, positioned=within)
        place = {"key": key, "key_id": record["id"]} if within else {}
        row = self._connection.execute(statement, {"due": self._now, **place}).first()
        found = None if row is None else self._brief(row)
        record[aside.name] = None if found is None else found["id"]
        return {} if found is None else {self._collection.name: {found["id"]: found}}

    def _kin(self, aside: Kin, record: Record) -> Found:
        closeness: Counter[str] = Counter()
        newest: dict[str, str] = {}
        statement = _listing_same(self._collection, aside)
        for target in record[aside.members][:_TARGETS]:
            rows = self._connection.execute(statement, {"item": target, "due": self._now}).fetchall()
            for row in rows:
                # a target that few share says more
                closeness[row[0]] += 1_000_000 // len(rows)
                newest[row[0]] = row[1]
        closeness.pop(record["id"], None)
        ranked = sorted(closeness, key=lambda each: (closeness[each], newest[each], each), reverse=True)[:_NAMED]
        record[aside.name] = ranked
        if not ranked:
            return {}
        statement = statements.by_ids(self._collection, self._dialect, brief=True)
        rows = self._connection.execute(statement, {"ids": statements.list_parameter(self._dialect, ranked)}).fetchall()
        found = {row[0]: self._brief(row) for row in rows}
        record[aside.name] = [each for each in ranked if each in found]
        return {self._collection.name: found}

    def _brief(self, row: Any) -> Record:
        return dict(zip(statements.record_names(self._collection, brief=True), row, strict=True))

    def _months(self, aside: Calendar, record: Record) -> Iterator[dict[str, Any]]:
        source = SCHEMAS[self._collection.database].collections[aside.source]
        oldest = self._connection.execute(_oldest(source, aside), {"due": self._now}).scalar()
        if oldest is None:
            return
        spans = list(_spans(oldest, self._now, record[aside.zone]))
        asked: Any = {
            "months": [month for month, _, _ in spans],
            "firsts": [first for _, first, _ in spans],
            "lasts": [last for _, _, last in spans],
        }
        if self._dialect != "postgresql":
            asked = {"spans": orjson.dumps(spans).decode()}
        for month, count in self._connection.execute(_counting(source, aside, self._dialect), asked):
            if count:
                yield {"month": month, "count": count}


def _source(collection: Collection, column: str) -> str:
    declared = next(each for each in collection.columns if each.name == column)
    return str(declared.info.get("source", column))


def _spans(oldest: str, now: str, zone: str) -> Iterator[tuple[str, str, str]]:
    """Yield each month up to now, newest first, with its first and last moment."""
    last = parse_rfc3339(now)
    here, begun = (parse_rfc3339(each).astimezone(ZoneInfo(zone)) for each in (now, oldest))
    for number in range(here.year * 12 + here.month - 1, begun.year * 12 + begun.month - 2, -1):
        year, month = divmod(number, 12)
        first = month_begins(year, month + 1, zone)
        yield f"{year:04}-{month + 1:02}", to_wire(first), to_wire(last)
        if first == datetime.min.replace(tzinfo=UTC):
            return
        last = first - _MICROSECOND


@cache
def _next_to(collection: Collection, aside: Neighbour, *, positioned: bool) -> Select[Any]:
    """Return the statement that reads the record beyond a place; parameters: due, and key and key_id of the place."""
    table = SCHEMAS[collection.database].table(collection.name)
    key, record_id = table.c[aside.sort.column], table.c["id"]
    statement = select(*statements.record_columns(collection, brief=True)).where(*holding(table, aside.where))
    if positioned:
        here = tuple_(key, record_id)
        there = tuple_(bindparam("key", type_=key.type), bindparam("key_id", type_=record_id.type))
        statement = statement.where(here < there if aside.sort.descending else here > there)
    if not positioned or not aside.sort.descending:
        statement = statement.where(key <= bindparam("due", type_=key.type))
    return _in_order(statement, aside.sort, key, record_id).limit(1)


def _in_order(statement: Select[Any], sort: Sort, *columns: ColumnElement[Any]) -> Select[Any]:
    return statement.order_by(*(each.desc() if sort.descending else each.asc() for each in columns))


@cache
def _listing_same(collection: Collection, aside: Kin) -> Select[Any]:
    """Return the statement that names the newest records listing a target; parameters: item, due."""
    members = next(each for each in collection.members if each.name == aside.members)
    junction = SCHEMAS[collection.database].junction(collection.name, members.name)
    due, record_id = junction.c[aside.due], junction.c["record_id"]
    return (
        select(record_id, due)
        .where(junction.c[members.item] == bindparam("item"), *holding(junction, aside.where))
        .where(due <= bindparam("due", type_=due.type))
        .order_by(due.desc(), record_id.desc())
        .limit(_RECORDS)
    )


@cache
def _oldest(source: Collection, aside: Calendar) -> Select[Any]:
    """Return the statement that reads the earliest moment; parameter: due."""
    table = SCHEMAS[source.database].table(source.name)
    by = table.c[aside.by]
    wanted = select(by).where(*holding(table, aside.where), by <= bindparam("due", type_=by.type))
    return wanted.order_by(by).limit(1)


@cache
def _counting(source: Collection, aside: Calendar, dialect: str) -> TextClause:
    """Return the statement that counts what falls into spans of time: one range of the index for each.

    Parameters: `months`, `firsts` and `lasts` on PostgreSQL, `spans` (their rows, in JSON) on SQLite.
    """
    conditions = " AND ".join(_written(name, value) for name, value in aside.where.items())
    if dialect == "postgresql":
        moments = "CAST(:firsts AS timestamptz[]), CAST(:lasts AS timestamptz[])"
        unpacked = f"unnest(CAST(:months AS text[]), {moments})"
        spans, month, first, last = f"{unpacked} AS s(month, first, last)", "s.month", "s.first", "s.last"
    else:
        spans = "json_each(:spans) AS s"
        month, first, last = (f"json_extract(s.value, '$[{place}]')" for place in range(3))
    return text(
        f"SELECT {month}, (SELECT count(*) FROM {source.name} AS r WHERE {conditions} "  # noqa: S608 - declared words only
        f"AND r.{aside.by} BETWEEN {first} AND {last}) FROM {spans}"
    )


def _written(name: str, value: str | tuple[str, ...]) -> str:
    words = ", ".join(f"'{word}'" for word in ((value,) if isinstance(value, str) else value))
    return f"r.{name} IN ({words})"
