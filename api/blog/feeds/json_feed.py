"""Writes a feed as JSON Feed 1.1 (jsonfeed.org)."""

from typing import Any

import orjson

from api.blog.feeds.channel import Byline, Channel, Item

VERSION = "https://jsonfeed.org/version/1.1"


def write(channel: Channel) -> bytes:
    """Return the feed's bytes."""
    return orjson.dumps(
        {
            "version": VERSION,
            "title": channel.title,
            "description": channel.description,
            "home_page_url": channel.home,
            "feed_url": channel.address("feed.json"),
            "language": channel.language,
            **({"hubs": [{"type": "WebSub", "url": channel.hub}]} if channel.hub else {}),
            "items": [_item(item) for item in channel.items],
        }
    )


def _item(item: Item) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "summary": item.excerpt,
        "date_published": item.published,
        "date_modified": item.updated,
        "authors": [_author(author) for author in item.authors],
        "tags": list(item.tags),
        # an item has to hold a text: where it is for members, its summary stands for it
        **({"content_text": item.excerpt} if item.html is None else {"content_html": item.html}),
    }
    if item.language is not None:
        written["language"] = item.language
    if item.enclosure is not None:
        written["image"] = item.enclosure.url
    return written


def _author(author: Byline) -> dict[str, str]:
    written = {"name": author.name, "url": author.url}
    return {**written, "avatar": author.avatar} if author.avatar is not None else written
