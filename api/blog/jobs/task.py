"""One job in the hands of a worker, as those see it who do the work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

from api.blog.context import Context
from api.shared.clock import rfc3339
from api.shared.store import Operation, Record, VersionMismatch, update

LEASE = timedelta(minutes=2)
BETWEEN_REPORTS = timedelta(seconds=1)
MOST_PROBLEMS = 1_000


class Interrupted(Exception):
    """The worker was told to stop; the job goes on at once where another finds it."""


class Lost(Exception):
    """The job was cancelled, or its lease passed to another worker: nothing more may be done about it."""


class Failed(Exception):
    """The job cannot be done, now or later; the message is for who started it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job.

    `operations` are committed together with its end, so that neither is without the other; a job that nobody wants to
    read about is `forgotten` at once.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Mapping[str, Any]] = ()
    file: str | None = None
    operations: Sequence[Operation] = ()
    forgotten: bool = False

    def report(self) -> dict[str, Any]:
        """Return what is kept to be read."""
        kept = [dict(problem) for problem in self.problems[:MOST_PROBLEMS]]
        left_out = len(self.problems) - len(kept)
        return {"counts": dict(self.counts), "problems": kept, "problems_left_out": left_out}


class Task:
    """A leased job: `record` as it stands, `context` to work with, `progress` as far as it is known."""

    def __init__(self, context: Context, record: Record, stop: Event) -> None:
        self.context = context
        self.record = record
        self._stop = stop
        self._reported = context.clock.now()
        self.progress: dict[str, int | None] = {name: record[name] for name in ("done", "total")}

    def step(self, done: int, total: int | None) -> None:
        """Say how far the work is. Raises Interrupted and Lost."""
        self.progress = {"done": done, "total": total}
        self.beat()

    def beat(self) -> None:
        """Prolong the lease, in the middle of a step as well. Raises Interrupted and Lost."""
        if self._stop.is_set():
            raise Interrupted
        now = self.context.clock.now()
        if now - self._reported < BETWEEN_REPORTS:
            return
        values = {**self.progress, "due_at": rfc3339(now + LEASE)}
        try:
            self.context.store.commit([update("jobs", self.record["id"], values, if_version=self.record["version"])])
        except VersionMismatch as error:
            raise Lost from error
        self.record = {**self.record, **values, "version": self.record["version"] + 1}
        self._reported = now


# does a job; whatever it does may be done again after it was killed
Runner = Callable[[Task], Done]
