"""Keeps what is derived from a record: the junctions of its member lists, and its place in the search index.

PostgreSQL is told to fill them all in one statement, because each costs a round trip; SQLite has none to save.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from database_service.declaration import Collection, Members
from database_service.registry import SCHEMAS
from database_service.search.index import row
from database_service.search.tables import indexing


@dataclass(frozen=True, slots=True)
class Drawers:
    """Which of a record's derived rows are meant."""

    members: tuple[Members, ...]
    search: bool


def all_of(collection: Collection) -> Drawers:
    """Return everything that is derived from a collection's records."""
    return Drawers(collection.members, collection.search is not None)


def touched(collection: Collection, columns: frozenset[str]) -> Drawers:
    """Return what has to be derived anew when these columns change."""
    members = tuple(each for each in collection.members if columns & collection.mirrored_by(each))
    return Drawers(members, bool(columns & collection.searched))


def file(connection: Connection, collection: Collection, drawers: Drawers, record: Mapping[str, Any]) -> None:
    """Derive everything from a record that has just been written."""
    parameters = {"record_id": record["id"]}
    if drawers.search and collection.search is not None:
        parameters |= row(collection.search.fields, record, connection.dialect.name)
    # an empty list has nothing to be found by
    drawers = Drawers(tuple(each for each in drawers.members if record[each.name]), drawers.search)
    for statement in _filling(collection, drawers, connection.dialect.name):
        connection.execute(statement, parameters)


def empty(connection: Connection, collection: Collection, drawers: Drawers, record_id: str) -> None:
    """Remove what was derived from a record."""
    for statement in _emptying(collection, drawers, connection.dialect.name):
        connection.execute(statement, {"record_id": record_id})


@lru_cache(maxsize=512)
def _filling(collection: Collection, drawers: Drawers, dialect: str) -> Sequence[TextClause]:
    schema = SCHEMAS[collection.database]
    statements = [_listing(collection, members, dialect) for members in drawers.members]
    if drawers.search and collection.search is not None:
        table = schema.search_tables[collection.name]
        statements.append(indexing(table, collection.name, collection.search, dialect))
    return _together(statements, dialect, f"{collection.name}.file")


@lru_cache(maxsize=512)
def _emptying(collection: Collection, drawers: Drawers, dialect: str) -> Sequence[TextClause]:
    schema = SCHEMAS[collection.database]
    tables = [schema.junction(collection.name, members.name) for members in drawers.members]
    if drawers.search:
        tables.append(schema.search_tables[collection.name])
    statements = [text(f"DELETE FROM {table.name} WHERE record_id = :record_id") for table in tables]  # noqa: S608 - declared names
    return _together(statements, dialect, f"{collection.name}.empty")


def _listing(collection: Collection, members: Members, dialect: str) -> TextClause:
    """Return the statement that fills a record's junction from the row itself; parameter: record_id."""
    mirrors = ", ".join(members.mirrors)
    if dialect == "postgresql":
        unpacked, place = f"jsonb_array_elements_text(r.{members.name}) WITH ORDINALITY AS m(value, key)", "m.key - 1"
    else:
        unpacked, place = f"json_each(r.{members.name}) AS m", "m.key"
    junction = SCHEMAS[collection.database].junction(collection.name, members.name).name
    return text(
        f"INSERT INTO {junction} (record_id, position, {members.item}, {mirrors}) "  # noqa: S608 - declared names only
        f"SELECT r.id, {place}, m.value, {mirrors} FROM {collection.name} AS r, {unpacked} WHERE r.id = :record_id"
    )


def _together(statements: Sequence[TextClause], dialect: str, name: str) -> Sequence[TextClause]:
    """Return statements that touch different tables as one, where that saves round trips."""
    if dialect == "postgresql" and len(statements) > 1:
        *before, last = (statement.text for statement in statements)
        parts = ", ".join(f"part_{number} AS ({each})" for number, each in enumerate(before))
        statements = [text(f"WITH {parts} {last}")]
    return [statement.execution_options(query=name) for statement in statements]
