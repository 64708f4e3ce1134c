"""Reads what a commit asks for, and refuses all that no collection declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.shared.problems import FORBIDDEN, INVALID, TOO_LARGE, Fault, Problem
from database_service.column_types import LARGEST_INTEGER, Unacceptable, whole
from database_service.declaration import Collection
from database_service.registry import Schema
from database_service.tables import KEY_LENGTH

MOST_OPERATIONS = 1_000
_KEYS = {
    "insert": {"op", "collection", "id", "values"},
    "update": {"op", "collection", "id", "values", "if_version"},
    "delete": {"op", "collection", "id", "if_version"},
    "require": {"op", "collection", "id", "if_version", "if_absent"},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One checked step of a commit; its values are in the wire form the columns accept."""

    op: str
    collection: Collection
    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    if_version: int | None = None
    if_absent: bool = False


@dataclass(frozen=True, slots=True)
class RetryKey:
    """What makes a repeated commit have one effect; `answer` is the caller's JSON, kept as text."""

    key: str
    fingerprint: str
    answer: str


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """A checked commit."""

    operations: tuple[Operation, ...]
    retry_key: RetryKey | None


def read_commit(body: object, schema: Schema) -> CommitRequest:
    """Check a decoded commit against the declarations. Raises Problem."""
    if not isinstance(body, dict) or not isinstance(body.get("operations"), list):
        raise _invalid("required", "a commit is an object with a list of operations", "/operations")
    _refuse_unknown(body, {"operations", "idempotency"}, "")
    items = body["operations"]
    if len(items) > MOST_OPERATIONS:
        raise Problem(TOO_LARGE, f"A commit has at most {MOST_OPERATIONS} operations.")
    operations = tuple(_operation(item, schema, f"/operations/{i}") for i, item in enumerate(items))
    return CommitRequest(operations, _retry_key(body["idempotency"]) if "idempotency" in body else None)


def _operation(item: object, schema: Schema, pointer: str) -> Operation:
    if not isinstance(item, dict):
        raise _invalid("invalid", "an operation is an object", pointer)
    op = item.get("op")
    if not isinstance(op, str) or op not in _KEYS:
        raise _invalid("invalid", "must be insert, update, delete or require", f"{pointer}/op")
    _refuse_unknown(item, _KEYS[op], pointer)
    name = item.get("collection")
    collection = schema.collections.get(name) if isinstance(name, str) else None
    if collection is None:
        raise _invalid("unknown", "there is no such collection", f"{pointer}/collection")
    if collection.follows and op != "require":
        raise Problem(FORBIDDEN, f"{collection.name} follows another database; nobody else writes it.")
    return Operation(
        op=op,
        collection=collection,
        id=_id(item, collection, pointer),
        values=_values(item, op, collection, pointer),
        if_version=_if_version(item, pointer),
        if_absent=_if_absent(item, pointer),
    )


def _id(item: Mapping[str, Any], collection: Collection, pointer: str) -> str:
    try:
        return collection.id_type.accept(item.get("id"))
    except Unacceptable as error:
        raise _invalid("invalid", str(error), f"{pointer}/id") from error


def _if_version(item: Mapping[str, Any], pointer: str) -> int | None:
    if "if_version" not in item:
        return None
    version = whole(item["if_version"])
    if version is None or not 1 <= version <= LARGEST_INTEGER:
        raise _invalid("invalid", "must be a version: a whole number from 1", f"{pointer}/if_version")
    return version


def _if_absent(item: Mapping[str, Any], pointer: str) -> bool:
    if "if_absent" not in item:
        return False
    if item["if_absent"] is not True or "if_version" in item:
        raise _invalid("invalid", "must be true, and excludes if_version", f"{pointer}/if_absent")
    return True


def _values(item: Mapping[str, Any], op: str, collection: Collection, pointer: str) -> dict[str, Any]:
    if op not in {"insert", "update"}:
        return {}
    given = item.get("values")
    if not isinstance(given, dict):
        raise _invalid("required", "an object of column values", f"{pointer}/values")
    faults = [
        Fault("unknown", "there is no such column", pointer=f"{pointer}/values/{escape(name)}")
        for name in given
        if name not in collection.visible
    ]
    values: dict[str, Any] = {}
    for name, column in collection.visible.items():
        if name not in given and op == "update":
            continue
        value = given.get(name)
        if value is None:
            values[name] = None
            if not column.nullable:
                faults.append(Fault("required", "needs a value", pointer=f"{pointer}/values/{name}"))
            continue
        try:
            values[name] = collection.types[name].accept(value)
        except Unacceptable as error:
            faults.append(Fault(error.code, str(error), pointer=f"{pointer}/values/{name}"))
    if faults:
        raise Problem(INVALID, faults=faults)
    return values


def _retry_key(item: object) -> RetryKey:
    if not isinstance(item, dict) or set(item) != {"key", "fingerprint", "answer"}:
        raise _invalid("invalid", "an object with key, fingerprint and answer", "/idempotency")
    for name in ("key", "fingerprint"):
        text = item[name]
        if not isinstance(text, str) or not 1 <= len(text) <= KEY_LENGTH or "\0" in text:
            detail = f"must be a string of 1 to {KEY_LENGTH} characters without NUL"
            raise _invalid("invalid", detail, f"/idempotency/{name}")
    return RetryKey(item["key"], item["fingerprint"], orjson.dumps(item["answer"]).decode())


def _refuse_unknown(item: Mapping[str, Any], known: set[str], pointer: str) -> None:
    unknown = sorted(set(item) - known)
    if unknown:
        faults = [Fault("unknown", "is not declared", pointer=f"{pointer}/{escape(name)}") for name in unknown]
        raise Problem(INVALID, faults=faults)


def escape(name: str) -> str:
    """Write a key as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _invalid(code: str, detail: str, pointer: str) -> Problem:
    return Problem(INVALID, faults=[Fault(code, detail, pointer=pointer)])
