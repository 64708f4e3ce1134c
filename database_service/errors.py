"""Turns what drivers raise into our problems. No driver's text leaves this file, except into the log."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from flask import Flask, Response
from sqlalchemy import Index, MetaData
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from api.shared.problems import INTERNAL, UNAVAILABLE, Kind, Problem, problem_response

VERSION_MISMATCH = Kind(
    409, "version_mismatch", "Another version", "The record has another version, or is gone; `current` shows it."
)
ALREADY_EXISTS = Kind(409, "already_exists", "Already exists", "Another record has the same values in `fields`.")
MISSING_REFERENCE = Kind(409, "missing_reference", "Missing reference", "`field` names a record that does not exist.")
STILL_REFERENCED = Kind(409, "still_referenced", "Still referenced", "Records of `collection` still name this one.")
FEED_COMPACTED = Kind(
    410, "feed_compacted", "Feed compacted", "The feed does not reach back to this position: read everything anew."
)
BACKUP_DAMAGED = Kind(409, "backup_damaged", "Backup damaged", "The backup is not what it was when it was made.")
KINDS = (VERSION_MISMATCH, ALREADY_EXISTS, MISSING_REFERENCE, STILL_REFERENCED, FEED_COMPACTED, BACKUP_DAMAGED)

RETRY_AFTER = {"Retry-After": "1"}
_RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock: the same commit may succeed when run again
_ATTEMPTS = 5
_SQLITE = re.compile(r"(UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: (.*))?")
_POSTGRESQL = {"23505": "UNIQUE", "23514": "CHECK", "23502": "NOT NULL", "23503": "FOREIGN KEY"}
_log = structlog.get_logger("errors")

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Broken:
    """The rule of the schema that a statement broke; `table` and `columns` are unknown for SQLite's foreign keys."""

    rule: str
    table: str | None = None
    columns: tuple[str, ...] = ()


def persistently(transaction: Callable[[], Result]) -> Result:
    """Run a transaction, and again a few times when it is the one that the engine chose to give way."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return transaction()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _RETRYABLE:
                raise
    return transaction()


def broken_rule(error: IntegrityError, metadata: MetaData) -> Broken:
    """Return which rule an engine says was broken."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        rule = _POSTGRESQL[diagnosis.sqlstate]
        if rule == "NOT NULL":
            return Broken(rule, diagnosis.table_name, (str(diagnosis.column_name),))
        return _named(rule, str(diagnosis.constraint_name), metadata)
    match = _SQLITE.search(str(error.orig))
    if match is None:
        return Broken("UNKNOWN")
    rule, subject = match.groups()
    if rule == "FOREIGN KEY":
        return Broken(rule)
    if rule == "CHECK":
        return _named(rule, subject, metadata)
    columns = [part.strip().split(".") for part in subject.split(",")]
    return Broken(rule, columns[0][0], tuple(column for _, column in columns))


def _named(rule: str, name: str, metadata: MetaData) -> Broken:
    for table in metadata.tables.values():
        for column in table.columns:
            if any(check.name == name for check in column.constraints):
                return Broken(rule, table.name, (str(column.name),))
        for constraint in (*table.constraints, *table.indexes):
            if isinstance(constraint, ColumnCollectionConstraint | Index) and constraint.name == name:
                return Broken(rule, table.name, tuple(str(column.name) for column in constraint.columns))
    return Broken(rule)


def install(app: Flask, *, docs_url: str) -> None:
    """Answer what the drivers raise outside a commit's own rules."""

    def unavailable(error: SQLAlchemyError) -> Response:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # No text: a driver's may repeat what somebody stored
        _log.warning("database unavailable", cause=type(cause).__name__, sqlstate=getattr(cause, "sqlstate", None))
        detail = "The database cannot answer now. Nothing was changed; try again."
        return problem_response(Problem(UNAVAILABLE, detail, headers=RETRY_AFTER), docs_url=docs_url)

    def our_fault(error: SQLAlchemyError) -> Response:
        _log.error("unexpected database error", exc_info=error)
        return problem_response(Problem(INTERNAL), docs_url=docs_url)

    app.register_error_handler(SQLAlchemyError, unavailable)
    app.register_error_handler(DataError, our_fault)
    app.register_error_handler(IntegrityError, our_fault)
    app.register_error_handler(ProgrammingError, our_fault)
