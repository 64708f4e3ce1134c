"""Judges of feeds that know nothing of this program: feedparser, atoma (strict on what has to be there), a schema."""

import json
from collections.abc import Mapping
from functools import cache

import atoma
import feedparser
from atoma.exceptions import FeedParseError
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.support.shared_data import shared_data

TYPES: Mapping[str, str] = {
    "feed.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
}
STRICT = {"feed.xml": atoma.parse_rss_bytes, "atom.xml": atoma.parse_atom_bytes}


def faults(file: str, body: bytes, content_type: str) -> list[str]:
    """Return what the judges have to say against a feed, by the name of its file."""
    if content_type.partition(";")[0] != TYPES[file]:
        return [f"served as {content_type}"]
    if file == "feed.json":
        return [error.message for error in _json_feed_judge().iter_errors(json.loads(body))]
    parsed = feedparser.parse(body, response_headers={"content-type": content_type})
    complaints = [str(parsed.get("bozo_exception", "bozo"))] if parsed.bozo else []
    try:
        STRICT[file](body)
    except (FeedParseError, ValueError) as error:
        complaints.append(repr(error))
    return complaints


@cache
def _json_feed_judge() -> Draft4Validator:
    folder = shared_data("feeds") / "jsonfeed"
    version_1, version_1_1 = (
        json.loads((folder / name).read_text("utf-8"))
        for name in ("schemas_json_feed-1.json", "schemas_json_feed.json")
    )
    known = Registry().with_resource("feed-1", DRAFT4.create_resource(version_1))
    return Draft4Validator(version_1_1, registry=known)
