"""The SQL of what is counted beside records, and of the words that it is counted by."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, func, select

from database_service import statements
from database_service.declaration import Tally, Where
from database_service.registry import SCHEMAS


@cache
def tallying(tally: Tally, database: str, dialect: str) -> Select[Any]:
    """Return the statement that counts the due records listing each of `ids`; parameters: ids, due."""
    schema = SCHEMAS[database]
    source = schema.collections[tally.source]
    members = next((m for m in source.members if m.name == tally.members), None)
    naming = schema.table(source.name) if members is None else schema.junction(source.name, members.name)
    item = naming.c[tally.members if members is None else members.item]
    conditions = holding(naming, tally.where)
    return (
        select(item, func.count())
        .where(statements.one_of(dialect, item, "ids"), *conditions, naming.c[tally.due] <= bindparam("due"))
        .group_by(item)
        .execution_options(query=f"{tally.source}.{tally.name}")
    )


def holding(source: FromClause, where: Where) -> list[ColumnElement[bool]]:
    """Return the conditions that declared columns hold declared words."""
    return [
        source.c[name].in_(value) if isinstance(value, tuple) else source.c[name] == value
        for name, value in where.items()
    ]
