"""Writes: a commit is all or nothing, its preconditions stand in the SQL `WHERE`, and the feed counter comes last.

The order inside the transaction is the guarantee:

1. the idempotency key is inserted first: a second request with it waits for the first, then finds its answer;
2. the operations run in the order given;
3. the feed's one-row counter is raised and the full images of all changed records are logged (`feed.py`). From here
   on no other commit can end before this one;
4. what had to be absent is looked up once more, now that nothing else can commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, select
from sqlalchemy.exc import IntegrityError

from api.shared.problems import IDEMPOTENCY_KEY_REUSED, Problem
from database_service import filing, refusals, statements
from database_service.errors import broken_rule
from database_service.feed import Change, append
from database_service.operations import Operation, RetryKey
from database_service.registry import Schema


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a commit did; when it was done before, `answer` is the JSON text stored then."""

    versions: tuple[int, ...] = ()
    head: int = 0
    changed: bool = False
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What operations have done that are not logged yet."""

    operations: Sequence[Operation]
    versions: tuple[int, ...]
    changes: Sequence[Change]

    def outcome(self, head: int) -> Outcome:
        """Return what the commit did when the feed ends with it."""
        return Outcome(self.versions, head, changed=bool(self.changes))


def write(connection: Connection, schema: Schema, operations: Sequence[Operation], now: str) -> Outcome:
    """Do operations inside the caller's transaction and log them. Raises Problem when one is refused."""
    written = run(connection, schema, operations)
    head = append(connection, schema, written.changes, now)
    recheck_absent(connection, written)
    return written.outcome(head)


def run(connection: Connection, schema: Schema, operations: Sequence[Operation]) -> Written:
    """Do operations inside the caller's transaction, and log nothing yet. Raises Problem when one is refused."""
    versions: list[int] = []
    changes: list[Change] = []
    for position, operation in enumerate(operations):
        if operation.op == "require":
            versions.append(_require(connection, operation, position))
            continue
        change = _change(connection, schema, operation, position)
        versions.append(change.version)
        changes.append(change)
    return Written(operations, tuple(versions), changes)


def claim(connection: Connection, schema: Schema, retry_key: RetryKey | None, now: str) -> str | None:
    """Take an idempotency key, or return the answer of whoever took it. Raises Problem for another request's key."""
    if retry_key is None:
        return None
    table = schema.idempotency
    values = {
        "key": retry_key.key,
        "fingerprint": retry_key.fingerprint,
        "answer": retry_key.answer,
        "created_at": now,
    }
    if connection.execute(statements.taking(table, connection.dialect.name), values).first() is not None:
        return None
    row = connection.execute(
        select(table.c["fingerprint"], table.c["answer"]).where(table.c["key"] == retry_key.key)
    ).one()
    if row.fingerprint != retry_key.fingerprint:
        raise Problem(IDEMPOTENCY_KEY_REUSED)
    answer: str = row.answer
    return answer


def _change(connection: Connection, schema: Schema, operation: Operation, position: int) -> Change:
    act = {"insert": _insert, "update": _update, "delete": _delete}[operation.op]
    try:
        record = act(connection, schema, operation)
    except IntegrityError as error:
        rule = broken_rule(error, schema.metadata)
        raise refusals.broken(connection, schema, operation, position, rule) from error
    if record is None:
        raise refusals.version_mismatch(connection, operation, position)
    return Change(operation.op, operation.collection.name, operation.id, record["version"], record)


def _insert(connection: Connection, schema: Schema, operation: Operation) -> dict[str, Any]:
    collection = operation.collection
    record = {"id": operation.id, "version": 1, **operation.values}
    connection.execute(statements.inserting(schema.table(collection.name)), record)
    filing.file(connection, collection, filing.all_of(collection), record)
    return {name: record[name] for name in collection.logged}


def _update(connection: Connection, _schema: Schema, operation: Operation) -> dict[str, Any] | None:
    collection = operation.collection
    changed = frozenset(operation.values)
    statement = statements.updating(collection, changed, versioned=operation.if_version is not None)
    parameters = {f"new_{name}": value for name, value in operation.values.items()}
    record = _one(connection, statement, operation, parameters)
    if record is None:
        return None
    drawers = filing.touched(collection, changed)
    filing.empty(connection, collection, drawers, operation.id)
    filing.file(connection, collection, drawers, record)
    return record


def _delete(connection: Connection, _schema: Schema, operation: Operation) -> dict[str, Any] | None:
    collection = operation.collection
    filing.empty(connection, collection, filing.all_of(collection), operation.id)
    statement = statements.deleting(collection, versioned=operation.if_version is not None)
    return _one(connection, statement, operation, {})


def _one(
    connection: Connection, statement: Executable, operation: Operation, parameters: dict[str, Any]
) -> dict[str, Any] | None:
    parameters["record_id"] = operation.id
    if operation.if_version is not None:
        parameters["if_version"] = operation.if_version
    row = connection.execute(statement, parameters).first()
    names = operation.collection.logged
    return None if row is None else dict(zip(names, row, strict=True))


def _require(connection: Connection, operation: Operation, position: int) -> int:
    # The row lock keeps the precondition true until the commit; SQLite has one writer anyway
    lock = connection.dialect.name == "postgresql"
    statement = statements.version_of(operation.collection, lock=lock)
    version: int | None = connection.execute(statement, {"record_id": operation.id}).scalar()
    if operation.if_absent:
        if version is not None:
            raise refusals.not_absent(position)
        return 0
    if version is None or operation.if_version not in {None, version}:
        raise refusals.version_mismatch(connection, operation, position)
    return version


def recheck_absent(connection: Connection, written: Written) -> None:
    """Look once more, when nothing else can commit any more. Raises Problem when what had to be absent is there."""
    own = {(change.collection, change.id) for change in written.changes}
    for position, operation in enumerate(written.operations):
        if operation.if_absent and (operation.collection.name, operation.id) not in own:
            _require(connection, operation, position)
