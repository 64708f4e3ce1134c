"""The words migrations are written in. A migration says what was done then, so these never change: add new ones."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

from database_service.column_types import Flag, Integer, Line, Moment
from database_service.declaration import metadata
from database_service.json_types import Ids, Json


def identified(*, version: bool = True) -> list[sa.Column[Any]]:
    """Return the columns every collection begins with."""
    columns: list[sa.Column[Any]] = [sa.Column("id", Line(200), primary_key=True)]
    if version:
        check = sa.CheckConstraint("version >= 1", name="version_counts")
        columns.append(sa.Column("version", Integer(), check, nullable=False))
    return columns


def line(name: str, maximum: int, *, nullable: bool = False, unique: bool = False) -> sa.Column[Any]:
    """Return a text column of bounded length."""
    check = sa.CheckConstraint(f"length({name}) <= {maximum}", name=f"{name}_length")
    return sa.Column(name, Line(maximum), check, nullable=nullable, unique=unique)


def choice(name: str, options: Sequence[str], *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column that holds one of a few words."""
    words = ", ".join(f"'{option}'" for option in options)
    check = sa.CheckConstraint(f"{name} IN ({words})", name=f"{name}_known")
    return sa.Column(name, Line(max(map(len, options))), check, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a time column."""
    return sa.Column(name, Moment(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column for a whole number that is not negative."""
    check = sa.CheckConstraint(f"{name} >= 0", name=f"{name}_positive")
    return sa.Column(name, Integer(), check, nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    """Return a column that is true or false."""
    return sa.Column(name, Flag(), nullable=False)


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a JSON column."""
    return sa.Column(name, Json("object"), nullable=nullable)


def ids(name: str) -> sa.Column[Any]:
    """Return a column that holds a list of ids."""
    return sa.Column(name, Ids(), nullable=False)


def reference(name: str, target: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column that names a record of another table."""
    return sa.Column(name, Line(200), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def add_columns(table: str, *columns: sa.Column[Any]) -> None:
    """Add columns with the rules on their values; a column is nullable or has a server default.

    Alembic's own word leaves SQLite's checks and references out.
    """
    connection = op.get_bind()
    described = sa.Table(table, metadata(), *columns)
    for column in described.columns:
        definition = str(CreateColumn(column).compile(dialect=connection.dialect))
        for key in column.foreign_keys:
            target, target_column = key.target_fullname.split(".")
            definition += f" CONSTRAINT fk_{table}_{column.name} REFERENCES {target} ({target_column})"
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {definition}")


def create_service_tables() -> None:
    """Create what every database has beside its collections."""
    op.create_table(
        "feed",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("collection", Line(64), nullable=False),
        sa.Column("id", Line(200), nullable=False),
        choice("op", ("insert", "update", "delete")),
        sa.Column("version", sa.BigInteger, nullable=False),
        moment("at"),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("private", sa.Text),
    )
    op.create_index("ix_feed_at", "feed", ["at"])
    only_row = sa.CheckConstraint("one = 1", name="only_row")
    head = op.create_table(
        "feed_head",
        sa.Column("one", sa.Integer, only_row, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("floor", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "seq": 0, "floor": 0}])
    op.create_table(
        "idempotency",
        sa.Column("key", Line(300), primary_key=True),
        sa.Column("fingerprint", Line(300), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        moment("created_at"),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])
    op.create_table(
        "link_positions",
        sa.Column("source", Line(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
