"""Puts the Database Service together."""

import sys

from flask import Flask
from sqlalchemy import select

from api.shared import health, http, logs, metrics, problems
from api.shared.clock import Clock, SystemClock
from api.shared.environment import SettingRefused
from database_service import endpoints, errors, operator_endpoints
from database_service.connections import DatabaseRefused
from database_service.service import Service, open_service
from database_service.settings import Settings

EXTENSION = "database_service"
PROBLEM_PAGES = "/docs/errors"


def create_app(settings: Settings, *, clock: Clock | None = None) -> Flask:
    """Return the application; it has opened, checked and migrated its databases. Raises DatabaseRefused.

    `close(app)` gives everything back.
    """
    service = open_service(settings, clock or SystemClock())
    app = Flask("database_service", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = service
    http.install(app)
    metrics.install(app, service.registry)
    problems.install(app, docs_url=PROBLEM_PAGES)
    errors.install(app, docs_url=PROBLEM_PAGES)
    health.install(app, {name: _readiness(service, name) for name in service.databases})
    endpoints.install(app, service)
    operator_endpoints.install(app, service)
    return app


def close(app: Flask) -> None:
    """Close the connections of an application and let another process serve its files."""
    service: Service = app.extensions[EXTENSION]
    service.close()


def from_environment() -> Flask:
    """Return the application that the environment describes, or end with a sentence that says what is wrong."""
    logs.configure(json_lines=True)
    try:
        return create_app(Settings.from_environment())
    except (SettingRefused, DatabaseRefused) as error:
        sys.exit(str(error))


def _readiness(service: Service, name: str) -> health.Check:
    def check() -> bool:
        with service.databases[name].reading() as connection:
            return bool(connection.execute(select(1).execution_options(query="readiness")).scalar())

    return check
