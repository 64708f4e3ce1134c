"""What happened, as webhooks are told of it: worked out from one change of the feed and what was told before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.blog.context import Context
from api.blog.media.presentation import present as present_media
from api.blog.posts.presentation import address
from api.blog.posts.rules import status_of
from api.shared.store import Record

_POST = (
    "id", "kind", "slug", "title", "summary", "language", "visibility", "published_at", "updated_at", "version",
)  # fmt: skip
_COMMENT = ("id", "post_id", "parent_id", "status", "created_at", "edited_at", "version")
_MEDIA = ("id", "url", "content_type", "width", "height", "bytes", "alt", "created_at", "version")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a subject at a time; `position` is the number of the change that says so."""

    name: str
    subject: str
    at: str
    position: int
    data: Mapping[str, Any]

    def payload(self) -> dict[str, Any]:
        """Return what is sent."""
        return {"type": self.name, "timestamp": self.at, "data": dict(self.data)}


@dataclass(frozen=True, slots=True)
class Known:
    """What was told before: by id, whether readers see it; and since when that is kept."""

    shown: Mapping[str, bool]
    begun_at: str
    now: str


def happened(context: Context, change: Mapping[str, Any], known: Known) -> tuple[Event | None, bool | None]:
    """Return the event that a change is, if it is one, and whether readers see the record now.

    The second is None for what has no such state. What was published before anything was kept is taken as seen.
    """
    kind = change["collection"]
    if kind == "posts":
        return _of_post(context, change, known)
    if kind == "comments":
        return _of_comment(change, known)
    return (_of_media(context, change), None) if kind == "media" else (None, None)


def due(context: Context, post: Record, position: int) -> Event:
    """Return the event that a post is public because its time has come."""
    return _event("post.published", "posts", post["published_at"], position, _post(context, post))


def _of_post(context: Context, change: Mapping[str, Any], known: Known) -> tuple[Event | None, bool | None]:
    post = change["record"]
    is_gone = change["op"] == "delete"
    sees = not is_gone and status_of(post, known.now) == "published"
    saw = known.shown.get(post["id"], change["op"] != "insert" and _stood(post, known.begun_at))
    if not sees and not saw:
        return None, False
    names = {(False, True): "post.published", (True, True): "post.updated", (True, False): "post.unpublished"}
    name = "post.deleted" if is_gone or post["status"] == "trashed" else names[saw, sees]
    return _event(name, "posts", change["at"], change["seq"], _post(context, post)), sees


def _stood(post: Record, at: str) -> bool:
    return post["published_at"] is not None and bool(post["published_at"] <= at)


def _of_comment(change: Mapping[str, Any], known: Known) -> tuple[Event | None, bool | None]:
    comment = change["record"]
    if change["op"] == "delete":
        return None, False
    sees = comment["status"] == "approved"
    saw = known.shown.get(comment["id"], comment["created_at"] <= known.begun_at)
    data = {name: comment[name] for name in _COMMENT}
    if change["op"] == "insert":
        return _event("comment.created", "comments", change["at"], change["seq"], data), sees
    if sees and not saw:
        return _event("comment.approved", "comments", change["at"], change["seq"], data), True
    return None, sees


def _of_media(context: Context, change: Mapping[str, Any]) -> Event | None:
    name = {"insert": "media.created", "delete": "media.deleted"}.get(change["op"])
    if name is None:
        return None
    shown = present_media(change["record"])
    data = {each: shown[each] for each in _MEDIA} | {"url": context.public_url + shown["url"]}
    return _event(name, "media", change["at"], change["seq"], data)


def _event(name: str, collection: str, at: str, position: int, data: Mapping[str, Any]) -> Event:
    return Event(name, f"{collection}/{data['id']}", at, position, data)


def _post(context: Context, post: Record) -> dict[str, Any]:
    return {name: post[name] for name in _POST} | {"url": address(context, post)}
