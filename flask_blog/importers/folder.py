"""Finds the files of a blog in a folder, without leaving it: no links are followed, nothing odd is opened."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_blog.importers.report import Report

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".mkd"})
SECTION_FILE = "_index"
# Jekyll and Hexo keep posts there; the folder says nothing about the post
POST_FOLDERS = frozenset({"_posts", "_drafts"})
IGNORED_FOLDERS = frozenset({"node_modules", "__pycache__", "_site"})
# the API takes a million characters, of up to four bytes each
MAX_POST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A blog's files. `site` is what the user named, `root` the folder the posts' paths count from.

    `source` tells the posts of one folder from those of another that has files of the same names.
    """

    site: Path
    root: Path
    source: str | None

    @classmethod
    def at(cls, path: Path, source: str | None = None) -> "SourceFolder":
        """Look at a folder; where there is a `content` folder (Zola, Hugo) the posts are in it."""
        site = path.resolve()
        content = site / "content"
        return cls(site, content if content.is_dir() and not content.is_symlink() else site, source)

    def name_of(self, path: Path) -> str:
        """Return the file's name in the report: its path in the folder, always printable."""
        relative = path.relative_to(self.site)
        text = os.fsencode(relative).decode("utf-8", "replace")
        return "".join(c if c.isprintable() else "\ufffd" for c in text)

    def holds(self, path: Path) -> bool:
        """Tell whether a path, links resolved, is a regular file inside the folder."""
        try:
            real = path.resolve()
            return real.is_relative_to(self.site) and stat.S_ISREG(real.stat().st_mode)
        except (OSError, ValueError, RuntimeError):
            return False

    def identity(self, path: Path) -> str:
        """Return what a post is known by when the folder is imported again: its path below the root."""
        parts = [part for part in path.relative_to(self.root).parts if part not in POST_FOLDERS]
        parts = parts if self.source is None else [self.source, *parts]
        return os.fsencode("/".join(parts)).decode("utf-8", "replace")


def markdown_files(folder: SourceFolder, report: Report) -> Iterator[Path]:
    """Yield the Markdown files below the root, by name; what is not a plain file becomes a problem."""

    def unreadable(error: OSError) -> None:
        report.problem(folder.name_of(Path(error.filename)), 1, "unreadable", f"{error.strerror}")

    for parent, folders, files in os.walk(folder.root, onerror=unreadable):
        here = Path(parent)
        for name in sorted(folders):
            if (here / name).is_symlink():
                report.problem(folder.name_of(here / name), 1, "symlink", "links to folders are not followed")
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in IGNORED_FOLDERS)
        for name in sorted(files):
            path = here / name
            if path.suffix.lower() in MARKDOWN_SUFFIXES and not name.startswith(".") and _plain(path, folder, report):
                yield path


def read(path: Path) -> str:
    """Return a post's text. Raises UnicodeDecodeError and OSError."""
    return path.read_bytes().decode("utf-8-sig")


def _plain(path: Path, folder: SourceFolder, report: Report) -> bool:
    reason = _oddity(path)
    if reason is None:
        return True
    code, message = reason
    name = folder.name_of(path)
    report.problem(name, 1, code, message)
    report.finish(name, "skipped")
    return False


def _oddity(path: Path) -> tuple[str, str] | None:
    try:
        found = path.lstat()
    except OSError as error:
        return "unreadable", f"{error.strerror}"
    if stat.S_ISLNK(found.st_mode):
        return "symlink", "links are not followed; put the file itself there"
    if not stat.S_ISREG(found.st_mode):
        return "unreadable", "this is no regular file"
    if found.st_size > MAX_POST_BYTES:
        return "too_large", f"{found.st_size:,} bytes; a post may have {MAX_POST_BYTES:,}"
    return None
