"""Saves and loads PostgreSQL databases by COPY: no client tools needed, one snapshot, one transaction.

A restore happens in a single transaction: the old tables go, the schema of the backup is made by the migrations, the
rows come in, newer migrations follow. A proof is the same in a scratch schema, and ends with a rollback.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, NullPool, Table, create_engine

from database_service import changes
from database_service.backups.contents import Contents, contents, tables_of
from database_service.migration import VERSION_TABLE, upgrade
from database_service.registry import SCHEMAS

if TYPE_CHECKING:
    from psycopg import sql

_CHUNK = 1 << 20
_SCRATCH = "flask_blog_proof"


def save(name: str, url: URL, folder: Path) -> Contents:
    """Copy every table into a file of its own, all from one snapshot; return what they hold."""
    target = folder / name
    target.mkdir()
    with _transaction(url, isolation_level="REPEATABLE READ") as connection:
        tables = tables_of(connection)
        for table in tables:
            statement = _copy(table, "TO STDOUT")
            with (target / f"{table.name}.copy").open("wb") as file, _cursor(connection).copy(statement) as rows:
                for block in rows:
                    file.write(block)
        return contents(connection, tables)


def prove(name: str, url: URL, folder: Path, revision: str) -> Contents:
    """Restore into a scratch schema of the same server, read it, and leave no trace."""
    with _transaction(url) as connection:
        try:
            connection.exec_driver_sql(f"CREATE SCHEMA {_SCRATCH}")
            connection.exec_driver_sql(f"SET LOCAL search_path = {_SCRATCH}")
            found = contents(connection, _load(connection, name, folder, revision))
            upgrade(connection, name)
        finally:
            connection.rollback()
        return found


def restore(name: str, url: URL, folder: Path, revision: str) -> None:
    """Replace the live tables by those of the backup, in one transaction."""
    with _transaction(url) as connection:
        live = tables_of(connection)
        head = changes.head(connection, SCHEMAS[name]).seq if any(t.name == "feed_head" for t in live) else 0
        for table in reversed(live):
            table.drop(connection)
        _load(connection, name, folder, revision)
        upgrade(connection, name)
        changes.start_anew(connection, SCHEMAS[name], head)
        connection.commit()


def _load(connection: Connection, name: str, folder: Path, revision: str) -> list[Table]:
    upgrade(connection, name, to=revision)
    everything = tables_of(connection)
    tables = [table for table in everything if table.name != VERSION_TABLE]
    for table in reversed(tables):
        # What migrations put in is in the backup too
        connection.execute(table.delete())
    for table in tables:
        statement = _copy(table, "FROM STDIN")
        with (folder / name / f"{table.name}.copy").open("rb") as file, _cursor(connection).copy(statement) as rows:
            while block := file.read(_CHUNK):
                rows.write(block)
    return everything


@contextmanager
def _transaction(url: URL, *, isolation_level: Any = "READ COMMITTED") -> Iterator[Connection]:
    engine = create_engine(
        url, poolclass=NullPool, isolation_level=isolation_level, connect_args={"options": "-c timezone=UTC"}
    )
    with engine.connect() as connection:
        yield connection


def _cursor(connection: Connection) -> Any:
    connection.exec_driver_sql("SELECT 1")  # SQLAlchemy's transaction begins with its first statement
    return connection.connection.driver_connection.cursor()  # type: ignore[union-attr] # a live connection has one


def _copy(table: Table, direction: str) -> "sql.Composed":
    from psycopg import sql  # noqa: PLC0415 - 5 MB that a blog on SQLite never uses

    columns = [column.name for column in table.columns if column.computed is None]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table.name), names, sql.SQL(direction))
