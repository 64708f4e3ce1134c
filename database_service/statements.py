"""The SQL of this service, built from the declarations: a finite set of texts, none of which holds a client's words."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    CTE,
    Column,
    ColumnElement,
    Executable,
    FromClause,
    Insert,
    Select,
    String,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from database_service.declaration import Collection, Filter, MemberFilter, Members, Sort
from database_service.registry import SCHEMAS, Schema
from database_service.search import matching

SEARCH = "search"
KeyColumn = ColumnElement[Any]


def one_of(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return "the column is one of the values of a parameter", one text however many values there are."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(Text)))
    values = func.json_each(bindparam(name, type_=String)).table_valued("value", name=f"{name}_values")
    return column.in_(select(values.c.value))


def list_parameter(dialect: str, values: Sequence[str]) -> Any:
    """Return values in the form that `one_of` takes them."""
    return list(values) if dialect == "postgresql" else orjson.dumps(list(values)).decode()


def record_columns(collection: Collection, *, brief: bool = False) -> list[Column[Any]]:
    """Return the columns of a record in the order they travel; `brief` leaves the bulky ones out."""
    table = SCHEMAS[collection.database].table(collection.name)
    return [table.c[name] for name in record_names(collection, brief=brief)]


@cache
def record_names(collection: Collection, *, brief: bool = False) -> tuple[str, ...]:
    """Name the columns of a record in the order they travel."""
    left_out = collection.bulky if brief else frozenset[str]()
    return ("id", "version", *(name for name in collection.visible if name not in left_out))


@cache
def by_id(collection: Collection, *, brief: bool = False) -> Select[Any]:
    """Return the statement that reads one record; parameter: record_id."""
    columns = record_columns(collection, brief=brief)
    statement = select(*columns).where(columns[0] == bindparam("record_id"))
    return statement.execution_options(query=f"{collection.name}.get")


@cache
def inserting(table: Table) -> Insert:
    """Return the statement that writes rows, whose parameters are the columns."""
    return insert(table)


@cache
def taking(table: Table, dialect: str) -> Executable:
    """Return the statement that takes an idempotency key and says so, or does nothing when somebody took it."""
    inserted = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return inserted.on_conflict_do_nothing().returning(table.c["key"])


@cache
def by_ids(collection: Collection, dialect: str, *, brief: bool) -> Select[Any]:
    """Return the statement that reads several records; parameter: ids."""
    columns = record_columns(collection, brief=brief)
    statement = select(*columns).where(one_of(dialect, columns[0], "ids"))
    return statement.execution_options(query=f"{collection.name}.include")


@cache
def version_of(collection: Collection, *, lock: bool) -> Select[Any]:
    """Return the statement that reads a version, and on request keeps others from changing it; parameter: record_id."""
    table = SCHEMAS[collection.database].table(collection.name)
    statement = select(table.c["version"]).where(table.c["id"] == bindparam("record_id"))
    return statement.with_for_update(read=True) if lock else statement


@lru_cache(maxsize=512)
def updating(collection: Collection, columns: frozenset[str], *, versioned: bool) -> Executable:
    """Return the statement that changes columns; parameters: record_id, if_version, and new_… for each column."""
    table = SCHEMAS[collection.database].table(collection.name)
    condition = table.c["id"] == bindparam("record_id")
    if versioned:
        condition = and_(condition, table.c["version"] == bindparam("if_version"))
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in sorted(columns)}
    return (
        update(table)
        .where(condition)
        .values(version=table.c["version"] + 1, **values)
        .returning(*(table.c[name] for name in collection.logged))
        .execution_options(query=f"{collection.name}.update")
    )


@cache
def deleting(collection: Collection, *, versioned: bool) -> Executable:
    """Return the statement that removes a record; parameters: record_id, if_version."""
    table = SCHEMAS[collection.database].table(collection.name)
    condition = table.c["id"] == bindparam("record_id")
    if versioned:
        condition = and_(condition, table.c["version"] == bindparam("if_version"))
    statement = delete(table).where(condition).returning(*(table.c[name] for name in collection.logged))
    return statement.execution_options(query=f"{collection.name}.delete")


class Lister:
    """Builds the statements of one shape of list: which filters are given, and whether each has several values."""

    def __init__(self, collection: Collection, dialect: str, given: frozenset[tuple[str, bool]]) -> None:
        self._collection = collection
        self._dialect = dialect
        self._schema: Schema = SCHEMAS[collection.database]
        stored = self._schema.table(collection.name)
        self._table: FromClause = stored
        self._many = dict(given)
        # What is searched for leads, or the first member list asked for:
        # its junction is walked in order, and the records are fetched along it
        member_filters = [f for f in collection.filters if isinstance(f, MemberFilter) and f.name in self._many]
        self._lead = member_filters[0] if member_filters else None
        self._mirrors: dict[str, KeyColumn] = {}
        self._matched: CTE | None = None
        if SEARCH in self._many and collection.search is not None:
            index = self._schema.search_tables[collection.name]
            self._matched = matching.matched(collection.search, index, dialect)
            self._mirrors = {str(column.name): column for column in self._matched.columns}
            self._mirrors["id"] = self._mirrors.pop("record_id")
            self._lead = None
            if dialect == "postgresql":
                self._table = matching.fetched(stored, self._matched)
        if self._lead is not None:
            members = self._members(self._lead)
            self._junction: Table = self._schema.junction(collection.name, members.name)
            self._mirrors = {name: self._junction.c[name] for name in members.mirrors}
            self._mirrors["id"] = self._junction.c["record_id"]

    def page(self, sort: Sort, *, descending: bool, positioned: bool, brief: bool) -> Select[Any]:
        """Return the statement of a page; parameters: the filters, page_size, and key and key_id of the cursor."""
        key, record_id = self._column(sort.column), self._column("id")
        columns = self._columns(brief=brief)
        statement = select(*columns, key.label("sort_key")).select_from(self._source()).where(*self.conditions())
        if positioned:
            statement = statement.where(_beyond(key, record_id, descending=descending))
        order = [key] if key is record_id else [key, record_id]
        statement = statement.order_by(*(column.desc() if descending else column.asc() for column in order))
        return statement.limit(bindparam("page_size"))

    def count(self) -> Select[Any]:
        """Return the statement that counts everything the filters let through."""
        return select(func.count()).select_from(self._source()).where(*self.conditions())

    def _columns(self, *, brief: bool) -> list[KeyColumn]:
        return [self._table.c[name] for name in record_names(self._collection, brief=brief)]

    def _column(self, name: str) -> KeyColumn:
        mirrored = self._mirrors.get(name)
        return self._table.c[name] if mirrored is None else mirrored

    def _source(self) -> FromClause:
        if self._matched is not None:
            return self._matched.join(self._table, self._table.c["id"] == self._mirrors["id"])
        if self._lead is None:
            return self._table
        return self._junction.join(self._table, self._table.c["id"] == self._junction.c["record_id"])

    def _members(self, asked: MemberFilter) -> Members:
        return next(m for m in self._collection.members if m.name == asked.members)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the filters demand of a record."""
        return [
            self._compare(declared) if isinstance(declared, Filter) else self._lists(declared)
            for declared in self._collection.filters
            if declared.name in self._many
        ]

    def _compare(self, declared: Filter) -> ColumnElement[bool]:
        column = self._column(declared.column)
        name = f"filter_{declared.name}"
        if self._many[declared.name]:
            return one_of(self._dialect, column, name)
        relation = column.bool_op(declared.relation)
        return relation(bindparam(name, type_=column.type))

    def _lists(self, declared: MemberFilter) -> ColumnElement[bool]:
        members = self._members(declared)
        junction = self._schema.junction(self._collection.name, members.name)
        target = self._schema.table(members.target)
        wanted = bindparam(f"filter_{declared.name}", type_=target.c[declared.by].type)
        item: ColumnElement[Any] = wanted
        if declared.by != "id":
            item = select(target.c["id"]).where(target.c[declared.by] == wanted).scalar_subquery()
        if declared is self._lead:
            return junction.c[members.item] == item
        other = junction.alias(f"also_{declared.name}")
        found = select(other.c["record_id"]).where(other.c["record_id"] == self._column("id"))
        return found.where(other.c[members.item] == item).exists()


