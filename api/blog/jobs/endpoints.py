"""Jobs: the routes."""

from flask import request
from werkzeug.datastructures import FileStorage

from api.blog import blobs
from api.blog.incoming import context
from api.blog.jobs import rules, schemas
from api.blog.jobs.presentation import address_of, present
from api.blog.jobs.problems import ARCHIVE_TOO_LARGE, ENDED, NOT_AN_ARCHIVE
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID, INVALID_CURSOR, Fault, Problem
from api.shared.responses import Answer, Stream
from api.shared.unit_of_work import Write

ZIP = "application/zip"
IMPORTS = "/jobs/imports"
# room for the names and borders of a multipart body
ENVELOPE = 100_000

jobs = Resource("jobs", __name__, description="Work that outlives a request: exports, image variants and the like")


@jobs.operation(
    "GET", "/jobs", "listJobs", query=schemas.JobsQuery, returns=schemas.JobList, problems=(INVALID_CURSOR,)
)
def list_jobs(call: Call) -> Answer:
    """List jobs, newest first. Jobs that ended are kept for 30 days."""
    page = rules.listed(context(), call.query)
    return Answer(envelope(page, [present(job) for job in page.records]), headers=link_header(page))


@jobs.operation("POST", "/jobs", "startJob", body=schemas.JobIn, returns=schemas.Job, status=201, idempotent=True)
def start_job(call: Call) -> Write:
    """Start a job.

    The worker takes it up within a second or two; follow it by reading it again until its `state` is no longer
    `pending`. An export acts in your name: it holds what you may read, for which a token needs the scopes as well.
    """
    job, operations = rules.start(context(), call.who.account_id, call.body["kind"])
    return Write(operations, Answer(present(job), version=1, location=address_of(job)))


@jobs.operation(
    "POST", IMPORTS, "startImport",
    upload=schemas.ImportIn, returns=schemas.Job, status=201, idempotent=True,
    problems=(ARCHIVE_TOO_LARGE, NOT_AN_ARCHIVE),
)  # fmt: skip
def start_import(call: Call) -> Write:
    """Import a blog from an archive of Markdown and images.

    The job brings post after post into the blog in your name, with its images, tags, authors and old addresses; a
    token needs the scopes for those beside that for jobs. Each post is known by its path in the archive, so that
    importing again doubles nothing: what is there already counts as unchanged, also where an earlier attempt of the
    same job brought it. Cancelled, it keeps what it brought so far. The report counts what became of the files and
    names by file and line what could not be taken over.
    """
    body = dict(call.body)
    file = body.pop("file")
    if not isinstance(file, FileStorage):
        raise Problem(INVALID, faults=[Fault("invalid", "Send the file as a file.", pointer="/file")])
    job, operations = rules.bring(context(), call.who.account_id, file.stream, body)
    return Write(operations, Answer(present(job), version=1, location=address_of(job)))


@jobs.operation("GET", "/jobs/<uuid:job_id>", "getJob", returns=schemas.Job)
def get_job(_call: Call, job_id: str) -> Answer:
    """Read how far a job is."""
    job = rules.one(context(), job_id)
    return Answer(present(job), version=job["version"])


@jobs.operation("POST", "/jobs/<uuid:job_id>/cancel", "cancelJob", returns=schemas.Job, problems=(ENDED,))
def cancel_job(_call: Call, job_id: str) -> Write:
    """Cancel a job. It stops before its next step; steps already done stay done."""
    job, operations = rules.cancel(context(), job_id)
    return Write(operations, Answer(present(job), version=job["version"]))


@jobs.operation("GET", "/jobs/<uuid:job_id>/report", "getJobReport", returns=schemas.JobReport)
def get_job_report(_call: Call, job_id: str) -> Answer:
    """Read what a job did, and every problem it met."""
    job = rules.report(context(), job_id)
    return Answer(job["report"], version=job["version"])


@jobs.operation("GET", "/jobs/<uuid:job_id>/file", "getJobFile", content_type=ZIP)
def get_job_file(_call: Call, job_id: str) -> Answer:
    """Download the archive that came of an export."""
    name, size = rules.finished(context(), job_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    files = context().files
    return Answer(Stream(lambda: blobs.parts(files, name, 0, size), size, f'"{name}"'), headers=headers)


# flask-smorest has no types
@jobs.before_request  # type: ignore[untyped-decorator]
def _let_archives_be_larger() -> None:
    if request.method == "POST" and request.path.endswith(IMPORTS):
        request.max_content_length = rules.LARGEST_ARCHIVE + ENVELOPE
