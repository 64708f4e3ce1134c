"""Writes a feed as RSS 2.0 (the RSS Advisory Board's specification), with the text in `content:encoded`."""

from email.utils import format_datetime

from api.blog.feeds.channel import Channel, Enclosure, Item
from api.blog.feeds.markup import document, element, empty, text
from api.shared.clock import parse_rfc3339

NAMESPACES = {
    "xmlns_atom": "http://www.w3.org/2005/Atom",
    "xmlns_content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns_dc": "http://purl.org/dc/elements/1.1/",
}


def write(channel: Channel) -> bytes:
    """Return the feed's bytes."""
    head = [
        text("title", channel.title),
        text("link", channel.home),
        text("description", channel.description or channel.title),
        text("language", channel.language),
        text("lastBuildDate", _date(channel.updated)),
        empty("atom:link", href=channel.address("feed.xml"), rel="self", type="application/rss+xml"),
        *([empty("atom:link", href=channel.hub, rel="hub")] if channel.hub else []),
    ]
    items = [element("item", _item(item)) for item in channel.items]
    return document(element("rss", [element("channel", [*head, *items])], version="2.0", **NAMESPACES))


def _item(item: Item) -> list[str]:
    return [
        text("title", item.title),
        text("link", item.url),
        text("guid", item.id, isPermaLink="false"),
        text("pubDate", _date(item.published)),
        *(text("dc:creator", author.name) for author in item.authors),
        *(text("category", tag) for tag in item.tags),
        text("description", item.excerpt),
        *([] if item.html is None else [text("content:encoded", item.html)]),
        *([] if item.enclosure is None else [_enclosure(item.enclosure)]),
    ]


def _enclosure(enclosure: Enclosure) -> str:
    return empty("enclosure", url=enclosure.url, length=str(enclosure.bytes), type=enclosure.content_type)


def _date(moment: str) -> str:
    return format_datetime(parse_rfc3339(moment), usegmt=True)
