"""Does jobs: leases what is due, one at a time, beside any number of other workers.

A worker that is killed loses nothing: its job falls due again when the lease ends, and each kind of job is made so that
doing a step twice changes nothing. What could not be done is tried again, later and later.
"""

from collections.abc import Mapping
from datetime import timedelta
from threading import Event
from typing import Any

import structlog

from api.blog.context import Context
from api.blog.jobs import rules
from api.blog.jobs.task import LEASE, Done, Failed, Interrupted, Lost, Runner, Task
from api.shared import leases, store
from api.shared.clock import rfc3339
from api.shared.store import Operation, Record, StoreUnavailable, VersionMismatch
from api.shared.working import Turn, repeat

MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)
SLICE = 10
SWEEP = 50
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

    def _outcome(self, task: Task) -> list[Operation]:
        """Do a job; return what is to be written about it, its own record first."""
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
        return [self._done(task.record, done), *done.operations]

    def _done(self, job: Record, done: Done) -> Operation:
        if done.forgotten:
            return store.delete("jobs", job["id"], if_version=job["version"])
        total = job["total"] if job["total"] is not None else job["done"]
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
