"""What a feed says, before it is written in one of the three formats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.blog.context import Context
from api.blog.media.presentation import path_of
from api.blog.posts import presentation, reading
from api.blog.posts.rules import Viewer
from api.blog.site import rules as site
from api.shared.store import Page, Record

ITEMS = 20
# addresses in the HTML that only make sense on a page of the site; the sanitiser quotes attributes this way
_SEVERAL = re.compile(r'\ssrcset="/media/[^"]*"')
_LOCAL = re.compile(r'(\s(?:href|src|poster)=")(/(?!/)|#)')


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an item."""

    name: str
    url: str
    avatar: str | None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The image that stands for an item."""

    url: str
    content_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Item:
    """A post in a feed. `html` is None where the text is for members only."""

    id: str
    url: str
    title: str
    excerpt: str
    html: str | None
    language: str | None
    published: str
    updated: str
    authors: Sequence[Byline]
    tags: Sequence[str]
    enclosure: Enclosure | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed of the site, of a tag, of an author or of a series. Addresses are absolute; times RFC 3339.

    `hub` tells subscribers of changes (WebSub), if there is one.
    """

    title: str
    description: str
    language: str
    home: str
    root: str
    updated: str
    items: Sequence[Item]
    hub: str = ""

    def address(self, name: str) -> str:
        """Return the address of the feed in one of its formats, such as `atom.xml`."""
        return f"{self.root}/{name}"


def of_site(context: Context) -> Channel:
    """Return the feed of everything."""
    settings = site.current(context)
    title, description = settings["title"], settings["description"]
    return _channel(context, settings, title=title, description=description, home=context.public_url, narrowed={})


def of_tag(context: Context, tag: Record) -> Channel:
    """Return the feed of a tag."""
    settings = site.current(context)
    title = f"{tag['name']} - {settings['title']}"
    description = tag["description"] or settings["description"]
    home, narrowed = context.address("tags", tag["slug"]), {"tag": tag["slug"]}
    return _channel(context, settings, title=title, description=description, home=home, narrowed=narrowed)


def of_author(context: Context, author: Record) -> Channel:
    """Return the feed of an author."""
    settings = site.current(context)
    title = f"{author['name']} - {settings['title']}"
    description = author["bio"] or settings["description"]
    home, narrowed = context.address("authors", author["username"]), {"author": author["username"]}
    return _channel(context, settings, title=title, description=description, home=home, narrowed=narrowed)


def of_series(context: Context, series: Record) -> Channel:
    """Return the feed of a series: its newest posts, as feed readers expect, not its beginning."""
    settings = site.current(context)
    title = f"{series['title']} - {settings['title']}"
    description = series["description"] or settings["description"]
    home, narrowed = context.address("series", series["slug"]), {"series_id": series["id"]}
    return _channel(context, settings, title=title, description=description, home=home, narrowed=narrowed)


def _channel(  # noqa: PLR0913 - each is one part of the feed
    context: Context, settings: Record, *, title: str, description: str, home: str, narrowed: dict[str, str]
) -> Channel:
    viewer = Viewer(None, context.now())
    page = context.store.find(
        "posts",
        reading.public({"kind": "post", "published_before": None, **narrowed}, viewer.now),
        sort="-published_at",
        limit=ITEMS,
        include=presentation.INCLUDES,
    )
    items = [_item(context, viewer, post, page) for post in page.records]
    updated = max([settings["updated_at"], *(item.updated for item in items)])
    language, hub = settings["language"], "" if narrowed else context.pings.hub
    return Channel(title, description, language, f"{home}/" if not narrowed else home, home, updated, items, hub)


def _item(context: Context, viewer: Viewer, post: Record, page: Page) -> Item:
    shown = presentation.present(context, viewer, post, page.included)
    cover = page.included.get("media", {}).get(post["cover_id"])
    url: str = shown["url"]
    return Item(
        id=f"urn:uuid:{post['id']}",
        url=url,
        title=shown["title"],
        excerpt=shown["excerpt"],
        html=_absolute(context, url, shown["html"]) if shown["html"] is not None else None,
        language=shown["language"],
        published=shown["published_at"],
        # a post made before its time is news when it appears
        updated=max(shown["published_at"], shown["updated_at"]),
        authors=[_byline(context, author) for author in shown["authors"]],
        tags=[tag["name"] for tag in shown["tags"]],
        enclosure=_enclosure(context, cover) if cover is not None else None,
    )


def _byline(context: Context, author: dict[str, Any]) -> Byline:
    return Byline(author["name"], context.address("authors", author["username"]), author["avatar_url"])


def _enclosure(context: Context, cover: Record) -> Enclosure:
    return Enclosure(f"{context.public_url}{path_of(cover)}", cover["content_type"], cover["bytes"])


def _absolute(context: Context, url: str, html: str) -> str:
    starts = {"/": f"{context.public_url}/", "#": f"{url}#"}
    html = _SEVERAL.sub(lambda found: found[0].replace("/media/", f"{context.public_url}/media/"), html)
    return _LOCAL.sub(lambda found: found[1] + starts[found[2]], html)
