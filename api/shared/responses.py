"""What an operation answers, and how that becomes bytes and headers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, request
from marshmallow import Schema

from api.shared import http

if TYPE_CHECKING:
    from api.shared.operations import Contract

NO_CONTENT = 204
FIRST_REDIRECT = 300
SHOWS_KEY = "flask_blog.shows"
PUBLIC = "public, max-age=0, s-maxage=1"
PRIVATE = "private, no-cache"
NEVER = "no-store"


@dataclass(frozen=True, slots=True)
class Answer:
    """An operation's answer.

    `version` makes the ETag, with a digest of the bytes when `fields` (the sparse selection asked for) or something
    beside the record (`shaped`) made them; what is not to be `kept` no cache may store. `shows` names the records the
    answer depends on (`collection` or `collection/id`) and `fresh_until` the moment another one falls due, for the
    cache.
    """

    body: Any = None
    status: int | None = None
    version: int | None = None
    location: str | None = None
    fields: Sequence[str] | None = None
    shaped: bool = False
    kept: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    shows: Iterable[str] = ()
    fresh_until: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A body that nobody needs memory for: what makes its parts, their length together, and its tag."""

    parts: Callable[[], Iterator[bytes]]
    length: int
    etag: str


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as bytes: what is sent, and what is kept under an idempotency key."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON shape that is stored with the commit."""
        return {"status": self.status, "headers": dict(self.headers), "body": self.body.decode()}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "Saved":
        """Read what `to_wire` wrote."""
        return cls(wire["status"], wire["headers"], wire["body"].encode())


@lru_cache(maxsize=512)
def _serializer(schema: type[Schema], selection: tuple[str, ...] | None) -> Schema:
    if selection is None:
        return schema()
    declared = schema._declared_fields  # noqa: SLF001 - marshmallow offers no public view of it before an instance
    if "items" not in declared:
        return schema(only=selection)
    # the choice is about the items; what a list says of itself stays
    return schema(only=[*(f"items.{name}" for name in selection), *(name for name in declared if name != "items")])


def save(contract: "Contract", answer: Answer) -> Saved:
    """Serialise an answer with the operation's schema."""
    headers = dict(answer.headers)
    status = answer.status or contract.status
    if answer.location is not None:
        headers["Location"] = answer.location
    if contract.content_type is not None and isinstance(answer.body, bytes):
        tagged = {"Content-Type": contract.content_type, "ETag": http.etag(None, answer.body, shaped=False)}
        return Saved(status, {**headers, **tagged}, answer.body)
    if contract.content_type is not None and isinstance(answer.body, Stream):
        return Saved(status, {**headers, "Content-Type": contract.content_type, "ETag": answer.body.etag}, b"")
    if contract.returns is None or status == NO_CONTENT or answer.body is None:
        return Saved(NO_CONTENT if answer.status is None else status, headers, b"")
    selection = tuple(answer.fields) if answer.fields else None
    body = orjson.dumps(_serializer(contract.returns, selection).dump(answer.body))
    headers["ETag"] = http.etag(answer.version, body, shaped=answer.shaped or selection is not None)
    return Saved(status, headers, body)


def respond(saved: Saved, answer: Answer, *, anonymous: bool, cacheable: bool) -> Response:
    """Answer a request; a GET whose `If-None-Match` names the current tag gets 304."""
    response = _response(saved)
    reads = request.method in {"GET", "HEAD"}
    if not reads or not cacheable or not answer.kept:
        response.headers["Cache-Control"] = NEVER
    else:
        response.headers["Cache-Control"] = PUBLIC if anonymous else PRIVATE
        response.vary.update(["Authorization", "Accept-Encoding"])
        request.environ[SHOWS_KEY] = (frozenset(answer.shows), answer.fresh_until)
    wanted = request.headers.get("If-None-Match")
    tag = saved.headers.get("ETag")
    if reads and wanted and tag and http.matches(wanted, tag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Type", "Content-Disposition"):
            response.headers.pop(name, None)
    elif isinstance(answer.body, Stream):
        response.content_type = saved.headers["Content-Type"]
        response.content_length = answer.body.length
        response.response = answer.body.parts() if request.method == "GET" else ()
    return response


def respond_saved(saved: Saved, *, replayed: bool) -> Response:
    """Send a stored answer again, byte for byte."""
    response = _response(saved)
    response.headers["Cache-Control"] = NEVER
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _response(saved: Saved) -> Response:
    response = Response(saved.body, status=saved.status, headers=dict(saved.headers))
    if saved.body:
        response.content_type = saved.headers.get("Content-Type", "application/json")
    else:
        del response.headers["Content-Type"]
    return response
