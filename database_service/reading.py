"""Answers gets and lists: one statement for the records, one for each include, never one per record."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from api.shared.clock import Clock
from api.shared.problems import NOT_FOUND, Problem
from database_service import ranking, statements
from database_service.asides import Surroundings
from database_service.column_types import to_wire
from database_service.connections import Database
from database_service.cursors import Cursors, Position
from database_service.declaration import Collection, Filter, Include, Tally
from database_service.query import MOST_BY_RELEVANCE, RELEVANCE, ListQuery, Shape, cursor_scope
from database_service.registry import SCHEMAS
from database_service.search import excerpts, matching
from database_service.search.question import Question
from database_service.tallies import tallying

Record = dict[str, Any]
Included = dict[str, dict[str, Record]]
Answer = TypeVar("Answer")

_READINGS = 3
MOST_RANKED = 2_000  # of more matches only the newest are measured, so that a common word costs no more in a large blog


class _TornRead(Exception):
    """Somebody committed between two statements of one answer; reading again gives a whole one."""


class Reader:
    """Answers reads of one database."""

    def __init__(self, database: Database, clock: Clock, cursors: Cursors) -> None:
        self._database = database
        self._schema = SCHEMAS[database.name]
        self._clock = clock
        self._cursors = cursors

    def get(self, collection: Collection, record_id: str, shape: Shape) -> dict[str, Any]:
        """Return one record and what it includes. Raises Problem when there is none."""
        with self._database.reading() as connection:
            return _whole(partial(self._get, connection, collection, record_id, shape))

    def find(self, collection: Collection, query: ListQuery) -> dict[str, Any]:
        """Return a page of records with its cursors, and what they include."""
        with self._database.reading() as connection:
            return _whole(partial(self._find, connection, collection, query))

    def _get(
        self, connection: Connection, collection: Collection, record_id: str, shape: Shape, *, strict: bool
    ) -> dict[str, Any]:
        statement = statements.by_id(collection, brief=shape.brief)
        row = connection.execute(statement, {"record_id": record_id}).first()
        if row is None:
            raise Problem(NOT_FOUND)
        record = dict(zip(statements.record_names(collection, brief=shape.brief), row, strict=True))
        included = self._include(connection, collection, [record], shape, strict=strict)
        asked = [aside for aside in collection.asides if aside.name in shape.includes]
        if asked:
            around = Surroundings(connection, collection, self._clock.now())
            for aside in asked:
                for name, more in around.add(aside, record).items():
                    # what was included whole is not replaced by its brief form
                    included[name] = {**more, **included.get(name, {})}
        return {"record": record, "included": included}

    def _find(
        self, connection: Connection, collection: Collection, query: ListQuery, *, strict: bool
    ) -> dict[str, Any]:
        rows = [] if query.finds_nothing else self._page(connection, collection, query)
        answer = self._cursors_of(collection, query, rows)
        rows = rows[: query.limit]
        if query.position is not None and query.position.backwards:
            rows = rows[::-1]
        names = statements.record_names(collection, brief=query.shape.brief)
        records = [dict(zip(names, row, strict=False)) for row in rows]  # the sort key at the end stays here
        answer["records"] = records
        answer["included"] = self._include(connection, collection, records, query.shape, strict=strict)
        if query.excerpts and query.search is not None:
            answer["excerpts"] = self._excerpts(connection, collection, records, query.search)
        if query.count:
            answer["total"] = 0 if query.finds_nothing else self._total(connection, collection, query)
        return answer

    def _total(self, connection: Connection, collection: Collection, query: ListQuery) -> int:
        statement = statements.count(collection, self._database.dialect, query.given)
        return int(connection.execute(statement, self._filter_parameters(query)).scalar_one())

    def _excerpts(
        self, connection: Connection, collection: Collection, records: Sequence[Record], question: Question
    ) -> dict[str, Any]:
        """Return what to show of each record's searched columns, also of those that stayed behind."""
        assert collection.search is not None  # noqa: S101 - the query was read by the same declaration
        fields = collection.search.fields
        texts = records
        if any(field.column not in record for record in records[:1] for field in fields):
            dialect = self._database.dialect
            ids = statements.list_parameter(dialect, [record["id"] for record in records])
            rows = connection.execute(statements.by_ids(collection, dialect, brief=False), {"ids": ids})
            texts = [dict(row) for row in rows.mappings()]
        return {record["id"]: excerpts.of(fields, record, question) for record in texts}

    def _page(self, connection: Connection, collection: Collection, query: ListQuery) -> Sequence[Row[Any]]:
        if query.sort is RELEVANCE:
            return self._best(connection, collection, query)
        position, implied = _start(collection, query)
        statement = statements.page(
            collection,
            self._database.dialect,
            frozenset(given for given in query.given if given[0] != implied),
            query.sort,
            descending=query.sort.descending != position.backwards,
            positioned=position.id is not None,
            brief=query.shape.brief,
        )
        parameters = self._filter_parameters(query)
        parameters.pop(f"filter_{implied}", None)
        parameters["page_size"] = query.limit + 1  # one more tells whether there is a page beyond
        if position.id is not None:
            parameters["key_id"] = position.id
            if query.sort.column != "id":
                parameters["key"] = position.key
        return connection.execute(statement, parameters).fetchall()

    def _best(self, connection: Connection, collection: Collection, query: ListQuery) -> Sequence[Row[Any]]:
        statement = ranking.best(collection, self._database.dialect, query.given, brief=query.shape.brief)
        parameters = self._filter_parameters(query)
        parameters["ranked"] = MOST_RANKED
        parameters["skipped"] = query.skipped
        parameters["page_size"] = min(query.limit + 1, MOST_BY_RELEVANCE - query.skipped)
        return connection.execute(statement, parameters).fetchall()

    def _filter_parameters(self, query: ListQuery) -> dict[str, Any]:
        dialect = self._database.dialect
        parameters = {
            f"filter_{name}": statements.list_parameter(dialect, value) if isinstance(value, list) else value
            for name, value in query.filters.items()
        }
        if query.search is not None:
            parameters.update(matching.parameters(query.search, dialect))
        return parameters

    def _cursors_of(self, collection: Collection, query: ListQuery, rows: Sequence[Row[Any]]) -> dict[str, Any]:
        """Return both cursors. `rows` come in reading order, with one more than the page holds if there are more."""
        if query.sort is RELEVANCE:
            return self._neighbours(collection, query, len(rows))
        backwards = query.position is not None and query.position.backwards
        ahead = behind = None
        if len(rows) > query.limit:
            last = rows[query.limit - 1]
            ahead = Position(backwards, last.sort_key, last.id)
        if query.position is not None:
            # Whoever came by a cursor came from somewhere; from an empty page the way back starts at the list's end
            first = (rows[0].sort_key, rows[0].id) if rows else (None, None)
            behind = Position(not backwards, *first)
        scope = cursor_scope(collection, query.sort)
        texts = [None if place is None else self._cursors.write(scope, place) for place in (ahead, behind)]
        following, preceding = reversed(texts) if backwards else texts
        return {"next": following, "prev": preceding}

    def _neighbours(self, collection: Collection, query: ListQuery, found: int) -> dict[str, Any]:
        """Return the cursors of a list by relevance: it has no key to go on from, so they count its first records."""
        scope, skipped = cursor_scope(collection, query.sort), query.skipped
        ahead = skipped + query.limit if found > query.limit else None
        behind = max(skipped - query.limit, 0) if skipped else None
        ahead_text, behind_text = (
            None if place is None else self._cursors.write(scope, Position(backwards=False, key=place))
            for place in (ahead, behind)
        )
        return {"next": ahead_text, "prev": behind_text}

    def _include(
        self, connection: Connection, collection: Collection, records: list[Record], shape: Shape, *, strict: bool
    ) -> Included:
        included: Included = {}
        if not shape.includes:
            return included
        targets = self._schema.collections
        for tally in collection.tallies:
            if tally.name in shape.includes:
                self._tally(connection, tally, records)
        for include in collection.includes:
            inner = [
                name.removeprefix(f"{include.name}.") for name in shape.includes if name.startswith(f"{include.name}.")
            ]
            if include.name not in shape.includes and not inner:
                continue
            target = targets[include.target]
            found = self._named(connection, target, include, records, brief=shape.brief, strict=strict)
            included.setdefault(target.name, {}).update(found)
            if inner:
                nested = Shape(tuple(inner), shape.brief)
                deeper = self._include(connection, target, list(found.values()), nested, strict=strict)
                for name, more in deeper.items():
                    included.setdefault(name, {}).update(more)
        return included

    def _named(  # noqa: PLR0913 - each is one part of the question
        self,
        connection: Connection,
        target: Collection,
        include: Include,
        records: Sequence[Record],
        *,
        brief: bool,
        strict: bool,
    ) -> dict[str, Record]:
        wanted = _ids(include, records)
        if not wanted:
            return {}
        dialect = self._database.dialect
        statement = statements.by_ids(target, dialect, brief=brief)
        rows = connection.execute(statement, {"ids": statements.list_parameter(dialect, wanted)}).fetchall()
        names = statements.record_names(target, brief=brief)
        found = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
        # A foreign key promises each of them; without a prefix the column has one
        if strict and len(found) < len(wanted) and not include.prefix:
            raise _TornRead
        return found

    def _tally(self, connection: Connection, tally: Tally, records: Sequence[Record]) -> None:
        if not records:
            return
        dialect = self._database.dialect
        statement = tallying(tally, self._database.name, dialect)
        ids = statements.list_parameter(dialect, [record["id"] for record in records])
        counted = connection.execute(statement, {"ids": ids, "due": to_wire(self._clock.now())})
        numbers = {item: number for item, number in counted}  # noqa: C416 - rows are not pairs to the type checker
        for record in records:
            record[tally.name] = numbers.get(record["id"], 0)


