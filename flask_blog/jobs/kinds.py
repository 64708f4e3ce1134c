"""The kinds of jobs that need more than one service, and the worker that does every kind."""

from collections.abc import Mapping

from flask import Flask

from api.blog.jobs.task import Done, Runner, Task
from api.blog.jobs.worker import Worker
from api.blog.worker import worker_of
from api.shared.transport import WsgiTransport
from flask_blog.jobs.acting import Acting


def jobs_of(blog: Flask, users: Flask) -> Worker:
    """Return a worker for the jobs of a blog."""
    return worker_of(blog, runners(Acting(WsgiTransport(blog), users)))


def runners(acting: Acting) -> Mapping[str, Runner]:
    """Return what does jobs through the public API."""

    def export(task: Task) -> Done:
        # a blog that exports nothing need not load what that takes
        from flask_blog.jobs.exporting import Export  # noqa: PLC0415 - see above

        return Export(acting)(task)

    def bring(task: Task) -> Done:
        from flask_blog.jobs.importing import Import  # noqa: PLC0415 - as above

        return Import(acting)(task)

    return {"export": export, "import": bring}
