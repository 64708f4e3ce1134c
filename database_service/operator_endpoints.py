"""The routes for whoever runs the service: what is there, backups, checks."""

from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Connection

from api.shared.problems import NOT_FOUND, Problem
from database_service import changes, checks
from database_service.backups import making
from database_service.backups.making import BackupSet
from database_service.backups.manifest import BackupDamaged
from database_service.connections import Database
from database_service.credentials import EVERY_DATABASE, Operation
from database_service.endpoints import json_response, route
from database_service.errors import BACKUP_DAMAGED
from database_service.migration import newest, revision
from database_service.query import refuse_parameters
from database_service.registry import SCHEMAS
from database_service.service import Service


def install(app: Flask, service: Service) -> None:
    """Add the routes."""
    _install_overview(app, service)
    _install_backups(app, service)


def _allow(service: Service, operation: Operation) -> None:
    service.credentials.authorize(request.headers.get("Authorization"), EVERY_DATABASE, operation)
    refuse_parameters(request.args)


def _install_overview(app: Flask, service: Service) -> None:
    def databases() -> Response:
        _allow(service, "databases")
        proof = making.last_proof(service.settings)
        described = [_describe(database) for database in service.databases.values()]
        return json_response({"databases": described, "last_proven_backup": proof})

    def check() -> Response:
        _allow(service, "checks")
        findings = checks.run(service.databases, service.links)
        return json_response({"ok": not findings, "findings": [finding.to_wire() for finding in findings]})

    route(app, "/v1/databases", "GET", databases)
    route(app, "/v1/checks", "POST", check)


def _install_backups(app: Flask, service: Service) -> None:
    def make_backup() -> Response:
        _allow(service, "backups")
        made = making.make(service.settings, service.clock.now())
        response = json_response(_summary(made), 201)
        response.headers["Location"] = f"/v1/backups/{made.name}"
        return response

    def list_backups() -> Response:
        _allow(service, "backups")
        return json_response({"backups": [_summary(found) for found in making.sets(service.settings)]})

    def get_backup(name: str) -> Response:
        _allow(service, "backups")
        return json_response(_summary(_find(service, name)))

    def prove_backup(name: str) -> Response:
        _allow(service, "backups")
        found = _find(service, name)
        try:
            making.prove(found.folder, service.settings, service.clock.now())
        except BackupDamaged as error:
            raise Problem(BACKUP_DAMAGED, str(error)) from error
        return json_response(_summary(found))

    route(app, "/v1/backups", "POST", make_backup)
    route(app, "/v1/backups", "GET", list_backups)
    route(app, "/v1/backups/<name>", "GET", get_backup)
    route(app, "/v1/backups/<name>/proofs", "POST", prove_backup)


def _find(service: Service, name: str) -> BackupSet:
    found = making.find(service.settings, name)
    if found is None:
        raise Problem(NOT_FOUND)
    return found


def _summary(found: BackupSet) -> dict[str, Any]:
    held = found.manifest.databases
    return {
        "name": found.name,
        "made_at": found.manifest.made_at,
        "bytes": found.manifest.size,
        "files": len(found.manifest.files),
        "databases": {
            name: {"engine": described.engine, "revision": described.revision, "head": described.head}
            for name, described in held.items()
        },
    }


def _describe(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        head = changes.head(connection, SCHEMAS[database.name])
        return {
            "name": database.name,
            "engine": database.dialect,
            "revision": revision(connection),
            "newest_revision": newest(database.name),
            "bytes": _size(connection),
            "pool": database.pool_status(),
            "head": head.seq,
            "floor": head.floor,
        }


def _size(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
