"""Opens databases: the pragmas, pools and timeouts of both engines, and who may open what.

SQLite: WAL, `synchronous=FULL`, foreign keys, one writer connection in front of which writers queue, and many
readers that cannot write. PostgreSQL: one bounded pool, ended sessions replaced, timeouts. Reads run in autocommit
on both.
"""

import fcntl
import os
import select
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

from database_service.checkpointing import LOG_PAGES, Checkpoints
from database_service.turnstile import Turnstile

POOL_TIMEOUT = 1.0  # seconds a request waits for a connection before it is told to come back
BUSY_TIMEOUT_MS = 1_000
STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 2_000
IDLE_TRANSACTION_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT = 3
SUPPORTED = ("sqlite", "postgresql")


class DatabaseRefused(Exception):
    """A database cannot be served; the message is a sentence for whoever started the service."""


class Database:
    """One database with its pools."""

    def __init__(  # noqa: PLR0913 - each is a part of it
        self,
        name: str,
        url: URL,
        reader: Engine,
        writer: Engine,
        *,
        lock: "ServingLock | None" = None,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self.name = name
        self.url = url
        self.dialect = url.get_backend_name()
        self._reader = reader
        self._writer = writer
        self._lock = lock
        self.checkpoints = checkpoints
        self._reading = _turnstile(reader)
        # PostgreSQL's writers draw from the same pool as its readers
        self._writing = self._reading if writer.pool is reader.pool else _turnstile(writer)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection in autocommit. Whoever waits for more than a second gets SQLAlchemy's pool timeout."""
        with self._reading.place(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection inside a transaction: `BEGIN IMMEDIATE` on SQLite, read committed on PostgreSQL.

        The transaction commits at the end of the block and is rolled back when the block raises.
        """
        with self._writing.place(), self._writer.begin() as connection:
            yield connection
            driver = connection.connection.driver_connection
        if self.checkpoints is not None and driver is not None:
            self.checkpoints.written(driver.total_changes)

    def overwrite(self) -> None:
        """Let a SQLite file's log be carried over and emptied, so that what was overwritten is in neither.

        Where somebody reads at the moment, the log is emptied later. PostgreSQL does so when it vacuums.
        """
        if self.checkpoints is not None:
            with (
                self.checkpoints.paused(),
                self._writing.place(),
                closing(self._writer.raw_connection()) as connection,
            ):
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Return the engines that statements run on, each once."""
        shared = self._writer.pool is self._reader.pool
        return (self._reader,) if shared else (self._reader, self._writer)

    def pools(self) -> dict[str, dict[str, int]]:
        """Return the state of each pool by what it is for."""
        if self._writing is self._reading:
            return {"all": self.pool_status()}
        pool = _pool(self._writer)
        writers = {"size": pool.size(), "in_use": pool.checkedout(), "waiting": self._writing.waiting}
        return {"readers": self.pool_status(), "writer": writers}

    def pool_status(self) -> dict[str, int]:
        """Return the size of the readers' pool, how many of its connections are lent out and how many callers wait."""
        pool = _pool(self._reader)
        return {"size": pool.size(), "in_use": pool.checkedout(), "waiting": self._reading.waiting}

    def close(self) -> None:
        """Close every pooled connection and let another process serve the file."""
        if self.checkpoints is not None:
            self.checkpoints.stop()
        self._reader.dispose()
        self._writer.dispose()
        if self._lock is not None:
            self._lock.release()


def _pool(engine: Engine) -> QueuePool:
    pool = engine.pool
    assert isinstance(pool, QueuePool)  # noqa: S101 - every engine below is made with one
    return pool


def _turnstile(engine: Engine) -> Turnstile:
    return Turnstile(_pool(engine).size(), patience=POOL_TIMEOUT)


class ServingLock:
    """Lets exactly one process serve a SQLite file; the kernel lets go of it however the process ends."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise DatabaseRefused(
                f"{database} is already served by another process. A SQLite database has exactly one server: "
                "stop the other one first, or move to PostgreSQL to run several."
            ) from error

    def release(self) -> None:
        """Let another process serve the file."""
        with suppress(OSError):
            os.close(self._descriptor)


def parse_url(name: str, text: str) -> URL:
    """Read a database URL. Raises DatabaseRefused, without repeating the password in it."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DatabaseRefused(f"The URL of the {name} database is not a database URL.") from error
    if url.get_backend_name() not in SUPPORTED:
        raise DatabaseRefused(f"The {name} database must be SQLite or PostgreSQL, not {url.get_backend_name()}.")
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if not url.database or url.database == ":memory:":
        raise DatabaseRefused(f"The {name} database must be a file: sqlite:///path/to/{name}.sqlite3")
    return url


def open_database(name: str, text: str, *, pool_size: int, serving: bool = True) -> Database:
    """Open one database. Raises DatabaseRefused.

    Without `serving`, a SQLite file may have another server meanwhile: for those who only read.
    """
    url = parse_url(name, text)
    if url.get_backend_name() == "postgresql":
        return _open_postgresql(name, url, pool_size)
    return _open_sqlite(name, url, pool_size, serving=serving)


def _open_postgresql(name: str, url: URL, pool_size: int) -> Database:
    options = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_TRANSACTION_TIMEOUT_MS,
        # What the server or the database was told otherwise does not count: an acknowledgement means synced
        "synchronous_commit": "on",
        "timezone": "UTC",
    }
    reader = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        connect_args={
            "application_name": "flask-blog database",
            "connect_timeout": CONNECT_TIMEOUT,
            "options": " ".join(f"-c {key}={value}" for key, value in options.items()),
        },
    )
    event.listen(reader, "checkout", _refuse_ended)
    return Database(name, url, reader, reader.execution_options(isolation_level="READ COMMITTED"))


