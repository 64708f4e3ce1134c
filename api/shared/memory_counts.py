"""Rate limits' counts in the memory of one process, without a thread for each request.

`limits` drops what has expired in a timer thread that it starts with nearly every hit; at a cold read's pace those
threads took a fifth of the whole request. Here the thread that counts does it, once in ten seconds.
"""

from datetime import timedelta
from typing import Any

from limits.storage import MemoryStorage

from api.shared.clock import Clock, SystemClock

EVERY = timedelta(seconds=10)


class SweptMemoryStorage(MemoryStorage):
    """Counts in memory, asked for as `memory://` in our settings."""

    STORAGE_SCHEME = ["swept-memory"]  # noqa: RUF012 - as the class above has it

    def __init__(self, uri: str | None = None, *, clock: Clock | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        self.timer.cancel()
        # it only asks its timer whether it is alive, and starts another if not
        self.timer = _Sweep(self, clock or SystemClock())  # type: ignore[assignment]

    def sweep(self) -> None:
        """Forget every count that has expired."""
        self._MemoryStorage__expire_events()  # type: ignore[attr-defined]  # limits keeps it to itself
        # it leaves an empty list behind for everybody who was ever counted
        for key in [key for key, hits in list(self.events.items()) if not hits]:
            with self.locks[key]:
                if not self.events.get(key):
                    self.events.pop(key, None)

    def __len__(self) -> int:
        return len(self.storage) + len(self.events)


class _Sweep:
    """Stands where the timer stood: always alive, and sweeps when it is asked after a while."""

    def __init__(self, storage: SweptMemoryStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._last = clock.now()

    def is_alive(self) -> bool:
        now = self._clock.now()
        if now - self._last > EVERY:
            self._last = now
            self._storage.sweep()
        return True
