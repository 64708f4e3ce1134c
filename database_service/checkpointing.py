"""Carries SQLite's log over into the database file beside the commits, instead of inside one commit in twenty.

A checkpoint that nobody waits for (`PASSIVE`) takes no lock that a commit or a reader needs. While commits go on there
is always something left that it did not reach, and a log begins anew only when nothing is: so SQLite's own checkpoint
inside a commit stays, as what bounds the log, and finds nearly everything done. Both sync as `synchronous` tells them.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import structlog

ROWS_BETWEEN = 200  # a post is some ten rows and fifty pages of the log
LOG_PAGES = 8_000  # 32 MB, from which on a commit carries over what is left
_log = structlog.get_logger("checkpoints")


class Checkpoints:
    """A thread that starts with the first checkpoint that is due; `connect` opens a connection of its own."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._changed = threading.Condition()
        self._carried = 0
        self._written = 0
        self._stopping = False
        self._working = threading.Lock()
        self._thread: threading.Thread | None = None

    def written(self, rows: int) -> None:
        """Take note of how many rows the writer's connection has changed in all; carry over when it is time."""
        with self._changed:
            self._written = rows
            if not self._is_due() or self._stopping:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="database-checkpoints", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let somebody else carry over: SQLite refuses a second checkpoint at once instead of letting it wait."""
        with self._working:
            yield

    def stop(self) -> None:
        """End after the checkpoint in progress."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _is_due(self) -> bool:
        # a writer's connection that was replaced counts from nothing
        return abs(self._written - self._carried) >= ROWS_BETWEEN

    def _work(self) -> None:
        with closing(self._connect()) as connection:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping or self._is_due())
                    if self._stopping:
                        return
                    self._carried = self._written
                try:
                    with self._working:
                        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                except sqlite3.Error as error:
                    # nothing is lost by it: what was committed stands in the log, and a commit will carry it over
                    _log.warning("checkpoint failed", exc_info=error)
