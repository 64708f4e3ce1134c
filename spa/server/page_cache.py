"""Rendered pages in front of Flask: a page that was checked within the last second costs one look-up."""

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import brotli

from api.shared.clock import Clock
from spa.server.bounded import BoundedStore

FRESH = timedelta(seconds=1)
MARGIN = 2000
# Quality 5 packs a page in about a millisecond; a kept page is packed once.
QUALITY = 5
LEVEL = 6

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(slots=True)
class RenderedPage:
    """A whole HTML answer, itself a WSGI application, and what it was made from."""

    status: str
    body: bytes
    headers: Mapping[str, str]
    sources: Mapping[str, str] = field(default_factory=dict)
    """The mark of each API answer the page shows; another mark means another page."""
    day: date | None = None
    """Relative dates were said on this day."""
    checked: datetime | None = None
    stale: bool = False
    packed: dict[str, bytes] = field(default_factory=dict)
    etag: str = ""

    def __post_init__(self) -> None:
        """Name the page by its bytes: weak, because each content coding has other bytes for the same page."""
        self.etag = f'W/"{blake2b(self.body, digest_size=12).hexdigest()}"'

    @property
    def size(self) -> int:
        """Bytes in memory, with room for the packed forms."""
        return len(self.body) * 3 // 2 + MARGIN

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a GET or HEAD request, 304 when the reader has this page."""
        fields = [*self.headers.items(), ("ETag", self.etag), ("Vary", "Accept-Encoding")]
        if self.stale:
            # RFC 9211: a negative ttl says for how long the answer has been stale.
            fields.append(("Cache-Status", "frontend; hit; ttl=-1"))
        if self.status.startswith("200") and self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", fields)
            return []
        coding = _coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        body = self._packed(coding) if coding else self.body
        if coding:
            fields.append(("Content-Encoding", coding))
        fields.append(("Content-Length", str(len(body))))
        start_response(self.status, fields)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _packed(self, coding: str) -> bytes:
        body = self.packed.get(coding)
        if body is None:
            body = brotli.compress(self.body, quality=QUALITY) if coding == "br" else gzip.compress(self.body, LEVEL)
            self.packed[coding] = body
        return body


@lru_cache(maxsize=64)
def _coding(accepted: str) -> str:
    offered = {
        name.strip() for name, _, quality in (part.partition(";") for part in accepted.lower().split(","))
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    }  # fmt: skip
    return "br" if "br" in offered else "gzip" if "gzip" in offered else ""


class PageCache:
    """A WSGI layer: answers from kept pages, passes everything else on."""

    def __init__(self, app: WsgiApp, pages: BoundedStore[RenderedPage], clock: Clock) -> None:
        self._app = app
        self._pages = pages
        self._clock = clock

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI request."""
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            page = self._pages.get(environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", ""))
            if page is not None and page.checked is not None and self._clock.now() - page.checked < FRESH:
                return page(environ, start_response)
        return self._app(environ, start_response)
