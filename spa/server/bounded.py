from collections import OrderedDict
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Knows how many bytes it takes."""

    @property
    def size(self) -> int:
        """Bytes, near enough to bound memory by."""


Kept = TypeVar("Kept", bound=Sized)


class BoundedStore(Generic[Kept]):
    """Keeps the values used last, up to a number of bytes; safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._values: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Kept | None:
        """Return the value and count this as a use."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: str, value: Kept) -> None:
        """Keep the value, dropping those not used for longest; one larger than the limit is not kept."""
        size = value.size
        with self._lock:
            _, freed = self._values.pop(key, (None, 0))
            self._used -= freed
            if size > self._limit:
                return
            self._values[key] = (value, size)
            self._used += size
            while self._used > self._limit:
                _, (_, dropped) = self._values.popitem(last=False)
                self._used -= dropped
