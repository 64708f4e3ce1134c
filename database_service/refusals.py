"""Explains which rule of a schema an operation broke, in the words of the contract."""

from typing import Any

from sqlalchemy import Column, Connection, Table, select

from api.shared.problems import INVALID, Fault, Problem
from database_service import statements
from database_service.errors import ALREADY_EXISTS, MISSING_REFERENCE, STILL_REFERENCED, VERSION_MISMATCH, Broken
from database_service.operations import Operation
from database_service.registry import Schema


def version_mismatch(connection: Connection, operation: Operation, position: int) -> Problem:
    """Return the refusal that shows the record as it stands, or null when there is none."""
    row = connection.execute(statements.by_id(operation.collection), {"record_id": operation.id}).first()
    names = statements.record_names(operation.collection)
    current = None if row is None else dict(zip(names, row, strict=True))
    return Problem(VERSION_MISMATCH, extra={"operation": position, "current": current})


def not_absent(position: int) -> Problem:
    """Return the refusal of a demand that a record be absent."""
    return Problem(ALREADY_EXISTS, extra={"operation": position, "fields": ["id"]})


def broken(connection: Connection, schema: Schema, operation: Operation, position: int, rule: Broken) -> Problem:
    """Return the refusal for a rule that the engine enforces."""
    place: dict[str, Any] = {"operation": position}
    if rule.rule == "UNIQUE":
        return Problem(ALREADY_EXISTS, extra={**place, "fields": list(rule.columns)})
    if rule.rule == "FOREIGN KEY" and operation.op == "delete":
        return Problem(STILL_REFERENCED, extra={**place, "collection": _referrer(connection, schema, operation, rule)})
    if rule.rule == "FOREIGN KEY":
        return Problem(MISSING_REFERENCE, extra={**place, "field": _dangling(connection, schema, operation, rule)})
    column = rule.columns[0] if rule.columns else ""
    fault = Fault("invalid", "the database refuses this value", pointer=f"/operations/{position}/values/{column}")
    return Problem(INVALID, faults=[fault])


def _dangling(connection: Connection, schema: Schema, operation: Operation, rule: Broken) -> str:
    """Name the field that points nowhere. PostgreSQL says which; SQLite leaves us to look."""
    collection = operation.collection
    if rule.table is not None:
        for members in collection.members:
            if schema.junction(collection.name, members.name).name == rule.table:
                return members.name
        return rule.columns[0]
    for members in collection.members:
        ids = operation.values.get(members.name, ())
        if any(not _exists(connection, schema.table(members.target), item) for item in ids):
            return members.name
    for column, target in _references(schema.table(collection.name)):
        value = operation.values.get(column.name)
        if value is not None and not _exists(connection, target, value):
            return column.name
    return ""


def _referrer(connection: Connection, schema: Schema, operation: Operation, rule: Broken) -> str:
    """Name the collection whose records still point at the record that was to go."""
    owners = {junction.name: owner for (owner, _), junction in schema.junctions.items()}
    if rule.table is not None:
        return owners.get(rule.table, rule.table)
    doomed = schema.table(operation.collection.name)
    for table in schema.metadata.sorted_tables:
        for column, target in _references(table):
            found = (
                target is doomed and connection.execute(select(column).where(column == operation.id).limit(1)).first()
            )
            if found:
                return owners.get(table.name, table.name)
    return ""


def _references(table: Table) -> list[tuple[Column[Any], Table]]:
    return [(column, key.column.table) for column in table.columns for key in column.foreign_keys]


def _exists(connection: Connection, table: Table, record_id: str) -> bool:
    return connection.execute(select(table.c["id"]).where(table.c["id"] == record_id)).first() is not None
