"""Writes the site map (sitemaps.org): one file, or an index of one file a year once there is too much for one."""

from collections.abc import Iterator, Mapping

from api.blog.context import Context
from api.blog.feeds.markup import document, element, text
from api.blog.posts import reading
from api.blog.posts.presentation import address
from api.shared.store import FilterValue, Record

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_IN_ONE = 2_000
MOST_IN_A_YEAR = 50_000
PAGE = 200

Filters = Mapping[str, FilterValue | None]


def whole(context: Context) -> bytes:
    """Return the site map, or the index of its parts."""
    posts = context.store.find("posts", _public(context, "post"), limit=1, sort="published_at", brief=True, count=True)
    if (posts.total or 0) <= MOST_IN_ONE:
        return _urls([*_pages(context), *_posts(context, "post")])
    newest = context.store.find("posts", _public(context, "post"), limit=1, sort="-published_at", brief=True)
    first, last = (int(page.records[0]["published_at"][:4]) for page in (posts, newest))
    parts = ["part=pages", *(f"part={year:04}" for year in range(first, last + 1))]
    entries = [element("sitemap", [text("loc", f"{context.public_url}/sitemap.xml?{part}")]) for part in parts]
    return document(element("sitemapindex", entries, xmlns=NAMESPACE))


def part(context: Context, name: str) -> bytes:
    """Return one part: `pages`, or a year of posts."""
    if name == "pages":
        return _urls(_pages(context))
    span = {"published_after": f"{name}-01-01T00:00:00Z", "published_before": f"{name}-12-31T23:59:59.999999Z"}
    return _urls(_posts(context, "post", span))


def robots(context: Context) -> bytes:
    """Return robots.txt (RFC 9309)."""
    closed = ("/api/", "/studio", "/account", "/sign-in", "/setup", "/preview/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {context.public_url}/sitemap.xml"]
    return ("\n".join(lines) + "\n").encode()


def _pages(context: Context) -> Iterator[str]:
    yield _url(f"{context.public_url}/", None)
    yield from _posts(context, "page")
    for tag in _walk(context, "tags", {}, sort="name", include=("post_count",)):
        if tag["post_count"]:
            yield _url(context.address("tags", tag["slug"]), None)
    for series in _walk(context, "series", {}, sort="title", include=("post_count",)):
        if series["post_count"]:
            yield _url(context.address("series", series["slug"]), None)
    for author in _walk(context, "authors", {}, sort="name", include=("post_count",)):
        if author["post_count"]:
            yield _url(context.address("authors", author["username"]), None)


def _posts(context: Context, kind: str, span: Mapping[str, str] | None = None) -> Iterator[str]:
    for post in _walk(context, "posts", _public(context, kind, span), sort="-published_at"):
        yield _url(address(context, post), max(post["published_at"], post["updated_at"]))


def _walk(
    context: Context, collection: str, filters: Filters, *, sort: str, include: tuple[str, ...] = ()
) -> Iterator[Record]:
    cursor: str | None = None
    for _ in range(MOST_IN_A_YEAR // PAGE):
        page = context.store.find(
            collection, filters, sort=sort, limit=PAGE, cursor=cursor, include=include, brief=True
        )
        yield from page.records
        cursor = page.next
        if cursor is None:
            return


def _public(context: Context, kind: str, span: Mapping[str, str] | None = None) -> Filters:
    return reading.public({"kind": kind, "published_before": None, **(span or {})}, context.now())


def _url(location: str, modified: str | None) -> str:
    return element("url", [text("loc", location), *([] if modified is None else [text("lastmod", modified)])])


def _urls(entries: Iterator[str] | list[str]) -> bytes:
    return document(element("urlset", entries, xmlns=NAMESPACE))
