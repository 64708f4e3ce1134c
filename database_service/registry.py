"""Finds every collection and builds the schema of each database from what the collections declare."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, MetaData, Table

from database_service import collections as collection_files
from database_service import tables
from database_service.column_types import Identifier, Integer
from database_service.declaration import Collection, Members, metadata
from database_service.search.tables import search_table

DATABASES = ("blog", "users")


@dataclass(frozen=True)
class Schema:
    """The schema of one database: its collections with their tables, and the service's own tables."""

    database: str
    metadata: MetaData
    collections: Mapping[str, Collection]
    feed: Table
    feed_head: Table
    idempotency: Table
    link_positions: Table
    junctions: Mapping[tuple[str, str], Table] = field(default_factory=dict)
    search_tables: Mapping[str, Table] = field(default_factory=dict)

    def table(self, collection: str) -> Table:
        """Return the table of a collection."""
        return self.metadata.tables[collection]

    def junction(self, collection: str, members: str) -> Table:
        """Return the table behind a member list."""
        return self.junctions[collection, members]


def _collections() -> list[Collection]:
    found: dict[str, Collection] = {}
    for module in pkgutil.iter_modules(collection_files.__path__):
        loaded = importlib.import_module(f"{collection_files.__name__}.{module.name}")
        for value in vars(loaded).values():
            if isinstance(value, Collection):
                found[value.name] = value
    return sorted(found.values(), key=lambda collection: collection.name)


def _schema(database: str) -> Schema:
    declared = {c.name: c for c in _collections() if c.database == database}
    target = metadata()
    for collection in declared.values():
        _collection_table(collection, target)
    junctions = {
        (collection.name, members.name): _junction_table(collection, members, target)
        for collection in declared.values()
        for members in collection.members
    }
    search_tables = {
        collection.name: search_table(
            collection, collection.search, [_mirror(collection, name) for name in collection.search.mirrors], target
        )
        for collection in declared.values()
        if collection.search is not None
    }
    return Schema(
        database=database,
        metadata=target,
        collections=MappingProxyType(declared),
        feed=tables.feed(target),
        feed_head=tables.feed_head(target),
        idempotency=tables.idempotency(target),
        link_positions=tables.link_positions(target),
        junctions=MappingProxyType(junctions),
        search_tables=MappingProxyType(search_tables),
    )


def _collection_table(collection: Collection, target: MetaData) -> Table:
    return Table(
        collection.name,
        target,
        Column("id", Identifier(natural=collection.natural_ids), primary_key=True),
        Column("version", Integer(), CheckConstraint("version >= 1", name="version_counts"), nullable=False),
        *collection.columns,
        *collection.constraints,
    )


def _junction_table(collection: Collection, members: Members, target: MetaData) -> Table:
    name = f"{collection.name}_{members.target}"
    # The order of the index is the order of the question: whose, then the mirrored filters, then the sort key, then
    # the tie-break; what only filters comes last, because it may be asked for several values at once.
    *equal, spread, ordered = members.mirrors
    return Table(
        name,
        target,
        Column("record_id", Identifier(), ForeignKey(f"{collection.name}.id"), primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column(members.item, Identifier(), ForeignKey(f"{members.target}.id"), nullable=False),
        *(_mirror(collection, column) for column in members.mirrors),
        Index(f"ix_{name}_lists", members.item, *equal, ordered, "record_id", spread),
    )


def _mirror(collection: Collection, name: str) -> Column[Any]:
    source = next(column for column in collection.columns if column.name == name)
    return Column(name, source.type, nullable=False)


SCHEMAS: Mapping[str, Schema] = MappingProxyType({database: _schema(database) for database in DATABASES})
