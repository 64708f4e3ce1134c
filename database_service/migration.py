"""Brings a database's schema to where this version wants it: one runner at a time, all or nothing, never backwards."""

from functools import cache
from pathlib import Path

import structlog
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from database_service.connections import Database, DatabaseRefused
from database_service.registry import SCHEMAS

_FOLDER = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x464C4F47  # "FLOG": one migration runner at a time on PostgreSQL
_log = structlog.get_logger("migration")


@cache
def _scripts(database: str) -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / database)])


def revisions(database: str) -> list[str]:
    """Name the revisions that this version of the software knows, oldest first."""
    return [script.revision for script in _scripts(database).walk_revisions()][::-1]


def newest(database: str) -> str:
    """Name the revision that this version of the software works on."""
    return revisions(database)[-1]


def revision(connection: Connection) -> str | None:
    """Name the revision a database is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database) -> None:
    """Apply what is missing in one transaction; killed at any step, nothing has happened. Raises DatabaseRefused."""
    with database.writing() as connection:
        upgrade(connection, database.name)


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
    scripts = _scripts(database)
    context = MigrationContext.configure(
        connection,
        opts={
            "fn": lambda current, _context: scripts._upgrade_revs(to, current),  # noqa: SLF001 - as alembic.command does
            "target_metadata": SCHEMAS[database].metadata,
            "transactional_ddl": True,
        },
    )
    with Operations.context(context):
        context.run_migrations()
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
