"""Imports an archive of Markdown and images that was uploaded, as `flask-blog import` does a folder."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from api.blog import blobs
from api.blog.jobs.task import Done, Failed, Task
from flask_blog.importers import markdown
from flask_blog.importers.markdown import Wishes
from flask_blog.importers.report import Problem, Report
from flask_blog.jobs import unpacking
from flask_blog.jobs.acting import Acting


class Import:
    """Does jobs of the kind `import`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def __call__(self, task: Task) -> Done:
        """Bring every post into the blog; what an earlier attempt brought is found there and left as it is."""
        wishes = Wishes(**task.record["wishes"])
        with _file(task) as file, unpacking.opened(file) as archive, tempfile.TemporaryDirectory() as folder:
            unpacked = unpacking.Unpacked(archive, Path(folder))
            with self._acting.as_starter(task, "startImport") as client:
                report = markdown.run(unpacked.top, client, wishes, task.step, read=unpacked.read)
        return Done(_counts(report), [_shown(one) for one in _first_things_first(report)], file=task.record["file"])


@contextmanager
def _file(task: Task) -> Iterator[IO[bytes]]:
    """Yield what was uploaded. Raises Failed."""
    files, name = task.context.files, str(task.record["file"])
    size = files.size(name)
    if size is None:
        raise Failed("The uploaded file is gone; start another import.")
    with tempfile.TemporaryFile() as file:
        for part in blobs.parts(files, name, 0, size):
            file.write(part)
            task.beat()
        yield file


def _counts(report: Report) -> dict[str, int]:
    return {f"posts_{outcome}": number for outcome, number in report.outcomes().items()} | dict(report.made)


def _first_things_first(report: Report) -> list[Problem]:
    """Return every problem, the settings that were only left out at the end: a report keeps so many and no more."""
    serious = list(report.serious())
    known = set(serious)
    return [*serious, *sorted(one for one in report.problems if one not in known)]


def _shown(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "code": problem.code, "message": problem.message}
