"""Jobs: started, followed, cancelled; what is done about them is the worker's affair."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import IO, Any

from api.blog.context import Context
from api.blog.jobs.problems import ARCHIVE_TOO_LARGE, ENDED, NOT_AN_ARCHIVE
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.problems import NOT_FOUND, Problem
from api.shared.store import Operation, Page, Record, insert, update

KEPT = timedelta(days=30)
PENDING = "pending"
CANCELLED = "cancelled"
IMPORT = "import"
LARGEST_ARCHIVE = 100_000_000

Planned = tuple[Record, Sequence[Operation]]


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of jobs, newest first."""
    return context.store.find(
        "jobs",
        {"kind": query["kind"], "state": query["state"]},
        sort="-created_at",
        limit=query["limit"],
        cursor=query["cursor"],
        count=query["count"] is not None,
        brief=True,
    )


def one(context: Context, job_id: str) -> Record:
    """Return a job with its report. Raises 404."""
    found = context.store.get("jobs", job_id)
    if found is None:
        raise Problem(NOT_FOUND)
    return found.record


def report(context: Context, job_id: str) -> Record:
    """Return a job that has a report. Raises 404."""
    job = one(context, job_id)
    if job["report"] is None:
        raise Problem(NOT_FOUND, "The job has no report.")
    return job


def finished(context: Context, job_id: str) -> tuple[str, int]:
    """Return name and size of the file that came of a job. Raises 404."""
    job = one(context, job_id)
    name = file_of(job)
    size = None if name is None else context.files.size(name)
    if name is None or size is None:
        raise Problem(NOT_FOUND, "No file came of this job, or it is gone.")
    return name, size


def file_of(job: Mapping[str, Any]) -> str | None:
    """Return the name of the file that came of a job, if there is one."""
    return str(job["file"]) if job["state"] == "done" and job["kind"] == "export" and job["file"] else None


def start(context: Context, account_id: str, kind: str, **more: Any) -> Planned:
    """Plan a job: `wishes`, the record it is about as `subject`, a `file` that was kept for it, its own `id`."""
    now = context.now()
    values = {
        "kind": kind,
        "state": PENDING,
        "account_id": account_id,
        "subject": None,
        "wishes": {},
        "done": 0,
        "total": None,
        "file": None,
        "problem": None,
        "attempts": 0,
        "due_at": now,
        "created_at": now,
        "ended_at": None,
        "report": None,
        **more,
    }
    job_id = str(values.pop("id", None) or new_id())
    return {"id": job_id, "version": 1, **values}, [insert("jobs", job_id, values)]


def bring(context: Context, account_id: str, archive: IO[bytes], wishes: Mapping[str, Any]) -> Planned:
    """Keep an archive, and plan the job that imports it. Raises 413 and 415.

    It is kept under the job's own name, so that it is known for an orphan where there is no such job.
    """
    if archive.seek(0, io.SEEK_END) > LARGEST_ARCHIVE:
        raise Problem(ARCHIVE_TOO_LARGE)
    if not zipfile.is_zipfile(archive):
        raise Problem(NOT_AN_ARCHIVE)
    archive.seek(0)
    job_id = new_id()
    name = f"{job_id}.zip"
    context.files.keep(name, archive)
    return start(context, account_id, IMPORT, id=job_id, file=name, wishes=wishes)


def cancel(context: Context, job_id: str) -> Planned:
    """Plan the end of a job: whoever does it finds its version changed at the next step. Raises 404 and 409."""
    job = one(context, job_id)
    if job["state"] == CANCELLED:
        return job, ()
    if job["state"] != PENDING:
        raise Problem(ENDED)
    changes = ended(context, CANCELLED)
    planned = {**job, **changes, "version": job["version"] + 1}
    return planned, [update("jobs", job_id, changes, if_version=job["version"])]


def ended(context: Context, state: str) -> dict[str, Any]:
    """Return the columns of a job that ends now, in this state."""
    now = context.clock.now()
    return {"state": state, "ended_at": rfc3339(now), "due_at": rfc3339(now + KEPT)}
