"""Compares a search index with the records it is made of, and SQLite's own index with the terms it is made of."""

from collections.abc import Iterator

from sqlalchemy import bindparam, or_, select
from sqlalchemy.exc import DatabaseError

from database_service.connections import Database
from database_service.declaration import Collection
from database_service.registry import SCHEMAS
from database_service.search.filling import searched_records
from database_service.search.index import row
from database_service.search.tables import fts5_name

Difference = tuple[str, str]


def differences(database: Database, collection: Collection) -> Iterator[Difference]:
    """Yield the id of each record that is found by something else than what it says, and what is wrong."""
    if collection.search is not None:
        yield from _words(database, collection)
        yield from _mirrors(database, collection)
        if database.dialect == "sqlite":
            yield from _fts5(database, collection)


def _words(database: Database, collection: Collection) -> Iterator[Difference]:
    search = collection.search
    assert search is not None  # noqa: S101 - asked for collections that can be searched
    index = SCHEMAS[collection.database].search_tables[collection.name]
    columns = [index.c[name] for name in search.columns]
    indexed = select(*columns).where(index.c["record_id"] == bindparam("id"))
    with database.reading() as connection:
        for record in searched_records(connection, collection.name, search):
            found = connection.execute(indexed, {"id": record["id"]}).first()
            stored = row(search.fields, record, database.dialect)
            if found is None:
                yield record["id"], "is not in the search index"
            elif [stored[f"words_{name}"] for name in search.columns] != list(found):
                yield record["id"], "the search index holds other words than the record"


def _mirrors(database: Database, collection: Collection) -> Iterator[Difference]:
    schema = SCHEMAS[collection.database]
    index, table = schema.search_tables[collection.name], schema.table(collection.name)
    assert collection.search is not None  # noqa: S101 - asked for collections that can be searched
    differs = or_(*(index.c[name] != table.c[name] for name in collection.search.mirrors))
    statement = select(table.c["id"]).join(index, index.c["record_id"] == table.c["id"]).where(differs)
    with database.reading() as connection:
        for record_id in connection.execute(statement).scalars():
            yield record_id, "the search index mirrors other values than the record has"


def _fts5(database: Database, collection: Collection) -> Iterator[Difference]:
    """Let FTS5 compare itself with the table of terms; it answers with an error, and takes a writer for it."""
    name = fts5_name(SCHEMAS[collection.database].search_tables[collection.name].name)
    try:
        with database.writing() as connection:
            connection.exec_driver_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - a declared name
    except DatabaseError:
        yield "", f"{name} differs from the terms it is made of"
