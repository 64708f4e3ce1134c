"""Exports a whole blog as one archive: posts as Markdown with front matter, images, and everything else as JSON.

The archive is laid out as Hugo and Zola lay out a site, so that `flask-blog import` and other tools take it.
"""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

import orjson
import yaml

from api.blog.jobs.task import Done, Task
from flask_blog.client import Client, Refused
from flask_blog.jobs.acting import Acting

POSTS_A_PAGE = "20"
AS_JSON = ("tags", "authors", "series", "redirects")
AS_WRITTEN = (
    "title", "slug", "summary", "language", "featured", "visibility", "canonical_url", "seo", "external_id",
)  # fmt: skip
FIELDS = ",".join((*AS_WRITTEN, "kind", "status", "published_at", "authors", "tags", "series", "cover", "markdown"))


class Export:
    """Does jobs of the kind `export`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def __call__(self, task: Task) -> Done:
        """Write the archive and keep it as the job's file; written again, it takes the place of the first."""
        name = f"{task.record['id']}.zip"
        with self._acting.as_starter(task, "startJob") as client, tempfile.TemporaryFile() as file:
            counts, problems = _Archive(client, task, file).write()
            file.seek(0)
            task.context.files.keep(name, file)
        return Done(counts, problems, file=name)


class _Archive:
    """One archive that is being written."""

    def __init__(self, client: Client, task: Task, file: IO[bytes]) -> None:
        self._client = client
        self._task = task
        self._file = file
        self._done = 0
        self._total = 0
        self.counts: dict[str, int] = {}
        self.problems: list[Mapping[str, Any]] = []

    def write(self) -> tuple[dict[str, int], list[Mapping[str, Any]]]:
        """Write everything; return how many of what, and what could not be had."""
        media = list(self._client.walk("/media"))
        kinds = ("post", "page")
        self._total = len(media) + sum(self._number(kind) for kind in kinds)
        with zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED) as archive:
            for kind in kinds:
                for post in self._posts(kind):
                    archive.writestr(f"content/{kind}s/{post['slug']}.md", as_markdown(post))
            for medium in media:
                self._copy(archive, medium)
            _put(archive, "media", media)
            _put(archive, "site", self._client.find("/site"))
            for name in AS_JSON:
                _put(archive, name, self._count(name, list(self._client.walk(f"/{name}"))))
        return self.counts, self.problems

    def _number(self, kind: str) -> int:
        return int(self._client.find("/posts", kind=kind, status="any", limit="1", fields="id", count="exact")["total"])

    def _posts(self, kind: str) -> Iterator[Mapping[str, Any]]:
        wanted = {"kind": kind, "status": "any", "sort": "-published_at", "limit": POSTS_A_PAGE, "fields": FIELDS}
        for post in self._client.walk("/posts", **wanted):
            yield post
            self._step(f"{kind}s")

    def _copy(self, archive: zipfile.ZipFile, medium: Mapping[str, Any]) -> None:
        path = medium["url"].lstrip("/")
        try:
            # what is compressed already is stored as it is
            archive.writestr(f"static/{path}", self._client.fetch(medium["url"]), zipfile.ZIP_STORED)
        except Refused as refusal:
            self.problems.append({"file": path, "line": 1, "code": refusal.code, "message": str(refusal)})
        self._step("images")

    def _step(self, thing: str) -> None:
        self._done += 1
        self.counts[thing] = self.counts.get(thing, 0) + 1
        self._task.step(self._done, self._total)

    def _count(self, thing: str, items: list[Any]) -> list[Any]:
        self.counts[thing] = len(items)
        return items


def as_markdown(post: Mapping[str, Any]) -> str:
    """Return a post as a file: YAML front matter, then the Markdown as it was written."""
    settings = {name: post[name] for name in AS_WRITTEN if post.get(name) not in (None, False, "public")}
    settings |= {
        "date": post["published_at"],
        "draft": post["status"] != "published" or None,
        "type": "page" if post["kind"] == "page" else None,
        "authors": [author["name"] for author in post["authors"]],
        "tags": [tag["name"] for tag in post["tags"]],
        "series": post["series"] and post["series"]["title"],
        "cover": post["cover"] and post["cover"]["url"],
    }
    kept = {name: value for name, value in settings.items() if value not in (None, [])}
    front = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{front}---\n\n{post['markdown']}"


def _put(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(f"data/{name}.json", orjson.dumps(value, option=orjson.OPT_INDENT_2))
