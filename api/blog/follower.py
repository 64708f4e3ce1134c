"""Follows the change feed, so that this process heeds what others have committed."""

import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import structlog

from api.blog.cache import names_of
from api.shared.clock import Clock
from api.shared.store import FeedCompacted, Store, StoreError

EVERY_SECONDS = 0.4
CHANGES_A_READ = 1000


class Listener(Protocol):
    """Heeds what the follower reads."""

    def changed(self, names: Iterable[str]) -> None:
        """Hear the names of changed records."""

    def lost(self) -> None:
        """Hear that changes went unheard: anything may have changed."""

    def heard(self, moment: datetime) -> None:
        """Hear that everything committed before a moment was told."""


class Follower:
    """A daemon thread that asks for changes. It is started by the first read, so that forked workers have their own."""

    def __init__(self, store: Store, clock: Clock, listener: Listener) -> None:
        self._store = store
        self._clock = clock
        self._listener = listener
        self._position: int | None = None
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._log = structlog.get_logger("follower")

    def start(self) -> None:
        """Start following, if this process does not yet."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._run, name="change-feed", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop following."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def look(self) -> None:
        """Read what is new in the feed and tell of it. Raises StoreError when the feed cannot be read."""
        with self._lock:
            moment = self._clock.now()
            try:
                self._read()
            except FeedCompacted as error:
                self._position = error.head
                self._listener.lost()
            self._listener.heard(moment)

    def _read(self) -> None:
        if self._position is None:
            # whatever was remembered before the first look may have changed since
            self._position = self._store.changes(0, limit=1).head
            self._listener.lost()
        while True:
            page = self._store.changes(self._position, limit=CHANGES_A_READ)
            self._listener.changed(names_of((change["collection"], change["id"]) for change in page.changes))
            if not page.changes:
                return
            self._position = page.changes[-1]["seq"]
            if self._position == page.head:
                return

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self.look()
            except StoreError as error:
                self._log.warning("the change feed is silent", reason=str(error))
            self._closing.wait(EVERY_SECONDS)
