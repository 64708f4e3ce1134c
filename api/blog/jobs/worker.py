"""Does jobs: leases what is due, one at a time, beside any number of other workers.

A worker that is killed loses nothing: its job falls due again when the lease ends, and each kind of job is made so that
doing a step twice changes nothing. What could not be done is tried again, later and later.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from threading import Event
from typing import Any

import structlog

from api.blog.context import Context
from api.blog.jobs import rules
from api.blog.jobs.task import LEASE, Done, Failed, Interrupted, Lost, Runner, Task
from api.shared import leases, store
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.store import Operation, Record, StoreError, StoreUnavailable, VersionMismatch
from api.shared.working import Turn, repeat

MOST_ATTEMPTS = 5
# a job that ends its process every time must not do so for ever
MOST_TAKEN = 20
FIRST_PAUSE = timedelta(seconds=15)
SLICE = 10
SWEEP = 50
PAGE = 200
ENDED = ("done", "failed", "cancelled")
_log = structlog.get_logger("jobs")


class Worker:
    """Does the jobs of one blog whose kinds it has a runner for; `turns` are taken besides."""

    def __init__(self, context: Context, runners: Mapping[str, Runner], *turns: Turn) -> None:
        self._context = context
        self._runners = runners
        self._turns = turns
        self._stop = Event()

    def run(self, stop: Event) -> None:
        """Work until told to stop."""
        self._stop = stop
        repeat((self.work_due, self.sweep, *self._turns), stop, name="jobs")

    def run_alone(self, stop: Event) -> None:
        """Work as the only worker there can be: what a process before this one had in its hands goes on at once."""
        with suppress(StoreError):  # then it falls due by itself, only later
            self.take_back()
        self.run(stop)

    def take_back(self) -> int:
        """Let every job that was taken up fall due now. Returns how many there were. Raises StoreError."""
        context, cursor, taken = self._context, None, 0
        filters = {"state": rules.PENDING, "kind": sorted(self._runners)}
        while True:
            page = context.store.find("jobs", filters, sort="due_at", limit=PAGE, cursor=cursor, brief=True)
            for job in page.records:
                if job["attempts"] and parse_rfc3339(job["due_at"]) > context.clock.now():
                    taken += leases.settle(context.store, _changed(job, {"due_at": context.now()}))
            cursor = page.next
            if cursor is None:
                return taken

    def work_due(self) -> int:
        """Take up each job that is due; returns how many this worker took."""
        context = self._context
        filters = {"state": rules.PENDING, "kind": sorted(self._runners), "due_before": context.now()}
        taken = 0
        for record in context.store.find("jobs", filters, sort="due_at", limit=SLICE).records:
            if self._stop.is_set():
                break
            leased = leases.take(context.store, "jobs", record, lease=LEASE, clock=context.clock)
            if leased is not None:
                taken += 1
                self._do(Task(context, leased, self._stop))
        return taken

    def sweep(self) -> int:
        """Remove jobs whose time to be kept is over, with their files. Returns how many there were."""
        context = self._context
        filters = {"state": ENDED, "due_before": context.now()}
        removed = 0
        for job in context.store.find("jobs", filters, sort="due_at", limit=SWEEP).records:
            if job["file"]:
                context.files.remove(job["file"])
            removed += leases.settle(context.store, store.delete("jobs", job["id"], if_version=job["version"]))
        return removed

    def _do(self, task: Task) -> None:
        about = {"kind": task.record["kind"], "id": task.record["id"], "attempt": task.record["attempts"]}
        try:
            operations = self._outcome(task)
            self._context.store.commit(operations)
        except (Lost, VersionMismatch):
            _log.info("the job is no longer this worker's", **about)
        else:
            _log.info("job", state=(operations[0].values or {}).get("state", "done"), **about)
        self._let_go(task.record)

    def _let_go(self, taken: Record) -> None:
        """Remove what was uploaded for a job that has ended; its record goes on naming it, so that none is left."""
        if taken["file"] is None:
            return
        found = self._context.store.get("jobs", taken["id"])
        if found is None or found.record["state"] in ENDED:
            self._context.files.remove(taken["file"])

    def _outcome(self, task: Task) -> list[Operation]:
        """Do a job; return what is to be written about it, its own record first."""
        if task.record["attempts"] > MOST_TAKEN:
            return [self._failed(task.record, f"It was taken up {MOST_TAKEN} times and ended its process every time.")]
        try:
            done = self._runners[task.record["kind"]](task)
        except Interrupted:
            # not an attempt of its own
            attempts = task.record["attempts"] - 1
            return [_changed(task.record, {"due_at": self._context.now(), "attempts": attempts})]
        except Failed as error:
            return [self._failed(task.record, str(error))]
        except Lost:
            raise
        except StoreUnavailable as error:
            _log.warning("a job has to wait", reason=str(error), id=task.record["id"])
            return [self._later(task.record, "storage could not be reached")]
        except Exception as error:  # noqa: BLE001 - one job that goes wrong must not keep the others back
            _log.error("a job went wrong", exc_info=error, id=task.record["id"])
            return [self._later(task.record, type(error).__name__)]
        return [self._done(task, done), *done.operations]

    def _done(self, task: Task, done: Done) -> Operation:
        job, progress = task.record, task.progress
        if done.forgotten:
            return store.delete("jobs", job["id"], if_version=job["version"])
        total = progress["total"] if progress["total"] is not None else progress["done"]
        values = {"done": total, "total": total, "problem": None, "file": done.file, "report": done.report()}
        return _changed(job, {**values, **rules.ended(self._context, "done")})

    def _failed(self, job: Record, problem: str) -> Operation:
        return _changed(job, {"problem": problem[:500], **rules.ended(self._context, "failed")})

    def _later(self, job: Record, problem: str) -> Operation:
        if job["attempts"] >= MOST_ATTEMPTS:
            return self._failed(job, problem)
        pause = FIRST_PAUSE * 2 ** (job["attempts"] - 1)
        return _changed(job, {"problem": problem[:500], "due_at": rfc3339(self._context.clock.now() + pause)})


def _changed(job: Record, values: dict[str, Any]) -> Operation:
    return store.update("jobs", job["id"], values, if_version=job["version"])
