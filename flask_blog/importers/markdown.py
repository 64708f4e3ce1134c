"""Moves a folder of Markdown posts into a blog, as a client of its public API like any other.

Each post is known by its path (`external_id`), so that importing again doubles nothing and goes on after an
interruption; what is there already is compared, and replaced only with `update`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.shared.clock import rfc3339
from flask_blog.client import STOPPING, Client, Refused
from flask_blog.importers import comparison, plan
from flask_blog.importers.authors import Authors
from flask_blog.importers.folder import SourceFolder
from flask_blog.importers.images import Images, Read, read_file
from flask_blog.importers.redirects import Redirects
from flask_blog.importers.report import Report
from flask_blog.importers.resolver import Resolver
from flask_blog.importers.rewriter import Rewriter
from flask_blog.importers.source_post import SourcePost

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to import.

    `update` lets files replace posts that differ, `pretend` sends nothing, `permalinks` is the pattern of the old
    addresses, `source` a name for the folder's posts.
    """

    update: bool = False
    pretend: bool = False
    permalinks: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Existing:
    """A post that is in the blog already."""

    id: str
    slug: str


def run(source: Path, client: Client, wishes: Wishes, step: Step, *, read: Read = read_file) -> Report:
    """Import a folder. `step(done, of)` is told of progress; `read` gets the bytes of images, wherever they are.

    Raises Refused when the token will not do, and Unreachable.
    """
    report = Report(str(source))
    folder = SourceFolder.at(source, wishes.source)
    posts = plan.read_posts(folder, wishes.permalinks, report)
    existing, taken = _look_around(client)
    plan.settle_slugs(posts, {external_id: one.slug for external_id, one in existing.items()}, taken)
    images = Images(client, read, pretend=wishes.pretend)
    sender = Sender(client, wishes, report, Resolver(folder, posts), images)
    for number, post in enumerate(posts, 1):
        sender.send(post, existing.get(post.external_id))
        step(number, len(posts))
    sender.count()
    return report


def _look_around(client: Client) -> tuple[Mapping[str, Existing], set[str]]:
    """Return the posts that were imported before, by their identity, and every slug that a post has."""
    existing, taken = {}, set()
    for kind in ("post", "page"):
        for status in ("any", "trashed"):
            for post in client.walk("/posts", kind=kind, status=status, fields="id,slug,external_id"):
                taken.add(post["slug"])
                if post.get("external_id") is not None:
                    existing[post["external_id"]] = Existing(post["id"], post["slug"])
    return existing, taken


class Sender:
    """Brings posts into the blog one by one."""

    def __init__(self, client: Client, wishes: Wishes, report: Report, resolver: Resolver, images: Images) -> None:
        self._client = client
        self._wishes = wishes
        self._report = report
        self._images = images
        self._rewriter = Rewriter(resolver, self._images, report)
        self._authors = Authors(client, pretend=wishes.pretend)
        self._redirects = Redirects(client, report, pretend=wishes.pretend)

    def send(self, post: SourcePost, existing: Existing | None) -> None:
        """Make, update or leave one post, and lead its old addresses to it."""
        try:
            wanted = self._wanted(post)
            if existing is None:
                post_id, outcome = self._make(wanted), "made"
            else:
                post_id, outcome = existing.id, self._settle(post, wanted, existing)
        except Refused as refusal:
            if refusal.status in STOPPING:
                raise
            self._refused(post, refusal)
            return
        self._report.finish(post.file, outcome, post.url)
        self._redirects.lead_to(post, post_id)

    def count(self) -> None:
        """Put into the report what came along beside posts."""
        self._report.count("authors", self._authors.made)
        self._report.count("images", self._images.made)

    def _wanted(self, post: SourcePost) -> dict[str, Any]:
        """Return the post as the API is to have it."""
        wanted: dict[str, Any] = {
            "title": post.title,
            "markdown": self._rewriter.text(post),
            "summary": post.summary,
            "slug": post.slug,
            "kind": post.kind,
            "status": "draft" if post.draft else "published",
            "published_at": rfc3339(post.published_at) if post.published_at else None,
            "tags": post.tags,
            "external_id": post.external_id,
            "cover_id": self._rewriter.cover(post),
            **post.more,
        }
        if post.authors:
            wanted["authors"] = list(dict.fromkeys(map(self._authors.username, post.authors)))
        return wanted

    def _make(self, wanted: Mapping[str, Any]) -> str | None:
        """Make a post and return its id."""
        return None if self._wishes.pretend else str(self._client.make("/posts", wanted)["id"])

    def _settle(self, post: SourcePost, wanted: Mapping[str, Any], existing: Existing) -> str:
        """Compare a post that is there with its file; returns what became of it."""
        stored = self._client.find(f"/posts/{existing.id}", fields=comparison.FIELDS)
        if stored is None or stored["status"] == "trashed":
            self._report.problem(post.file, 1, "trashed", "its post is in the blog's trash; restore it there first")
            return "skipped"
        different = comparison.differences(wanted, stored, pretend=self._wishes.pretend)
        if not different:
            return "unchanged"
        if set(different) >= comparison.ANOTHER_POST:
            message = "another post was imported under this path before; tell the folders apart with --source NAME"
            self._report.problem(post.file, 1, "differs", message)
            return "skipped"
        if not self._wishes.update:
            message = f"the post in the blog has another {', '.join(different)}; --update takes over the file's"
            self._report.problem(post.file, 1, "differs", message)
            return "skipped"
        if not self._wishes.pretend:
            changes = {name: wanted[name] for name in different}
            self._client.merge(f"/posts/{existing.id}", changes, version=stored["version"])
        return "updated"

    def _refused(self, post: SourcePost, refusal: Refused) -> None:
        faults = refusal.errors or [{"pointer": "", "detail": str(refusal)}]
        for fault in faults:
            name = str(fault.get("pointer", "")).lstrip("/").partition("/")[0]
            line = post.document.line_of(name) if name in post.document.values else 1
            self._report.problem(post.file, line, "refused", f"{name or 'the post'}: {fault.get('detail')}")
        self._report.finish(post.file, "skipped")
