"""Feeds, site map and robots.txt, at the site's root: the routes."""

from collections.abc import Callable

from api.blog.feeds import rules, schemas, sitemap
from api.blog.incoming import context
from api.shared.operations import Call, Resource
from api.shared.responses import Answer

SHOWS = ("posts", "tags", "authors", "media", "site", "series")
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json"
XML = "application/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"

feeds = Resource("feeds", __name__, url_prefix="/", description="Feeds, site map and robots.txt, at the site's root")


@feeds.operation("GET", "/feed.xml", "getRssFeed", content_type=RSS, bearer=False)
def rss_feed(_call: Call) -> Answer:
    """Read the newest posts as RSS 2.0."""
    return _answer(lambda: rules.of_site(context(), "feed.xml"))


@feeds.operation("GET", "/tags/<slug>/feed.xml", "getTagRssFeed", content_type=RSS, bearer=False)
def tag_rss_feed(_call: Call, slug: str) -> Answer:
    """Read the newest posts of a tag as RSS 2.0."""
    return _answer(lambda: rules.of_tag(context(), "feed.xml", slug))


@feeds.operation("GET", "/authors/<username>/feed.xml", "getAuthorRssFeed", content_type=RSS, bearer=False)
def author_rss_feed(_call: Call, username: str) -> Answer:
    """Read the newest posts of an author as RSS 2.0."""
    return _answer(lambda: rules.of_author(context(), "feed.xml", username))


@feeds.operation("GET", "/series/<slug>/feed.xml", "getSeriesRssFeed", content_type=RSS, bearer=False)
def series_rss_feed(_call: Call, slug: str) -> Answer:
    """Read the newest posts of a series as RSS 2.0."""
    return _answer(lambda: rules.of_series(context(), "feed.xml", slug))


@feeds.operation("GET", "/atom.xml", "getAtomFeed", content_type=ATOM, bearer=False)
def atom_feed(_call: Call) -> Answer:
    """Read the newest posts as Atom (RFC 4287)."""
    return _answer(lambda: rules.of_site(context(), "atom.xml"))


@feeds.operation("GET", "/tags/<slug>/atom.xml", "getTagAtomFeed", content_type=ATOM, bearer=False)
def tag_atom_feed(_call: Call, slug: str) -> Answer:
    """Read the newest posts of a tag as Atom (RFC 4287)."""
    return _answer(lambda: rules.of_tag(context(), "atom.xml", slug))


@feeds.operation("GET", "/authors/<username>/atom.xml", "getAuthorAtomFeed", content_type=ATOM, bearer=False)
def author_atom_feed(_call: Call, username: str) -> Answer:
    """Read the newest posts of an author as Atom (RFC 4287)."""
    return _answer(lambda: rules.of_author(context(), "atom.xml", username))


@feeds.operation("GET", "/series/<slug>/atom.xml", "getSeriesAtomFeed", content_type=ATOM, bearer=False)
def series_atom_feed(_call: Call, slug: str) -> Answer:
    """Read the newest posts of a series as Atom (RFC 4287)."""
    return _answer(lambda: rules.of_series(context(), "atom.xml", slug))


@feeds.operation("GET", "/feed.json", "getJsonFeed", content_type=JSON, bearer=False)
def json_feed(_call: Call) -> Answer:
    """Read the newest posts as JSON Feed 1.1."""
    return _answer(lambda: rules.of_site(context(), "feed.json"))


@feeds.operation("GET", "/tags/<slug>/feed.json", "getTagJsonFeed", content_type=JSON, bearer=False)
def tag_json_feed(_call: Call, slug: str) -> Answer:
    """Read the newest posts of a tag as JSON Feed 1.1."""
    return _answer(lambda: rules.of_tag(context(), "feed.json", slug))


@feeds.operation("GET", "/authors/<username>/feed.json", "getAuthorJsonFeed", content_type=JSON, bearer=False)
def author_json_feed(_call: Call, username: str) -> Answer:
    """Read the newest posts of an author as JSON Feed 1.1."""
    return _answer(lambda: rules.of_author(context(), "feed.json", username))


@feeds.operation("GET", "/series/<slug>/feed.json", "getSeriesJsonFeed", content_type=JSON, bearer=False)
def series_json_feed(_call: Call, slug: str) -> Answer:
    """Read the newest posts of a series as JSON Feed 1.1."""
    return _answer(lambda: rules.of_series(context(), "feed.json", slug))


@feeds.operation("GET", "/sitemap.xml", "getSitemap", query=schemas.SitemapQuery, content_type=XML, bearer=False)
def site_map(call: Call) -> Answer:
    """Read the site map.

    Every public page with its last change. A large blog answers with an index of parts, one for each year.
    """
    part = call.query["part"]
    return _answer(lambda: sitemap.whole(context()) if part is None else sitemap.part(context(), part))


@feeds.operation("GET", "/robots.txt", "getRobots", content_type=PLAIN, bearer=False)
def robots(_call: Call) -> Answer:
    """Read what crawlers may read."""
    return Answer(sitemap.robots(context()), shows=("site",))


def _answer(write: Callable[[], bytes]) -> Answer:
    # asked before the posts are read, so that none can fall due in between
    due = context().due.moment()
    return Answer(write(), shows=SHOWS, fresh_until=due)
