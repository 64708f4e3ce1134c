"""Fills a data folder with posts: some through the API, all others as copies of their records, committed in bulk.

A copy has its own id, slug, title, time and tags, and shares its text with the post it was copied from; rendering a
hundred thousand texts would take longer than everything that is measured.
"""

import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from api.shared import logs
from api.shared.clock import SystemClock, rfc3339
from api.shared.http import new_id
from api.shared.store import Operation, Record, Store, insert
from api.shared.transport import WsgiTransport
from benchmarks.blog_client import OWNER
from benchmarks.bulk import write_all
from benchmarks.texts import TAGS, text
from flask_blog import local
from flask_blog.client import Client
from flask_blog.data_folder import DataFolder
from flask_blog.services import Services, open_services

ORIGIN = "http://127.0.0.1"
TEMPLATES = 50
FIRST_DAY = datetime(2010, 1, 1, 9, tzinfo=UTC)
# Every rare word stands in this many posts
RARITY = 50
SEED = 20_101


@dataclass(frozen=True)
class Blog:
    """A blog composed in this process, and the key by which its Blog Service reaches the Database Service."""

    services: Services
    store: Store
    client: Client

    def get(self, path: str) -> Any:
        """Return the JSON that the public API answers to an anonymous reader."""
        return orjson.loads(self.bytes_of(path))

    def bytes_of(self, path: str) -> bytes:
        """Return what the Blog Service answers to an anonymous reader."""
        reply = WsgiTransport(self.services.blog).request("GET", path)
        if reply.status != 200:  # HTTP's own number
            raise LookupError(f"{path} answered {reply.status}: {reply.body[:200]!r}")
        return reply.body


def opened(folder: Path, **settings: str) -> Blog:
    """Open the blog of a data folder in this process, with an owner; whoever opens it closes its services."""
    logs.configure(json_lines=True, level=logging.WARNING)
    data = DataFolder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    services = open_services(data, SystemClock(), public_url=ORIGIN, settings={**local.NO_LIMITS, **settings})
    token = _owner(services)
    key = (data.secrets / "blog.key").read_text("utf-8").strip()
    store = Store(WsgiTransport(services.database), database="blog", key=key)
    return Blog(services, store, Client(WsgiTransport(services.blog), local.BLOG_API, token=token))


def fill(blog: Blog, posts: int) -> None:
    """Bring an empty blog to this many public posts."""
    templates = [_template(blog, number) for number in range(min(TEMPLATES, posts))]
    tags = [tag["id"] for tag in blog.store.find("tags", sort="name", limit=200).records]
    write_all(blog.store, copies(templates, tags, range(len(templates), posts)))


def _owner(services: Services) -> str:
    from api.users.app import setup_link  # noqa: PLC0415 - see flask_blog.services.open_services

    users = WsgiTransport(services.users)
    link = setup_link(services.users)
    path, body = "/api/users/v1/sessions", {"identifier": OWNER["username"], "password": OWNER["password"]}
    if link is not None:
        path, body = "/api/users/v1/setup", {**OWNER, "code": link.rpartition("=")[2]}
    reply = users.request("POST", path, headers={"Content-Type": "application/json"}, body=orjson.dumps(body))
    return str(orjson.loads(reply.body)["access_token"])


def _template(blog: Blog, number: int) -> Record:
    body = {
        "title": f"Template {number}",
        "markdown": text(number),
        "status": "published",
        "tags": [TAGS[number % len(TAGS)]],
        "published_at": rfc3339(FIRST_DAY),
    }
    made = blog.client.make("/posts", body)
    found = blog.store.get("posts", made["id"])
    assert found is not None  # noqa: S101 - it was made just now
    return found.record


def copies(
    templates: Sequence[Mapping[str, Any]], tags: Sequence[str], numbers: range
) -> Iterator[Sequence[Operation]]:
    """Yield what inserts a post with its slug, for each number: copies of the templates with some of the tags."""
    draw = random.Random(SEED)  # noqa: S311 - the same posts each time
    for number in numbers:
        copied = {name: value for name, value in templates[number % len(templates)].items() if name != "version"}
        post_id, slug = new_id(), f"post-{number}"
        when = rfc3339(FIRST_DAY + timedelta(minutes=75 * number))
        values = {
            **copied,
            "slug": slug,
            "title": f"Post {number} about rare{number // RARITY}",
            "tag_ids": draw.sample(list(tags), draw.choice((0, 1, 1, 2, 3))),
            "published_at": when,
            "created_at": when,
            "updated_at": when,
        }
        del values["id"]
        yield insert("posts", post_id, values), insert("slugs", slug, {"post_id": post_id, "created_at": when})
