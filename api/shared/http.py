"""HTTP's own rules in one place: entity tags, conditional requests, request ids, idempotency keys."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO

from flask import Flask, Request, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars
from uuid_utils import uuid7
from werkzeug.http import parse_accept_header

from api.shared.problems import (
    BAD_REQUEST,
    INVALID,
    LENGTH_REQUIRED,
    PRECONDITION_FAILED,
    PRECONDITION_REQUIRED,
    Fault,
    Problem,
)

# The methods whose bodies are read (RFC 9110, section 9.3); what comes with another is ignored
WITH_BODY = frozenset({"PATCH", "POST", "PUT"})

# what generated clients name where an operation answers nothing but problems
JSON_ANSWERS = ("application/json", "application/problem+json")

# how much of an uploaded file is read at once
PART = 1 << 20

_REQUEST_ID = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_VERSION_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,17})(?:-[0-9a-f]+)?"')
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def new_id() -> str:
    """Return a fresh UUIDv7 (RFC 9562) as text; ids made later sort later."""
    return str(uuid7())


def request_id(given: str) -> str:
    """Return the id that a caller gave to its request, if it can be one, or a fresh one."""
    return given if _REQUEST_ID.fullmatch(given) else new_id()


def etag(version: int | None, body: bytes, *, shaped: bool) -> str:
    """Return an entity tag (RFC 9110): the version, with a digest of the bytes when something else shaped them."""
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    if version is None:
        return f'"{digest}"'
    return f'"{version}-{digest}"' if shaped else f'"{version}"'


def matches(header: str, tag: str) -> bool:
    """Tell whether an `If-None-Match` header names the tag, by weak comparison."""
    if header.strip() == "*":
        return True
    bare = tag.removeprefix("W/")
    return any(candidate.strip().removeprefix("W/") == bare for candidate in header.split(","))


def bare(content_type: str) -> str:
    """Return a content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def acceptable(header: str, *types: str) -> bool | None:
    """Tell what an `Accept` header (RFC 9110, section 12.5.1) says of an answer: the first type it speaks of decides.

    None when it speaks of none of them. Parameters are not looked at: `application/json; charset=utf-8` is JSON.
    """
    offered: dict[str, float] = {}
    for media_range, quality in parse_accept_header(header):
        name = bare(media_range)
        offered[name] = max(quality, offered.get(name, 0))
    for content_type in types:
        for media_range in (content_type, f"{content_type.partition('/')[0]}/*", "*/*"):
            if media_range in offered:
                return offered[media_range] > 0
    return None if offered else True


def required_version(header: str | None) -> int | None:
    """Read `If-Match`; None stands for `*`. Raises 428 when absent, 412 for a tag this API never gave."""
    if header is None:
        raise Problem(PRECONDITION_REQUIRED)
    if header.strip() == "*":
        return None
    match = _VERSION_TAG.fullmatch(header.strip())
    if match is None:
        quoted = _VERSION_TAG.fullmatch(f'"{header.strip()}"') is not None
        detail = "Send the ETag as it came, with its quotes." if quoted else "This resource never had such an ETag."
        raise Problem(PRECONDITION_FAILED, detail)
    return int(match[1])


def version_mismatch(version: int, **more: object) -> Problem:
    """Return the 412 problem that carries what the client needs to read again and merge."""
    tag = f'"{version}"'
    return Problem(PRECONDITION_FAILED, extra={"version": version, "etag": tag, **more}, headers={"ETag": tag})


@dataclass(frozen=True, slots=True)
class RetryKey:
    """A client's `Idempotency-Key`, scoped to the caller, and the digest of its request."""

    key: str
    fingerprint: str


def retry_key(incoming: Request, caller_key: str) -> RetryKey | None:
    """Read the `Idempotency-Key` header (IETF draft-ietf-httpapi-idempotency-key-header)."""
    key = incoming.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        detail = "1 to 255 visible ASCII characters"
        raise Problem(INVALID, faults=[Fault("invalid", detail, parameter="Idempotency-Key")])
    digest = hashlib.sha256()
    for part in (incoming.method.encode(), incoming.full_path.encode(), *_parts(incoming)):
        digest.update(len(part).to_bytes(8, "big") + part)
    scoped = hashlib.sha256(f"{caller_key}\n{key}".encode()).hexdigest()
    return RetryKey(scoped, digest.hexdigest())


def _parts(incoming: Request) -> Iterator[bytes]:
    """Yield what the body says; of a multipart body the parts, because every retry has another boundary."""
    if incoming.mimetype != "multipart/form-data":
        yield incoming.get_data()
        return
    for name, text in sorted(incoming.form.items(multi=True)):
        yield from (name.encode(), text.encode())
    for name, file in sorted(incoming.files.items(multi=True), key=lambda pair: pair[0]):
        # its digest stands for a file, which may be too large to be read at once
        yield from (name.encode(), (file.filename or "").encode(), _digest(file.stream))
        file.stream.seek(0)


def _digest(file: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    while part := file.read(PART):
        digest.update(part)
    return digest.digest()


def install(app: Flask) -> None:
    """Give each request an id, refuse bodies of unknown length, and set the headers that every answer has."""

    def begin() -> None:
        clear_contextvars()
        g.request_id = request_id(request.headers.get("X-Request-ID", ""))
        bind_contextvars(request_id=g.request_id)
        trace = request.headers.get("traceparent", "")
        if _TRACE_PARENT.fullmatch(trace):
            bind_contextvars(traceparent=trace)
        # Werkzeug would cut a chunked body silently at MAX_CONTENT_LENGTH
        if request.method in WITH_BODY and request.headers.get("Transfer-Encoding"):
            raise Problem(LENGTH_REQUIRED)
        if "\0" in request.path:
            raise Problem(BAD_REQUEST)

    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        return response

    app.before_request(begin)
    app.after_request(finish)
