"""Mends what the checks find, by commits: whoever follows the feeds learns of it as of any other change.

A feed with a gap begins anew behind it. What names an account that never was is given to the owner, or names nobody.
What is derived from a record is derived anew by writing the record as it is. Nothing else is touched.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from api.shared.clock import Clock
from database_service import changes, checks, filing, forgetting, statements
from database_service.checks import Finding
from database_service.column_types import to_wire
from database_service.commit import write
from database_service.connections import Database
from database_service.links import SOURCE, TARGET, Links
from database_service.operations import Operation
from database_service.registry import SCHEMAS
from database_service.search.tables import fts5_name

_AT_ONCE = 100  # operations of one transaction, so that nobody else waits for long


def repair(databases: Mapping[str, Database], links: Links, clock: Clock) -> None:
    """Mend what can be mended; run the checks again to see what is left."""
    for name, database in databases.items():
        with database.writing() as connection:
            changes.mend(connection, SCHEMAS[name])
    links.compare_all()
    findings = checks.run(databases, links)
    owner = _owner(databases[SOURCE])
    now = to_wire(clock.now())
    unknown = [found for found in findings if found.check == checks.NO_ACCOUNT]
    _commit(databases[TARGET], (operation for found in unknown for operation in _without(found, owner)), now)
    for name, database in databases.items():
        derived = [f for f in findings if f.database == name and f.check in {checks.MEMBERS, checks.SEARCH}]
        _derive(database, derived, now)
    forgetting.forget(databases[SOURCE], databases[TARGET])


def _without(found: Finding, owner: str | None) -> Iterable[Operation]:
    """Return what makes a record name an account that is there; a column that must name somebody names the owner."""
    collection = SCHEMAS[TARGET].collections[found.collection]
    column = found.detail.partition(" ")[0]
    value = None if collection.visible[column].nullable else owner
    if value is not None or collection.visible[column].nullable:
        yield Operation("update", collection, found.id, {column: value})


def _derive(database: Database, findings: Iterable[Finding], now: str) -> None:
    schema = SCHEMAS[database.name]
    for found in {(each.collection, each.id): each for each in findings}.values():
        collection = schema.collections[found.collection]
        with database.writing() as connection:
            row = connection.execute(statements.by_id(collection), {"record_id": found.id}).first()
            if row is not None:
                record = dict(zip(statements.record_names(collection), row, strict=True))
                filing.empty(connection, collection, filing.all_of(collection), found.id)
                names = {*collection.searched, *(members.name for members in collection.members)}
                values: dict[str, Any] = {name: record[name] for name in names}
                write(connection, schema, [Operation("update", collection, found.id, values)], now)
            elif found.id:
                filing.empty(connection, collection, filing.all_of(collection), found.id)
            elif database.dialect == "sqlite":
                fts5 = fts5_name(schema.search_tables[collection.name].name)
                connection.exec_driver_sql(f"INSERT INTO {fts5} ({fts5}) VALUES ('rebuild')")  # noqa: S608 - a declared name


def _commit(database: Database, operations: Iterable[Operation], now: str) -> None:
    left = list(operations)
    for start in range(0, len(left), _AT_ONCE):
        with database.writing() as connection:
            write(connection, SCHEMAS[database.name], left[start : start + _AT_ONCE], now)


def _owner(users: Database) -> str | None:
    accounts = SCHEMAS[SOURCE].table("accounts")
    with users.reading() as connection:
        found: str | None = connection.execute(select(accounts.c["id"]).where(accounts.c["role"] == "owner")).scalar()
    return found