def _start(collection: Collection, query: ListQuery) -> tuple[Position, str | None]:
    """Return where reading starts and the name of the filter that this makes needless.

    A cursor and a bound on the sort column that point the same way are two ends of one range. An engine may walk the
    index from the looser one, and deep pages would cost what they skip; so it is only ever told the tighter one.
    """
    position = query.position or Position(backwards=False)
    if position.id is None:
        return position, None
    relation = "<=" if query.sort.descending != position.backwards else ">="
    for declared in collection.filters:
        if not isinstance(declared, Filter) or (declared.column, declared.relation) != (query.sort.column, relation):
            continue
        bound = query.filters.get(declared.name)
        if bound is None:
            continue
        within = position.key <= bound if relation == "<=" else position.key >= bound
        return (position, declared.name) if within else (Position(position.backwards), None)
    return position, None


def _whole(read: Callable[..., Answer]) -> Answer:
    for _ in range(_READINGS - 1):
        try:
            return read(strict=True)
        except _TornRead:
            continue
    return read(strict=False)


def _ids(include: Include, records: Sequence[Record]) -> list[str]:
    ids: dict[str, None] = {}
    for record in records:
        value = record[include.by]
        for record_id in value if isinstance(value, list) else [value]:
            if record_id is not None:
                ids[include.prefix + record_id] = None
    return list(ids)
