"""Reads a folder of Markdown files and settles, before anything is sent, which posts there are and where they go."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from flask_blog.importers import folder as folders
from flask_blog.importers import front_matter, source_post
from flask_blog.importers.folder import SECTION_FILE, SourceFolder
from flask_blog.importers.report import Report
from flask_blog.importers.source_post import SourcePost

_LAST = datetime.max.replace(tzinfo=UTC)


def read_posts(folder: SourceFolder, permalinks: str | None, report: Report) -> list[SourcePost]:
    """Return the posts of a folder, the oldest first; what is no post is reported."""
    posts: dict[str, SourcePost] = {}
    for path in folders.markdown_files(folder, report):
        post = _read(path, folder, permalinks, report)
        if post is None:
            report.finish(folder.name_of(path), "skipped")
            continue
        same = posts.setdefault(post.external_id, post)
        if same is not post:
            report.problem(post.file, 1, "twice", f"is the same post as {same.file}")
            report.finish(post.file, "skipped")
    return sorted(posts.values(), key=lambda post: (post.published_at or _LAST, post.file))


def settle_slugs(posts: list[SourcePost], existing: Mapping[str, str], taken: Iterable[str]) -> None:
    """Give each post a slug of its own: the one it has in the blog (`existing`), or the first that is not taken.

    Of several that want the same, the oldest gets it and the others add their date, so that adding a newer post to
    the folder later changes nothing.
    """
    used = set(taken)
    for post in posts:
        if post.external_id in existing:
            post.slug = existing[post.external_id]
        else:
            post.slug = next(slug for slug in candidates(post) if slug not in used)
            used.add(post.slug)


def candidates(post: SourcePost) -> Iterator[str]:
    """Yield the slugs a post may have, in order."""
    plain = post.slug
    dated = f"{plain}-{post.published_at:%Y-%m-%d}" if post.published_at else plain
    yield plain
    if dated != plain:
        yield dated
    for number in count(2):
        yield f"{dated}-{number}"


def _read(path: Path, folder: SourceFolder, permalinks: str | None, report: Report) -> SourcePost | None:
    file = folder.name_of(path)
    try:
        document = front_matter.parse(folders.read(path))
        if path.stem == SECTION_FILE:
            title = document.values.get("title")
            report.problem(file, 1, "section", f"describes a section ({title}); the blog has none, its posts are taken")
            return None
        if not document.values.get("title") and not document.body.strip():
            report.problem(file, 1, "empty", "has neither a title nor a text")
            return None
        return source_post.read(path, folder, document, permalinks, report)
    except front_matter.FrontMatterError as error:
        report.problem(file, error.line, "front_matter", str(error))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        report.problem(file, line, "encoding", "is not UTF-8 text")
    except OSError as error:
        report.problem(file, 1, "unreadable", f"{error.strerror}")
    except RecursionError:
        report.problem(file, 1, "front_matter", "is nested too deeply")
    return None
