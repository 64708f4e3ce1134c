"""Where a post was read on the old site, so that its old address leads to the new one."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from flask_blog.importers import dates
from flask_blog.importers.folder import POST_FOLDERS, SourceFolder

if TYPE_CHECKING:
    from flask_blog.importers.source_post import SourcePost

JEKYLL = "/:categories/:year/:month/:day/:title.html"
HEXO = "/:year/:month/:day/:title/"


def of(post: "SourcePost", given: str | None, folder: SourceFolder, permalinks: str | None) -> str:
    """Return the old path: the one the file names, or the one its tool makes by default."""
    pattern = given or permalinks or _convention(post)
    if pattern is not None:
        return normal(_filled(pattern, post))
    relative = post.path.relative_to(folder.root).with_suffix("")
    parts = [*relative.parent.parts, *([] if relative.name == "index" else [dates.without_date(relative.name)])]
    return normal("/".join(parts))


def normal(url: str) -> str:
    """Return a URL's path in one spelling: leading slash, no trailing one, no `index.html`, percent-encoding undone."""
    path = unquote(re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|[?#].*$", "", url.strip(), flags=re.DOTALL))
    path = re.sub(r"(?:^|(?<=/))index\.html?$", "", path)
    return "/" + re.sub(r"/{2,}", "/", path).strip("/")


def wire(path: str) -> str:
    """Return a path percent-encoded, as a browser asks for it."""
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def _convention(post: "SourcePost") -> str | None:
    if not POST_FOLDERS & set(post.path.parts):
        return None
    return JEKYLL if dates.without_date(post.path.stem) != post.path.stem else HEXO


def _filled(pattern: str, post: "SourcePost") -> str:
    when = post.published_at
    name = dates.without_date(post.path.parent.name if post.path.stem == "index" else post.path.stem)
    values = {
        "year": when.strftime("%Y") if when else "",
        "month": when.strftime("%m") if when else "",
        "day": when.strftime("%d") if when else "",
        "categories": "/".join(quote(tag.lower(), safe="") for tag in post.categories),
        "category": quote(post.categories[0].lower(), safe="") if post.categories else "",
        "title": quote(name, safe=""),
        "slug": post.slug,
    }
    return re.sub(r":([a-z]+)", lambda found: values.get(found[1], found[0]), pattern)
