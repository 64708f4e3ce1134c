"""Tells, beside the requests, which personal access tokens are in use: each at most once in a while."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from cachetools import TTLCache

from api.shared.clock import Clock

EVERY = timedelta(minutes=5)
# More tokens than this in five minutes are told of more often, which costs a write each and loses nothing
MOST = 4096


class LastUses:
    """Hands each token's use to `tell` on a thread of its own, at most once in `EVERY`.

    No request waits for it, and none fails with it: what could not be told is told at a later use.
    """

    def __init__(self, tell: Callable[[str], None], clock: Clock) -> None:
        self._tell = tell
        self._told: TTLCache[str, None] = TTLCache(MOST, EVERY.total_seconds(), timer=lambda: clock.now().timestamp())
        self._lock = threading.Lock()
        # makes its thread at the first use
        self._teller = ThreadPoolExecutor(1, thread_name_prefix="last use")

    def __call__(self, token: str) -> None:
        """Note that a token was used now."""
        with self._lock:
            if token in self._told:
                return
            self._told[token] = None
        try:
            self._teller.submit(self._safely, token)
        except RuntimeError:
            # the process is stopping
            return

    def close(self) -> None:
        """Wait until everything so far is told."""
        self._teller.shutdown()

    def _safely(self, token: str) -> None:
        try:
            self._tell(token)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next use is told again
            with self._lock:
                self._told.pop(token, None)
            structlog.get_logger("tokens").info("a last use was not noted", reason=type(error).__name__)
