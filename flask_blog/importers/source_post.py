"""What one Markdown file says about its post, whichever tool it was written for."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from slugify import slugify

from flask_blog.importers import dates, old_paths
from flask_blog.importers.folder import POST_FOLDERS, SourceFolder
from flask_blog.importers.front_matter import Document
from flask_blog.importers.report import LEFT_OUT, Report
from flask_blog.importers.settings import Settings, without_repetitions

LONGEST_SLUG = 80
LONGEST_SUMMARY = 300
LONGEST_IDENTITY = 400
BUNDLE_FILE = "index"

_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_MORE = re.compile(r"<!--\s*more\s*-->|\{\{\s*more\s*\}\}", re.IGNORECASE)
_PLAIN = (
    (re.compile(r"!\[[^\]\n]{0,500}\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,500}\])"), ""),
    (re.compile(r"\[([^\]\n]{0,500})\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,500}\])"), r"\1"),
    (re.compile(r"<[^<>\n]{0,2000}>"), ""),
    (re.compile(r"(?m)^[ \t]{0,3}(?:#{1,6}|>|[-*+])[ \t]+"), ""),
    (re.compile(r"[`*_]{1,3}"), ""),
)


@dataclass(slots=True)
class SourcePost:
    """One post as its file describes it. `slug` and `old_paths` are completed by the plan."""

    path: Path
    file: str
    external_id: str
    document: Document
    markdown: str
    title: str
    slug: str
    published_at: datetime | None
    old_path: str
    aliases: list[str] = field(default_factory=list)
    draft: bool = False
    kind: str = "post"
    summary: str | None = None
    tags: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    cover: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the path the post will be read at."""
        return f"/{self.kind}s/{self.slug}"


def read(path: Path, folder: SourceFolder, document: Document, permalinks: str | None, report: Report) -> SourcePost:
    """Understand a document; what has no place or makes no sense is reported by line."""
    settings = Settings(document)
    file = folder.name_of(path)
    given = settings.text("path", "permalink", "url")
    title, markdown = _title(settings, path, document, file, report)
    categories = _categories(settings, path)
    post = SourcePost(
        path=path,
        file=file,
        external_id=_external_id(folder.identity(path)),
        document=document,
        markdown=markdown,
        title=title,
        slug=_slug(settings.text("slug"), given, path),
        published_at=_published_at(settings, given, path, folder),
        old_path="",
        draft=_is_draft(settings, path),
        kind="page" if "page" in (settings.text("layout"), settings.text("type")) else "post",
        summary=_summary(settings, document),
        tags=without_repetitions([*_words(settings, path, "tags", "taxonomies.tags"), *categories]),
        categories=categories,
        authors=settings.texts("authors", "author", "taxonomies.authors", "extra.authors", "extra.author"),
        cover=settings.text("cover", "cover.image", "image", "cover_image", "featured_image", "banner", "extra.image"),
        more=_more(settings),
        aliases=settings.texts("aliases", "redirect_from", "alias"),
    )
    post.old_path = old_paths.of(post, given, folder, permalinks)
    _check_date(post, report)
    _report_rest(settings, file, report)
    return post


def _external_id(identity: str) -> str:
    """Return what the post is found by in the next import; odd or very long paths are known by their digest."""
    if len(identity) > LONGEST_IDENTITY or not identity.isprintable():
        identity = hashlib.sha256(identity.encode()).hexdigest()
    return f"markdown:{identity}"


def _published_at(settings: Settings, given: str | None, path: Path, folder: SourceFolder) -> datetime | None:
    moment = settings.moment("date", "published_at", "publishDate", "created_at")
    return moment or dates.in_path(given or "") or dates.in_path(path.relative_to(folder.root).as_posix())


def _title(settings: Settings, path: Path, document: Document, file: str, report: Report) -> tuple[str, str]:
    """Return the title and the text; a heading that serves as the title is taken out of the text."""
    title = settings.text("title")
    if title:
        return title, document.body
    heading = _HEADING.match(document.body)
    if heading:
        return " ".join(heading[1].split()), "\n" * heading[0].count("\n") + document.body[heading.end() :]
    title = _name(path).replace("-", " ").replace("_", " ").strip().capitalize() or "Untitled"
    report.problem(file, 1, "title", f"has no title; made “{title}” from the file's name")
    return title, document.body


def _name(path: Path) -> str:
    """Return the name a file gives its post: its own without the date, or its folder's when it is a page bundle."""
    name = path.parent.name if path.stem == BUNDLE_FILE else path.stem
    return dates.without_date(name)


def _slug(given: str | None, url: str | None, path: Path) -> str:
    last = re.sub(r"\.html?$", "", (url or "").rstrip("/").rpartition("/")[2])
    candidate = given or (last if ":" not in last else "") or _name(path)
    return slugify(candidate, max_length=LONGEST_SLUG, word_boundary=True) or "post"


def _is_draft(settings: Settings, path: Path) -> bool:
    draft, published = settings.flag("draft"), settings.flag("published")
    return bool(draft) or published is False or "_drafts" in path.parts


def _categories(settings: Settings, path: Path) -> list[str]:
    single = settings.texts("category")
    return without_repetitions([*single, *_words(settings, path, "categories", "taxonomies.categories")])


def _words(settings: Settings, path: Path, *names: str) -> list[str]:
    """Return tags. Jekyll, known by the date in the file's name, separates them by spaces, others by commas."""
    jekyll = dates.without_date(path.stem) != path.stem and not POST_FOLDERS.isdisjoint(path.parts)
    return settings.texts(*names, separator=r"\s+") if jekyll else settings.texts(*names)


def _more(settings: Settings) -> dict[str, Any]:
    found = {
        "language": settings.text("language", "lang"),
        "canonical_url": settings.text("canonical_url", "canonical", "canonicalURL"),
        "featured": settings.flag("featured"),
        "comments_open": settings.flag("comments"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _summary(settings: Settings, document: Document) -> str | None:
    given = settings.text("summary", "description", "excerpt", "subtitle")
    if given:
        return given
    more = _MORE.search(document.body)
    if more is None:
        return None
    text = document.body[: more.start()].strip()
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SUMMARY else text[:LONGEST_SUMMARY].rpartition(" ")[0] + " …"


def _check_date(post: SourcePost, report: Report) -> None:
    if post.published_at is None and not post.draft:
        post.draft = True
        report.problem(post.file, 1, "date", "has no date; made a draft, so that you decide when it was published")


def _report_rest(settings: Settings, file: str, report: Report) -> None:
    for line, message in settings.oddities:
        report.problem(file, line, "setting", message)
    for line, name, value in settings.rest():
        report.problem(file, line, LEFT_OUT, f"{name} = {value}")
