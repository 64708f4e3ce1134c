"""Looks for what must not be, inside each database and between them, and names every offender."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, or_, select

from database_service import changes, forgetting
from database_service.connections import Database
from database_service.declaration import Collection, Members
from database_service.links import SOURCE, TARGET, Links
from database_service.registry import SCHEMAS, Schema
from database_service.search import checking

NO_ACCOUNT, MEMBERS, SEARCH = "accounts", "members", "search"
# The columns of the users database by which a record is somebody's
OWNERS = ("account_id", "actor_id")
Listed = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    check: str
    database: str
    collection: str
    id: str
    detail: str

    def to_wire(self) -> dict[str, str]:
        """Return the JSON shape."""
        return asdict(self)


def run(databases: Mapping[str, Database], links: Links) -> list[Finding]:
    """Check everything; an empty list means that all is well."""
    found: list[Finding] = []
    for name, database in databases.items():
        with database.reading() as connection:
            found += _integrity(connection, name)
            found += _feed(connection, SCHEMAS[name])
            for collection in SCHEMAS[name].collections.values():
                for members in collection.members:
                    found += _members(connection, SCHEMAS[name], collection, members)
        found += _search(database, SCHEMAS[name])
    found += _accounts(databases)
    found += _belongings(databases[SOURCE])
    found += [
        Finding("links", "blog", operation.collection.name, operation.id, f"needs an {operation.op} to follow users")
        for operation in links.differences()
    ]
    found += [
        Finding("people", "users", forgetting.ACCOUNTS, account_id, "is deleted, and the feed tells who it was")
        for account_id in forgetting.people(databases[SOURCE])
    ]
    return found


def _integrity(connection: Connection, name: str) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL offers no such check to its clients; its pages carry checksums
    for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if line != "ok":
            yield Finding("integrity", name, "", "", str(line))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("references", name, str(row[0]), str(row[1]), f"names a record of {row[2]} that is not there")


def _feed(connection: Connection, schema: Schema) -> Iterator[Finding]:
    for first, last in changes.gaps(connection, schema):
        yield Finding("feed", schema.database, "feed", "", f"changes {first} to {last} are missing")
    newest = changes.head(connection, schema)
    log = schema.feed
    statement = select(log.c["seq"]).where((log.c["seq"] <= newest.floor) | (log.c["seq"] > newest.seq))
    for seq in connection.execute(statement.order_by(log.c["seq"])).scalars():
        detail = f"change {seq} is none of those from {newest.floor + 1} to {newest.seq}"
        yield Finding("feed", schema.database, "feed", "", detail)


def _accounts(databases: Mapping[str, Database]) -> Iterator[Finding]:
    """Name the records of the blog that name an account which never was."""
    accounts = SCHEMAS[SOURCE].table("accounts")
    with databases[SOURCE].reading() as connection:
        known = set(connection.execute(select(accounts.c["id"])).scalars())
    for collection, column in account_references():
        table = SCHEMAS[TARGET].table(collection.name)
        statement = select(table.c["id"], table.c[column]).where(table.c[column].is_not(None))
        with databases[TARGET].reading() as connection:
            for record_id, account_id in connection.execute(statement):
                if account_id not in known:
                    detail = f"{column} names the account {account_id}, which never was"
                    yield Finding(NO_ACCOUNT, TARGET, collection.name, record_id, detail)


def _belongings(users: Database) -> Iterator[Finding]:
    """Name what a deleted account left behind in its own database: only what says nothing of a person may stay."""
    schema = SCHEMAS[SOURCE]
    accounts = schema.table("accounts")
    deleted = select(accounts.c["id"]).where(accounts.c["state"] == "deleted")
    for collection in schema.collections.values():
        table = schema.table(collection.name)
        for owner in (name for name in OWNERS if name in collection.visible):
            statement = select(table.c["id"]).where(table.c[owner].in_(deleted))
            if collection.personal:
                said = (table.c[name].is_distinct_from(value) for name, value in collection.personal.items())
                statement = statement.where(or_(*said))
            with users.reading() as connection:
                for record_id in connection.execute(statement).scalars():
                    yield Finding("belongings", SOURCE, collection.name, record_id, "is of an account that was deleted")


def account_references() -> Iterator[tuple[Collection, str]]:
    """Yield each column of the blog that names an account; callers are compared by the links."""
    for collection in SCHEMAS[TARGET].collections.values():
        for column in collection.account_columns:
            yield collection, str(column.name)
        if collection.name == "authors":
            yield collection, "account_id"


def _members(connection: Connection, schema: Schema, collection: Collection, members: Members) -> Iterator[Finding]:
    """Compare each member list with its junction, the mirrored columns included."""
    junction = schema.junction(collection.name, members.name)
    table = schema.table(collection.name)
    indexed: dict[str, list[Listed]] = {}
    mirrored = [junction.c[name] for name in members.mirrors]
    statement = select(junction.c["record_id"], junction.c[members.item], *mirrored)
    for row in connection.execute(statement.order_by(junction.c["record_id"], junction.c["position"])):
        indexed.setdefault(row[0], []).append(tuple(row[1:]))
    columns = [table.c["id"], table.c[members.name], *(table.c[name] for name in members.mirrors)]
    for row in connection.execute(select(*columns)):
        if [(item, *row[2:]) for item in row[1] or ()] != indexed.pop(row[0], []):
            yield Finding(MEMBERS, schema.database, collection.name, row[0], f"{members.name} and its index differ")
    for record_id in indexed:
        detail = f"is in the index of {members.name}, and is not there"
        yield Finding(MEMBERS, schema.database, collection.name, record_id, detail)


def _search(database: Database, schema: Schema) -> Iterator[Finding]:
    for collection in schema.collections.values():
        for record_id, detail in checking.differences(database, collection):
            yield Finding(SEARCH, schema.database, collection.name, record_id, detail)
