"""When the next scheduled post falls due: until then, and until somebody writes, a list may be remembered."""

import threading
from collections.abc import Iterable
from datetime import timedelta

from api.shared.clock import Clock, rfc3339
from api.shared.store import Store

NEVER = "9999-12-31T23:59:59.999999Z"


class NextDue:
    """Asks once, and remembers the answer until it has passed or posts have changed."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._moment: str | None = None
        self._changes = 0
        self._lock = threading.Lock()

    def moment(self) -> str:
        """Return when the next scheduled post becomes public; far away when none is scheduled."""
        later = rfc3339(self._clock.now() + timedelta(microseconds=1))
        with self._lock:
            if self._moment is not None and self._moment >= later:
                return self._moment
            changes = self._changes
        page = self._store.find(
            "posts", {"status": "published", "published_after": later}, sort="published_at", limit=1, brief=True
        )
        moment: str = page.records[0]["published_at"] if page.records else NEVER
        with self._lock:
            # what was read before a change must not outlive it
            if self._changes == changes:
                self._moment = moment
        return moment

    def forget(self, changed: Iterable[str]) -> None:
        """Ask again if one of the changed collections is posts."""
        if "posts" in changed:
            with self._lock:
                self._changes += 1
                self._moment = None
