"""How a job is shown."""

from collections.abc import Mapping
from typing import Any

from api.blog.jobs.rules import file_of

ROOT = "/api/blog/v1/jobs"
SHOWN = (
    "id", "kind", "state", "account_id", "done", "total", "attempts", "problem", "created_at", "ended_at", "version",
)  # fmt: skip


def address_of(job: Mapping[str, Any]) -> str:
    """Return where a job is read."""
    return f"{ROOT}/{job['id']}"


def present(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job as the API shows it."""
    ended = job["ended_at"] is not None
    return {
        **{name: job[name] for name in SHOWN},
        # lists are read without the reports themselves; whatever ended by itself has one
        "has_report": job["state"] == "done" if "report" not in job else job["report"] is not None,
        "file_url": f"{address_of(job)}/file" if file_of(job) else None,
        "kept_until": job["due_at"] if ended else None,
    }
