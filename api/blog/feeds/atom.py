"""Writes a feed as Atom (RFC 4287)."""

from api.blog.feeds.channel import Byline, Channel, Enclosure, Item
from api.blog.feeds.markup import document, element, empty, text

NAMESPACE = "http://www.w3.org/2005/Atom"


def write(channel: Channel) -> bytes:
    """Return the feed's bytes."""
    own = channel.address("atom.xml")
    head = [
        text("id", own),
        text("title", channel.title),
        text("subtitle", channel.description),
        text("updated", channel.updated),
        empty("link", href=own, rel="self", type="application/atom+xml"),
        empty("link", href=channel.home, rel="alternate", type="text/html"),
        *([empty("link", href=channel.hub, rel="hub")] if channel.hub else []),
    ]
    entries = [_entry(item) for item in channel.items]
    return document(element("feed", [*head, *entries], xmlns=NAMESPACE, xml_lang=channel.language))


def _entry(item: Item) -> str:
    children = [
        text("id", item.id),
        text("title", item.title),
        empty("link", href=item.url, rel="alternate", type="text/html"),
        text("published", item.published),
        text("updated", item.updated),
        *(_author(author) for author in item.authors),
        *(empty("category", term=tag) for tag in item.tags),
        text("summary", item.excerpt),
        *([] if item.html is None else [text("content", item.html, type="html")]),
        *([] if item.enclosure is None else [_enclosure(item.enclosure)]),
    ]
    return element("entry", children, **({"xml_lang": item.language} if item.language else {}))


def _author(author: Byline) -> str:
    return element("author", [text("name", author.name), text("uri", author.url)])


def _enclosure(enclosure: Enclosure) -> str:
    return empty("link", rel="enclosure", href=enclosure.url, type=enclosure.content_type, length=str(enclosure.bytes))
