"""Says what a URL in a post meant on the old site: another post, a file beside it, or something elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin

from flask_blog.importers import old_paths
from flask_blog.importers.folder import MARKDOWN_SUFFIXES, SourceFolder
from flask_blog.importers.links import Target
from flask_blog.importers.source_post import SourcePost

# where site generators keep files that are copied as they are
_STATIC_FOLDERS = ("static", "public", "source", "assets", "")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".bmp", ".ico", ".tiff"})


@dataclass(frozen=True, slots=True)
class ToPost:
    """The URL leads to another imported post; `suffix` is its query and fragment."""

    post: SourcePost
    suffix: str


@dataclass(frozen=True, slots=True)
class ToFile:
    """The URL names a file in the folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class Missing:
    """The URL should lead to something in the folder, and nothing is there."""

    code: str
    message: str


class Resolver:
    """Knows the posts of one import by file and by old address."""

    def __init__(self, folder: SourceFolder, posts: Iterable[SourcePost]) -> None:
        self._folder = folder
        self._by_file: dict[Path, SourcePost] = {}
        self._by_name: dict[str, SourcePost] = {}
        self._by_address: dict[str, SourcePost] = {}
        for post in posts:
            self._by_file[post.path] = post
            self._by_name[post.path.stem] = post
            for address in (post.old_path, *map(old_paths.normal, post.aliases)):
                self._by_address.setdefault(_comparable(address), post)

    def resolve(self, target: Target, post: SourcePost) -> ToPost | ToFile | Missing | None:
        """Return where a URL in a post leads; None when it is none of the import's business."""
        url = target.url.strip()
        if target.is_file:
            named = self._by_name.get(Path(unquote(url)).name.removesuffix(".md"))
            return ToPost(named, "") if named else Missing("link", f"no post is named {url}")
        if not url or url.startswith(("#", "//", "?")) or _SCHEME.match(url):
            return None
        path, suffix = _split(url)
        if path.startswith("@/"):
            return self._to_path(self._folder.root / path[2:], url, suffix)
        if path.startswith("/"):
            return self._absolute(path, url, suffix)
        beside = self._to_path(post.path.parent / path, url, suffix)
        if not isinstance(beside, Missing):
            return beside
        return self._addressed(urljoin(post.old_path + "/", path), suffix) or beside

    def _absolute(self, path: str, url: str, suffix: str) -> ToPost | ToFile | Missing:
        known = self._addressed(path, suffix)
        if known:
            return known
        for name in _STATIC_FOLDERS:
            found = self._to_path(self._folder.site / name / path.lstrip("/"), url, suffix)
            if not isinstance(found, Missing):
                return found
        bundle = self._addressed(path.rpartition("/")[0], "")
        if bundle:
            return self._to_path(bundle.post.path.parent / path.rpartition("/")[2], url, suffix)
        return _missing(path, url)

    def _addressed(self, path: str, suffix: str) -> ToPost | None:
        post = self._by_address.get(_comparable(old_paths.normal(path)))
        return ToPost(post, suffix) if post else None

    def _to_path(self, path: Path, url: str, suffix: str) -> ToPost | ToFile | Missing:
        """Look at a file; links and `..` that lead out of the folder lead nowhere."""
        if "\0" in url or not self._folder.holds(path):
            return _missing(str(path), url)
        real = path.resolve()
        if real in self._by_file:
            return ToPost(self._by_file[real], suffix)
        if real.suffix.lower() in MARKDOWN_SUFFIXES:
            return Missing("link", f"{url} is a file that was not taken over as a post")
        return ToFile(real)


def is_image(path: str) -> bool:
    """Tell whether a path has the name of an image."""
    return Path(path).suffix.lower() in _IMAGE_SUFFIXES


def _split(url: str) -> tuple[str, str]:
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    return unquote(path), url[len(path) :]


def _comparable(address: str) -> str:
    """Return the spelling under which addresses are compared: `/a/b.html` and `/A/b/` meet."""
    return re.sub(r"\.html?$", "", address.rstrip("/").lower())


def _missing(path: str, url: str) -> Missing:
    if is_image(path):
        return Missing("image", f"{url} is not in the folder")
    return Missing("link", f"{url} leads to nothing that is in the folder; left as it is")
