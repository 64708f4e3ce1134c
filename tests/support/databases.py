"""The `database` fixture: a test that takes it runs on SQLite and on PostgreSQL, each time with empty databases.

One service an engine lives through the whole session; between tests its rows are put back to what the migrations
made, which is much faster than making it anew.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, delete, insert, select

from api.shared.transport import WsgiTransport
from database_service.app import EXTENSION, close, create_app
from database_service.connections import Database
from database_service.registry import SCHEMAS
from database_service.search.tables import fts5_name
from database_service.service import Service
from database_service.settings import Settings
from tests.support.clock import START, ManualClock
from tests.support.postgres import create_database, running_server

ENGINES = ("sqlite", "postgresql")
KEYS = {name: secrets.token_urlsafe(32) for name in ("blog", "users", "operator")}
CURSOR_KEY = secrets.token_urlsafe(32)

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class ServedDatabase:
    """A Database Service in this process, its transport, the keys of its callers and its clock."""

    engine: str
    app: Flask
    transport: WsgiTransport
    keys: dict[str, str]
    clock: ManualClock
    first_rows: dict[str, Rows]

    def reset(self) -> None:
        """Put every row and the clock back to what they were after the migrations."""
        # a run of the links that began before would carry over what is no longer there
        with self.service.background.paused():
            for name, rows in self.first_rows.items():
                _put_back(self.service.databases[name], name, rows)
        self.clock.advance(seconds=(START - self.clock.now()).total_seconds())

    @property
    def service(self) -> Service:
        service: Service = self.app.extensions[EXTENSION]
        return service


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_server() as url:
        yield url


def empty_urls(request: pytest.FixtureRequest, engine: str, folder: Path) -> dict[str, str]:
    """Return the URLs of databases that do not exist yet (SQLite) or are empty (PostgreSQL)."""
    if engine == "sqlite":
        return {name: f"sqlite:///{folder}/{name}.sqlite3" for name in SCHEMAS}
    server = request.getfixturevalue("postgres_url")
    return {name: create_database(server, f"{name}_{secrets.token_hex(4)}") for name in SCHEMAS}


def new_urls(request: pytest.FixtureRequest, engine: str, folder: Path) -> dict[str, str]:
    """Return the URLs of freshly migrated databases: copies of a template, because migrating takes its time."""
    templates: dict[str, dict[str, str]] = request.getfixturevalue("templates")
    if engine == "sqlite":
        for url in templates[engine].values():
            shutil.copy(url.removeprefix("sqlite:///"), folder)
        return empty_urls(request, engine, folder)
    server = request.getfixturevalue("postgres_url")
    return {
        name: create_database(server, f"{name}_{secrets.token_hex(4)}", template=url)
        for name, url in templates[engine].items()
    }


class Templates(dict[str, dict[str, str]]):
    """Migrated databases by engine, made when they are first asked for."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        super().__init__()
        self._request = request
        self._folder = folder

    def __missing__(self, engine: str) -> dict[str, str]:
        urls = empty_urls(self._request, engine, self._folder)
        close(create_app(settings_for(urls)))
        self[engine] = urls
        return urls


@pytest.fixture(scope="session")
def templates(request, tmp_path_factory) -> Templates:
    return Templates(request, tmp_path_factory.mktemp("templates"))


@contextmanager
def serving(engine: str, urls: dict[str, str], folder: Path) -> Iterator[ServedDatabase]:
    """Serve databases in this process."""
    clock = ManualClock()
    app = create_app(settings_for(urls, backups_dir=folder / "backups", media_dir=folder / "media"), clock=clock)
    try:
        service: Service = app.extensions[EXTENSION]
        first_rows = {name: _rows(service.databases[name], name) for name in SCHEMAS}
        yield ServedDatabase(engine, app, WsgiTransport(app), dict(KEYS), clock, first_rows)
    finally:
        close(app)


@pytest.fixture(scope="session", params=ENGINES)
def database_session(request, tmp_path_factory) -> Iterator[ServedDatabase]:
    folder = tmp_path_factory.mktemp("database")
    with serving(request.param, new_urls(request, request.param, folder), folder) as served:
        yield served


@pytest.fixture
def database(database_session) -> ServedDatabase:
    database_session.reset()
    return database_session


def settings_for(urls: dict[str, str], **more: Any) -> Settings:
    """Return settings with the keys that tests use."""
    return Settings(
        blog_url=urls["blog"],
        users_url=urls["users"],
        keys={name: (key,) for name, key in KEYS.items()},
        cursor_key=CURSOR_KEY,
        **more,
    )


def _rows(database: Database, name: str) -> Rows:
    with database.reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(*_stored(table))).mappings()]
            for table in SCHEMAS[name].metadata.sorted_tables
        }


def _put_back(database: Database, name: str, rows: Rows) -> None:
    tables = SCHEMAS[name].metadata.sorted_tables
    with database.writing() as connection:
        for table in reversed(tables):
            connection.execute(delete(table))
        for table in tables:
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])
        if database.dialect == "sqlite":
            # a test that damaged the terms left FTS5 with what they were: deleting what is there now takes out no more
            for table in SCHEMAS[name].search_tables.values():
                fts5 = fts5_name(table.name)
                connection.exec_driver_sql(f"INSERT INTO {fts5} ({fts5}) VALUES ('rebuild')")  # noqa: S608 - a declared name


def _stored(table: Table) -> list[Any]:
    return [column for column in table.columns if column.computed is None]
