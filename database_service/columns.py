"""Declares the columns of collections: one call a column, each with the sentence that the contract shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey

from database_service.column_types import NO_TIME, Choice, Flag, Identifier, Integer, Line, Moment
from database_service.json_types import Ids, Json


def text(name: str, maximum: int, doc: str, *, nullable: bool = False, unique: bool = False) -> Column[Any]:
    """Declare a text column; its length is checked by the engine too."""
    check = CheckConstraint(f"length({name}) <= {maximum}", name=f"{name}_length")
    return Column(name, Line(maximum), check, nullable=nullable, unique=unique, doc=doc)


def account(name: str, doc: str, *, nullable: bool = False, inherited: bool = True) -> Column[Any]:
    """Declare a column of the blog database that names an account; one of the collection's indexes begins with it.

    When the account is deleted and names an heir, the heir takes its place, unless the record is not `inherited` (words
    of a person stay that person's). Otherwise the id stays, of an account that says nothing more, and the columns of
    the collection's `personal` get the values declared there.
    """
    column = text(name, 36, doc, nullable=nullable)
    column.info["inherited"] = inherited
    return column


def choice(name: str, options: Sequence[str], doc: str, *, nullable: bool = False) -> Column[Any]:
    """Declare a column that holds one of a few words."""
    words = ", ".join(f"'{option}'" for option in options)
    check = CheckConstraint(f"{name} IN ({words})", name=f"{name}_known")
    return Column(name, Choice(*options), check, nullable=nullable, doc=doc)


def moment(name: str, doc: str, *, nullable: bool = False) -> Column[Any]:
    """Declare a column that holds a time."""
    return Column(name, Moment(), nullable=nullable, doc=doc)


def order_of(name: str, source: str) -> Column[Any]:
    """Declare the sort key of a nullable time: the time itself, or later than every time. Never served."""
    computed = Computed(f"coalesce({source}, '{NO_TIME}')", persisted=True)
    return Column(name, Moment(), computed, info={"hidden": True, "source": source})


def integer(name: str, doc: str, *, nullable: bool = False) -> Column[Any]:
    """Declare a column that holds a whole number."""
    check = CheckConstraint(f"{name} >= 0", name=f"{name}_positive")
    return Column(name, Integer(), check, nullable=nullable, doc=doc)


def flag(name: str, doc: str) -> Column[Any]:
    """Declare a column that is true or false."""
    return Column(name, Flag(), nullable=False, doc=doc)


def json(name: str, shape: str, doc: str, *, nullable: bool = False) -> Column[Any]:
    """Declare a column that holds a JSON array or object."""
    return Column(name, Json(shape), nullable=nullable, doc=doc)


def reference(name: str, target: str, doc: str, *, nullable: bool = False, indexed: bool = True) -> Column[Any]:
    """Declare a column that holds the id of a record of another collection of the same database.

    It is `indexed` by itself unless one of the collection's own indexes begins with it.
    """
    return Column(name, Identifier(), ForeignKey(f"{target}.id"), nullable=nullable, doc=doc, index=indexed)


def identifier(name: str, doc: str) -> Column[Any]:
    """Declare a column that holds an id without a foreign key, which SQLite cannot add to a table that is there."""
    return Column(name, Identifier(), nullable=True, doc=doc)


def members(name: str, doc: str, *, most: int = 100, nullable: bool = False) -> Column[Any]:
    """Declare the ordered list of ids that a `Members` declaration backs with a junction table."""
    return Column(name, Ids(most), nullable=nullable, doc=doc)
