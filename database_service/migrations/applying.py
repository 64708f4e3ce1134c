"""Lets Alembic apply what is missing. Imported only where something is."""

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from database_service.migration import FOLDER
from database_service.registry import SCHEMAS


def timeline(database: str) -> ScriptDirectory:
    """Return the migrations of a database in the order that their files declare."""
    return ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER / database)])


def apply(connection: Connection, database: str, *, to: str) -> None:
    """Apply what is missing up to a revision inside the caller's transaction."""
    scripts = timeline(database)
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
