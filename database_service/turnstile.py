"""Lets a few in at a time, in the order in which they came."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout


class Turnstile:
    """A first-come, first-served semaphore.

    SQLAlchemy's pool wakes any waiter, and whoever just gave a connection back may take it again at once: under eight
    writers some waited for more than a second while others committed a hundred times.
    """

    def __init__(self, places: int, *, patience: float) -> None:
        self._free = places
        self._patience = patience
        self._waiting: deque[threading.Event] = deque()
        self._mutex = threading.Lock()

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place. Raises SQLAlchemy's pool timeout after `patience` seconds of waiting."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._mutex:
            if self._free > 0:
                self._free -= 1
                return
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(self._patience):
            return
        with self._mutex:
            if turn.is_set():  # the place came in the same moment
                return
            self._waiting.remove(turn)
        raise PoolTimeout(f"no connection became free within {self._patience} s")

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
