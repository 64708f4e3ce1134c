"""Looks for what must not be, inside each database and between them, and names every offender."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select

from database_service import changes, forgetting
from database_service.connections import Database
from database_service.declaration import Collection, Members
from database_service.links import SOURCE, Links
from database_service.registry import SCHEMAS, Schema
from database_service.search import checking

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
    newest = changes.head(connection, schema)
    feed = schema.feed
    count, first, last = connection.execute(
        select(func.count(), func.min(feed.c["seq"]), func.max(feed.c["seq"])).where(feed.c["seq"] <= newest.seq)
    ).one()
    expected = newest.seq - newest.floor
    if count != expected or (count and (first, last) != (newest.floor + 1, newest.seq)):
        detail = f"holds {count} changes where {expected} were numbered"
        yield Finding("feed", schema.database, "feed", "", detail)


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
        if [(item, *row[2:]) for item in row[1]] != indexed.get(row[0], []):
            yield Finding("members", schema.database, collection.name, row[0], f"{members.name} and its index differ")


def _search(database: Database, schema: Schema) -> Iterator[Finding]:
    for collection in schema.collections.values():
        for record_id, detail in checking.differences(database, collection):
            yield Finding("search", schema.database, collection.name, record_id, detail)
