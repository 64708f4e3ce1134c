"""Brings a database's schema to where this version wants it: one runner at a time, all or nothing, never backwards."""

from functools import cache
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text

from database_service.connections import Database, DatabaseRefused
from database_service.errors import persistently

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
_ADVISORY_LOCK = 0x464C4F47  # "FLOG": one migration runner at a time on PostgreSQL
_log = structlog.get_logger("migration")


@cache
def revisions(database: str) -> list[str]:
    """Name the revisions that this version of the software knows, oldest first: the numbers of the files."""
    return sorted(file.name[1:].partition("_")[0] for file in (FOLDER / database).glob("r*_*.py"))


def newest(database: str) -> str:
    """Name the revision that this version of the software works on."""
    return revisions(database)[-1]


def revision(connection: Connection) -> str | None:
    """Name the revision a database is at, or None for an empty one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our own name
    return found


def migrate(database: Database) -> None:
    """Apply what is missing in one transaction; killed at any step, nothing has happened. Raises DatabaseRefused.

    The version before may be at work meanwhile, and lock its tables in another order.
    """

    def transaction() -> None:
        with database.writing() as connection:
            upgrade(connection, database.name)

    persistently(transaction)


def upgrade(connection: Connection, database: str, *, to: str = "head") -> None:
    """Apply what is missing up to a revision inside the caller's transaction. Raises DatabaseRefused."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
    before = revision(connection)
    refuse_newer(database, before)
    refuse_newer(database, None if to == "head" else to)
    if before == newest(database):
        return
    # Alembic is 10 MB and a tenth of a start, and most starts find nothing to do
    from database_service.migrations.applying import apply  # noqa: PLC0415

    apply(connection, database, to=to)
    _log.info("migrated", database=database, before=before, after=revision(connection))


def refuse_newer(database: str, current: str | None) -> None:
    """Refuse a schema that only a newer version of the software knows. Raises DatabaseRefused."""
    if current is not None and current not in revisions(database):
        raise DatabaseRefused(
            f"The {database} database was made by a newer version of Flask Blog (schema {current}; this version "
            f"knows {newest(database)}). Start the newer version, or restore a backup made before the upgrade."
        )


def refuse_unmigrated(database: Database) -> None:
    """Refuse to serve a schema that is not the newest. Raises DatabaseRefused."""
    with database.reading() as connection:
        current = revision(connection)
    refuse_newer(database.name, current)
    if current != newest(database.name):
        raise DatabaseRefused(
            f"The {database.name} database is at schema {current or 'none'} and needs {newest(database.name)}: "
            "run `python -m database_service migrate`."
        )