def _beyond(key: KeyColumn, record_id: KeyColumn, *, descending: bool) -> ColumnElement[bool]:
    last_id = bindparam("key_id", type_=record_id.type)
    if key is record_id:
        return record_id < last_id if descending else record_id > last_id
    here, there = tuple_(key, record_id), tuple_(bindparam("key", type_=key.type), last_id)
    beyond: ColumnElement[bool] = here < there if descending else here > there
    return beyond


@lru_cache(maxsize=2048)
def page(  # noqa: PLR0913 - together they are the shape of the statement
    collection: Collection,
    dialect: str,
    given: frozenset[tuple[str, bool]],
    sort: Sort,
    *,
    descending: bool,
    positioned: bool,
    brief: bool,
) -> Select[Any]:
    """Return the statement of a page of this shape, built once."""
    statement = Lister(collection, dialect, given).page(sort, descending=descending, positioned=positioned, brief=brief)
    filters = tuple(sorted(name for name, _ in given))
    return statement.execution_options(query=f"{collection.name}.list {sort.name}", shape=filters)


@lru_cache(maxsize=512)
def count(collection: Collection, dialect: str, given: frozenset[tuple[str, bool]]) -> Select[Any]:
    """Return the statement that counts a list of this shape, built once."""
    statement = Lister(collection, dialect, given).count()
    filters = tuple(sorted(name for name, _ in given))
    return statement.execution_options(query=f"{collection.name}.count", shape=filters)
