"""Lets commits that came while another was at work go together, so that one sync of the log carries them all.

Whoever finds nobody at work leads; whoever comes meanwhile waits in line. When the leader is done, the first in line
leads next and takes along those behind. Nobody ever waits for others to come, so that one writer alone is no slower.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy.exc import TimeoutError as PoolTimeout

Asked = TypeVar("Asked")
Done = TypeVar("Done")


@dataclass(eq=False, slots=True)
class Passenger(Generic[Asked, Done]):
    """What one caller asked for, and what became of it: exactly one of `done` and `error` in the end."""

    asked: Asked
    weight: int
    done: Done | None = None
    error: Exception | None = None
    leads: bool = False
    turn: threading.Event = field(default_factory=threading.Event)

    def settle(self, outcome: Done | Exception) -> None:
        """Keep what was done, or why it was refused, for the caller."""
        if isinstance(outcome, Exception):
            self.error = outcome
        else:
            self.done = outcome

    def attempt(self, work: Callable[[], Done]) -> None:
        """Do it, and keep what comes of it for the caller."""
        try:
            self.done = work()
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits for it
            self.error = error

    def result(self) -> Done:
        """Return what was done, or raise what was raised."""
        if self.error is not None:
            raise self.error
        if self.done is None:
            raise RuntimeError("whoever led ended before this was done")
        return self.done


class Convoy(Generic[Asked, Done]):
    """Carries what callers ask for, at most `most` of them and so much weight at once, in the order of their coming."""

    def __init__(
        self, travel: Callable[[Sequence[Passenger[Asked, Done]]], None], *, most: int, weight: int, patience: float
    ) -> None:
        self._travel = travel
        self._most = most
        self._weight = weight
        self._patience = patience
        self._waiting: deque[Passenger[Asked, Done]] = deque()
        self._mutex = threading.Lock()
        self._on_the_way = False

    @property
    def waiting(self) -> int:
        """Return how many wait in line."""
        return len(self._waiting)

    def carry(self, asked: Asked, weight: int) -> Done:
        """Do what is asked, alone or with others. Raises SQLAlchemy's pool timeout when it was not begun in time."""
        own = Passenger[Asked, Done](asked, weight)
        with self._mutex:
            own.leads = not self._on_the_way
            self._on_the_way = True
            if not own.leads:
                self._waiting.append(own)
        if not own.leads:
            self._wait(own)
        if own.leads:
            together = self._gather(own)
            try:
                self._travel(together)
            finally:
                self._hand_over()
                for each in together:
                    each.turn.set()
        return own.result()

    def _wait(self, own: Passenger[Asked, Done]) -> None:
        if own.turn.wait(self._patience):
            return
        with self._mutex:
            if own in self._waiting:
                self._waiting.remove(own)
                raise PoolTimeout(f"other commits took longer than {self._patience} s")
        own.turn.wait()  # it was begun in the same moment

    def _gather(self, leader: Passenger[Asked, Done]) -> list[Passenger[Asked, Done]]:
        together, weight = [leader], leader.weight
        with self._mutex:
            while self._waiting and len(together) < self._most and weight + self._waiting[0].weight <= self._weight:
                together.append(self._waiting.popleft())
                weight += together[-1].weight
        return together

    def _hand_over(self) -> None:
        with self._mutex:
            self._on_the_way = bool(self._waiting)
            if self._on_the_way:
                following = self._waiting.popleft()
                following.leads = True
                following.turn.set()
