"""What is due by the clock, done by any process of this service that has the time.

Nothing here needs a lease: each step is one commit that demands the versions it read, so of two processes one does it
and the other finds it done. What is to be done is read from the records, never remembered.
"""

import threading
from collections.abc import Callable, Sequence

import structlog

from api.blog.context import Context
from api.blog.pending.publishing import publish_due
from api.blog.posts.ending import purge
from api.blog.posts.rerendering import rerender
from api.blog.previews.sweeping import sweep
from api.shared.store import Operation, StoreError

EVERY_SECONDS = 1.0
CHORES_EVERY = 60
_log = structlog.get_logger("timetable")


class Timetable:
    """A daemon thread. It is started by the first request, so that forked workers have their own."""

    def __init__(self, context: Context, committed: Callable[[Sequence[Operation]], None], *, trash_days: int) -> None:
        self._context = context
        self._committed = committed
        self._trash_days = trash_days
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start, if this process has not yet."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._run, name="timetable", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def look(self) -> int:
        """Publish the edits that are due; returns how many there were. Raises StoreError."""
        return publish_due(self._context, self._committed)

    def tidy(self) -> int:
        """Do a slice of what can wait: old renderings, old trash, links that ended. Raises StoreError."""
        done = rerender(self._context, self._committed) + sweep(self._context)
        return done + (purge(self._context, self._trash_days, self._committed) if self._trash_days else 0)

    def _run(self) -> None:
        seconds = 0
        while not self._closing.is_set():
            try:
                self.look()
                if seconds % CHORES_EVERY == 0 and self.tidy():
                    # there may be more: the next slice comes with the next look
                    seconds -= 1
            except StoreError as error:
                _log.warning("what is due cannot be done now", reason=str(error))
            except Exception as error:  # noqa: BLE001 - one record that cannot be done must not keep the others back
                _log.error("the timetable failed", exc_info=error)
            seconds += 1
            self._closing.wait(EVERY_SECONDS)
