"""Failed attempts, counted in memory and written together: a refusal costs no commit, whoever tries how often.

What is not written yet when a process is killed is lost: at most the last half minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import structlog

from api.shared.clock import Clock, rfc3339
from api.shared.store import Store, StoreError
from api.users.audit.entries import entry

EVERY_SECONDS = 30.0
# Beyond so many accounts at once, attempts are counted without saying whose they were
MOST_KEYS = 500
MOST_ADDRESSES = 1000
_log = structlog.get_logger("audit")

Key = tuple[str, str | None]


@dataclass
class _Tally:
    attempts: int = 0
    addresses: set[str] = field(default_factory=set)
    latest: Mapping[str, Any] = field(default_factory=dict)


class Failures:
    """The attempts of one process that failed since they were last written."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tallies: dict[Key, _Tally] = {}
        self._lock = Lock()

    def count(self, event: str, account_id: str | None, origin: Mapping[str, Any]) -> None:
        """Count one attempt; `origin` is its address, program and request."""
        with self._lock:
            key = (event, account_id)
            if key not in self._tallies and len(self._tallies) >= MOST_KEYS:
                key = (event, None)
            tally = self._tallies.setdefault(key, _Tally())
            tally.attempts += 1
            tally.latest = origin
            if origin["address"] is not None and len(tally.addresses) < MOST_ADDRESSES:
                tally.addresses.add(origin["address"])

    def write(self) -> None:
        """Write what was counted, one event for each account. Raises StoreError, and keeps it for the next time."""
        with self._lock:
            counted, self._tallies = self._tallies, {}
        if not counted:
            return
        now = rfc3339(self._clock.now())
        try:
            self._store.commit(
                [entry(now, event, _values(account, tally)) for (event, account), tally in counted.items()]
            )
        except StoreError:
            self._take_back(counted)
            raise

    def run(self, stop: Event) -> None:
        """Write every half minute until told to stop, and once more then."""
        ended = False
        while not ended:
            ended = stop.wait(EVERY_SECONDS)
            try:
                self.write()
            except StoreError as error:
                _log.warning("failed attempts could not be recorded", reason=str(error))

    def _take_back(self, counted: Mapping[Key, _Tally]) -> None:
        with self._lock:
            for key, earlier in counted.items():
                tally = self._tallies.setdefault(key, earlier)
                if tally is not earlier:
                    tally.attempts += earlier.attempts
                    tally.addresses |= earlier.addresses


def _values(account_id: str | None, tally: _Tally) -> Mapping[str, Any]:
    details = {"attempts": tally.attempts, "addresses": len(tally.addresses)}
    return {**tally.latest, "account_id": account_id, "actor_id": None, "details": details}