def _refuse_ended(connection: Any, _record: object, _lent: object) -> None:
    """Let the pool replace a connection whose server has said goodbye.

    What an ended session sends last waits at our side to be read. So only where something waits is the server asked
    whether it is still there, which costs a round trip.
    """
    from psycopg import OperationalError  # noqa: PLC0415 - 8 MB that a blog on SQLite never uses

    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if not waiting.poll(0):
        return
    try:
        connection.execute("SELECT 1")
        if not connection.autocommit:
            connection.rollback()
    except OperationalError as error:
        raise DisconnectionError from error


def _open_sqlite(name: str, url: URL, pool_size: int, *, serving: bool) -> Database:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = ServingLock(path) if serving else None
    except OSError as error:
        raise DatabaseRefused(f"The folder of {path} cannot be written: {error.strerror}.") from error
    reader = _sqlite_engine(url, pool_size)
    writer = _sqlite_engine(url, 1)
    event.listen(reader, "connect", _prepare_sqlite_reader)
    event.listen(writer, "connect", prepare_sqlite)
    event.listen(writer, "begin", _begin_immediate)
    checkpoints = Checkpoints(lambda: _connect_sqlite(path))
    return Database(name, url, reader, writer, lock=lock, checkpoints=checkpoints)


def _connect_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    prepare_sqlite(connection)
    return connection


def _sqlite_engine(url: URL, pool_size: int) -> Engine:
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        # The connection moves between threads, one at a time; isolation_level=None hands transactions to us
        connect_args={"check_same_thread": False, "isolation_level": None},
    )


def prepare_sqlite(connection: Any, _record: object = None) -> None:
    """Give a SQLite connection the pragmas that durability and consistency rest on."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What was deleted or overwritten is not left lying in the file
    cursor.execute("PRAGMA secure_delete = ON")
    # Before that, the log is carried over beside the commits
    cursor.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    cursor.close()


def _prepare_sqlite_reader(connection: Any, record: object) -> None:
    prepare_sqlite(connection, record)
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that turns into a write fails when somebody else wrote meanwhile
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()
