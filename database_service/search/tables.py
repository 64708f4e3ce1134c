"""The table behind a search index, and what each engine keeps beside it.

The table holds a record's terms. On PostgreSQL `weighed` is what its GIN index is made of. On SQLite an FTS5 index
stands beside the table, takes its content from it and is kept by triggers; `number` is the row number that it knows
records by (SQLite's own row numbers may change when a file is compacted).
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeEngine

from database_service.column_types import Identifier
from database_service.declaration import Collection, Search


class Weighed(TypeDecorator[str]):
    """A tsvector on PostgreSQL; on SQLite a column that stays empty."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Return the engine's own type."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())


def search_table(collection: Collection, search: Search, mirrors: Sequence[Column[str]], target: MetaData) -> Table:
    """Return the table that holds the terms of a collection's records."""
    name = table_name(collection)
    table = Table(
        name,
        target,
        Column("record_id", Identifier(), ForeignKey(f"{collection.name}.id"), primary_key=True),
        Column("number", BigInteger, nullable=True, unique=True),
        *mirrors,
        *(Column(column, Text, nullable=False) for column in search.columns),
        Column("weighed", Weighed, nullable=True),
    )
    gin = Index(f"ix_{name}_weighed", table.c["weighed"], postgresql_using="gin")
    gin.ddl_if(dialect="postgresql")
    for statement in fts5_statements(name, search.columns):
        ddl = DDL(statement)  # type: ignore[no-untyped-call] # SQLAlchemy's own
        event.listen(table, "after_create", ddl.execute_if(dialect="sqlite"))
    return table


def table_name(collection: Collection) -> str:
    """Name the table that holds the terms of a collection's records."""
    return f"{collection.name}_search"


def fts5_name(table: str) -> str:
    """Name the FTS5 index beside a search table."""
    return f"{table}_fts"


def fts5_statements(table: str, columns: Sequence[str]) -> list[str]:
    """Return the statements that make the FTS5 index of a search table, and the triggers that keep it."""
    index, names = fts5_name(table), ", ".join(columns)
    old = ", ".join(f"old.{column}" for column in columns)
    new = ", ".join(f"new.{column}" for column in columns)
    # The tokenizer `ascii` splits at ASCII punctuation and spaces alone: exactly between our terms
    options = f"content='{table}', content_rowid='number', tokenize='ascii'"
    insert, remove = f"INSERT INTO {index} (rowid, {names})", f"INSERT INTO {index} ({index}, rowid, {names})"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5({names}, {options})",
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {insert} VALUES (new.number, {new}); END",  # noqa: S608 - declared names
        f"CREATE TRIGGER {table}_gone AFTER DELETE ON {table} BEGIN {remove} VALUES ('delete', old.number, {old}); END",
    ]


def is_fts5(table: str, names: Sequence[str]) -> bool:
    """Tell whether a table of a SQLite file is an FTS5 index or one of the tables inside it."""
    searched = {name for name in names if name.endswith("_search")}
    return any(table == fts5_name(name) or table.startswith(f"{fts5_name(name)}_") for name in searched)


@cache
def indexing(table: Table, collection: str, search: Search, dialect: str) -> TextClause:
    """Return the statement that puts a record into a search index, with the row's own mirrored columns.

    Parameters: record_id, and what `index.row` returns.
    """
    if dialect == "postgresql":
        own, value = "weighed", "CAST(:weighed AS tsvector)"
    else:
        own, value = "number", f"(SELECT coalesce(max(number), 0) + 1 FROM {table.name})"  # noqa: S608 - declared names
    names = ", ".join((*search.mirrors, *search.columns, own))
    values = ", ".join((*search.mirrors, *(f":words_{name}" for name in search.columns), value))
    return text(
        f"INSERT INTO {table.name} (record_id, {names}) SELECT id, {values} "  # noqa: S608 - declared names
        f"FROM {collection} WHERE id = :record_id"
    )
