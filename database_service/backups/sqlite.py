"""Saves and loads SQLite databases: one file each, copied by SQLite's own backup API while others read and write."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import NullPool, create_engine

from database_service import changes
from database_service.backups.contents import Contents, contents, tables_of
from database_service.connections import ServingLock, prepare_sqlite
from database_service.migration import upgrade
from database_service.registry import SCHEMAS


def save(name: str, database: str, folder: Path) -> Contents:
    """Copy a database file into a folder; return what the copy holds."""
    copy = folder / f"{name}.sqlite3"
    with (
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(copy)) as saved,
    ):
        live.backup(saved)
        # One file, without a log beside it
        saved.execute("PRAGMA journal_mode = DELETE")
    return _inspect(copy)


def prove(name: str, folder: Path) -> Contents:
    """Restore into a scratch folder, check the file as SQLite can, migrate it; return what it held."""
    with tempfile.TemporaryDirectory(prefix="flask-blog-proof-") as scratch:
        restored = Path(scratch) / f"{name}.sqlite3"
        shutil.copyfile(folder / f"{name}.sqlite3", restored)
        found = _inspect(restored)
        _bring_up_to_date(name, restored, found.head)
        return found


def restore(name: str, database: str, folder: Path) -> None:
    """Put a saved file in the place of the live one, which stays beside it as `….before-restore`.

    Raises DatabaseRefused while a server has the live file.
    """
    live = Path(database)
    live.parent.mkdir(parents=True, exist_ok=True)
    lock = ServingLock(live)
    try:
        head = _settle(live)
        arriving = live.with_name(f"{live.name}.restoring")
        shutil.copyfile(folder / f"{name}.sqlite3", arriving)
        _bring_up_to_date(name, arriving, head)
        _replace(live, arriving)
    finally:
        lock.release()


def _inspect(file: Path) -> Contents:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection:
        broken = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if broken != ["ok"]:
            raise ValueError(f"SQLite finds it damaged: {broken[0]}")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise ValueError("records name others that are not there")
        return contents(connection, tables_of(connection))


def _bring_up_to_date(name: str, file: Path, live_head: int) -> None:
    """Migrate a restored file and start its feed beyond every position that a follower may hold."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool, connect_args={"isolation_level": None})
    with engine.connect() as connection:
        prepare_sqlite(connection.connection.driver_connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        upgrade(connection, name)
        changes.start_anew(connection, SCHEMAS[name], live_head)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")


def _settle(live: Path) -> int:
    """Write the live file's log into it, so that it can be replaced; return the head of its feed."""
    if not live.exists():
        return 0
    try:
        with closing(sqlite3.connect(live)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
            return int(connection.execute("SELECT seq FROM feed_head").fetchone()[0])
    except sqlite3.DatabaseError:
        # Damaged beyond reading: that is what the backup is for
        for suffix in ("-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        return 0


def _replace(live: Path, arriving: Path) -> None:
    with arriving.open("rb+") as file:
        os.fsync(file.fileno())
    before = live.with_name(f"{live.name}.before-restore")
    before.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        os.link(live, before)
    arriving.replace(live)
    descriptor = os.open(live.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
