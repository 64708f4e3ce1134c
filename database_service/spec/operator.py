"""The operations for whoever runs the service."""

from typing import Any

from api.shared.problems import NOT_FOUND
from database_service.column_types import EXAMPLE_TIME
from database_service.errors import BACKUP_DAMAGED
from database_service.spec.parts import Schema, closed, headers, json_body, operation, path_parameter, reference

TAG = "operation"
_BACKUP: dict[str, Any] = {
    "name": "20261123T100000Z",
    "made_at": EXAMPLE_TIME,
    "bytes": 1_048_576,
    "files": 12,
    "databases": {"blog": {"engine": "sqlite", "revision": "0004", "head": 1200}},
}
_DATABASE: dict[str, Any] = {
    "name": "blog",
    "engine": "sqlite",
    "revision": "0004",
    "newest_revision": "0004",
    "bytes": 1_048_576,
    "pool": {"size": 8, "in_use": 1},
    "head": 1200,
    "floor": 0,
}
_FINDING = {
    "check": "links",
    "database": "blog",
    "collection": "callers",
    "id": "account:01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39",
    "detail": "needs an insert to follow users",
}


def paths() -> dict[str, Any]:
    """Return the paths."""
    return {
        "/v1/databases": {"get": _databases()},
        "/v1/backups": {"get": _list_backups(), "post": _make_backup()},
        "/v1/backups/{name}": {"get": _get_backup()},
        "/v1/backups/{name}/proofs": {"post": _prove_backup()},
        "/v1/checks": {"post": _check()},
    }


def _databases() -> Schema:
    proof = {
        "type": ["object", "null"],
        "additionalProperties": {"type": "string"},
        "description": "The backup that was last restored for proof, and when",
    }
    described = closed({"databases": _several("Database"), "last_proven_backup": proof})
    example = {"databases": [_DATABASE], "last_proven_backup": {"name": _BACKUP["name"], "at": EXAMPLE_TIME}}
    return operation(
        "listDatabases",
        TAG,
        "Describe the databases",
        "Engine, schema, size, connections and feed of each, and the backup that was last proven.",
        answer=json_body(described, example),
    )


def _list_backups() -> Schema:
    return operation(
        "listBackups",
        TAG,
        "List the backups",
        "The finished sets, newest first.",
        answer=json_body(closed({"backups": _several("Backup")}), {"backups": [_BACKUP]}),
    )


def _make_backup() -> Schema:
    return operation(
        "makeBackup",
        TAG,
        "Make a backup",
        "Saves databases and media as one set and restores it into a scratch place before it counts as made.",
        answer={**json_body(reference("Backup"), _BACKUP), "headers": headers("Cache-Control", "Location")},
        status=201,
    )


def _get_backup() -> Schema:
    return operation(
        "getBackup",
        TAG,
        "Describe a backup",
        "What a set holds.",
        answer=json_body(reference("Backup"), _BACKUP),
        parameters=[_name()],
        refusals=[NOT_FOUND],
    )


def _prove_backup() -> Schema:
    return operation(
        "proveBackup",
        TAG,
        "Prove a backup",
        "Checks every file of a set and restores it into a scratch place.",
        answer=json_body(reference("Backup"), _BACKUP),
        parameters=[_name()],
        refusals=[NOT_FOUND, BACKUP_DAMAGED],
    )


def _check() -> Schema:
    ok = {"type": "boolean", "description": "Whether nothing was found"}
    return operation(
        "check",
        TAG,
        "Check the databases",
        "Looks for what must not be, within each database and between them, and names every offender.",
        answer=json_body(closed({"ok": ok, "findings": _several("Finding")}), {"ok": False, "findings": [_FINDING]}),
    )


def _name() -> Schema:
    return path_parameter("name", "The set's name", {"type": "string", "minLength": 1})


def _several(name: str) -> Schema:
    return {"type": "array", "items": reference(name)}
