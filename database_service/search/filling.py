"""Makes a whole search index from the records, in batches of bounded memory."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, text

from database_service.declaration import Search
from database_service.search import index
from database_service.search.tables import indexing

_BATCH = 200


def fill(connection: Connection, table: Table, collection: str, search: Search) -> None:
    """Put every record of a collection into its empty search index."""
    dialect = connection.dialect.name
    statement = indexing(table, collection, search, dialect)
    for record in searched_records(connection, collection, search):
        connection.execute(statement, {"record_id": record["id"], **index.row(search.fields, record, dialect)})


def searched_records(connection: Connection, collection: str, search: Search) -> Iterator[Mapping[str, Any]]:
    """Yield the searched columns of every record, by id."""
    withheld = {field.withheld[0] for field in search.fields if field.withheld is not None}
    names = ", ".join(sorted({"id", *search.columns, *withheld}))
    statement = text(
        f"SELECT {names} FROM {collection} WHERE id > :last ORDER BY id LIMIT {_BATCH}"  # noqa: S608 - declared names
    )
    last = ""
    while records := [dict(row) for row in connection.execute(statement, {"last": last}).mappings()]:
        yield from records
        last = records[-1]["id"]
