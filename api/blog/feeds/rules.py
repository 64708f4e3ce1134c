"""Whose feed it is, and in which format."""

from collections.abc import Callable, Mapping

from api.blog.authors import rules as authors
from api.blog.context import Context
from api.blog.feeds import atom, channel, json_feed, rss
from api.blog.series import rules as series
from api.blog.tags import rules as tags

Writer = Callable[[channel.Channel], bytes]

WRITERS: Mapping[str, Writer] = {"feed.xml": rss.write, "atom.xml": atom.write, "feed.json": json_feed.write}


def of_site(context: Context, name: str) -> bytes:
    """Return the site's feed in the format of a file name."""
    return WRITERS[name](channel.of_site(context))


def of_tag(context: Context, name: str, slug: str) -> bytes:
    """Return a tag's feed. Raises 404."""
    return WRITERS[name](channel.of_tag(context, tags.one(context, None, slug)))


def of_author(context: Context, name: str, username: str) -> bytes:
    """Return an author's feed. Raises 404."""
    return WRITERS[name](channel.of_author(context, authors.one(context, username)))


def of_series(context: Context, name: str, slug: str) -> bytes:
    """Return the feed of a series. Raises 404."""
    return WRITERS[name](channel.of_series(context, series.one(context, None, slug)))
