"""A client of the public API, as any third party could write one: patient, and safe to interrupt.

Waits when it is told to (429 and 503 with `Retry-After`) or when nobody answers, and sends every POST with an
`Idempotency-Key`, so that asking again after a lost answer has no second effect.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from urllib3.filepost import encode_multipart_formdata

from api.shared.http import new_id
from api.shared.transport import Reply, ServiceUnavailable, Transport

PATIENCE_SECONDS = 120.0
LONGEST_WAIT_SECONDS = 60.0
FIRST_WAIT_SECONDS = 0.5
FIRST_ERROR = 400
PAGE = 100
# refusals that every further request would meet, too
STOPPING = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_WAITING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.BAD_GATEWAY})


class Unreachable(Exception):
    """The API did not answer, or asked to wait, for longer than is reasonable."""


class Refused(Exception):
    """The API answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", status))
        self.errors = problem.get("errors", ())
        details = [f"{one.get('pointer') or one.get('parameter')}: {one.get('detail')}" for one in self.errors]
        text = str(problem.get("detail") or problem.get("title") or f"status {status}")
        super().__init__("; ".join(details) or text)


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload."""

    name: str
    content_type: str
    data: bytes


class Client:
    """Calls one service's public API; `token` is a bearer token or None."""

    def __init__(
        self,
        transport: Transport,
        root: str,
        *,
        token: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`root` is the path of the API, such as `/api/blog/v1`."""
        self._transport = transport
        self._root = root
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._sleep = sleep

    def find(self, path: str, **query: str) -> Any:
        """Return what is at a path or where that has moved to, or None. Raises Refused, Unreachable."""
        try:
            reply = self._request("GET", _with_query(path, query), {}, b"")
            if reply.status == HTTPStatus.MOVED_PERMANENTLY:
                reply = self._request("GET", reply.headers["location"].partition(self._root)[2], {}, b"")
            return _json(reply)
        except Refused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def walk(self, path: str, **query: str) -> Iterator[Any]:
        """Yield every item of a list, page by page. Raises Refused, Unreachable."""
        query = {"limit": str(PAGE), **query}
        while True:
            page = _json(self._request("GET", _with_query(path, query), {}, b""))
            yield from page["items"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def fetch(self, path: str) -> bytes:
        """Return the bytes of a file that the service serves outside its API. Raises Refused, Unreachable."""
        return self._request("GET", path, {}, b"", root="").body

    def make(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a JSON body once, however often it must be sent. Raises Refused, Unreachable."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": new_id()}
        return _json(self._request("POST", path, headers, orjson.dumps(body)))

    def merge(self, path: str, body: Mapping[str, Any], *, version: int) -> Any:
        """PATCH what still has the version that was read. Raises Refused, Unreachable."""
        headers = {"Content-Type": "application/json", "If-Match": f'"{version}"'}
        return _json(self._request("PATCH", path, headers, orjson.dumps(body)))

    def upload(self, path: str, file: File) -> Any:
        """POST a file as multipart/form-data. Raises Refused, Unreachable."""
        # a fixed boundary, so that a second try has the same bytes
        boundary = new_id()
        fields = {"file": (file.name, file.data, file.content_type)}
        body, content_type = encode_multipart_formdata(fields, boundary)
        headers = {"Content-Type": content_type, "Idempotency-Key": boundary}
        return _json(self._request("POST", path, headers, body))

    def remove(self, path: str) -> None:
        """DELETE what needs no precondition. Raises Refused, Unreachable."""
        self._request("DELETE", path, {}, b"")

    def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, root: str | None = None
    ) -> Reply:
        address = (self._root if root is None else root) + path
        waited, pause = 0.0, FIRST_WAIT_SECONDS
        while True:
            wish = self._attempt(method, address, headers, body)
            if isinstance(wish, Reply):
                return wish
            wait = min(pause if wish is None else wish, LONGEST_WAIT_SECONDS)
            waited, pause = waited + wait, pause * 2
            if waited > PATIENCE_SECONDS:
                raise Unreachable("The blog does not answer.")
            self._sleep(wait)

    def _attempt(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Reply | float | None:
        """Send a request; returns the answer, or how long to wait before the next try (None: nobody said)."""
        try:
            reply = self._transport.request(method, address, headers={**self._headers, **headers}, body=body)
        except ServiceUnavailable:
            return None
        if reply.status in _WAITING:
            wish = reply.headers.get("retry-after", "")
            return float(wish) if wish.isdecimal() else None
        if reply.status >= FIRST_ERROR:
            raise Refused(reply.status, _problem(reply))
        return reply


def segment(text: str) -> str:
    """Return a text as one segment of a path."""
    return quote(text, safe="")


def _with_query(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _json(reply: Reply) -> Any:
    try:
        return orjson.loads(reply.body)
    except ValueError as error:
        raise Refused(
            reply.status, {"detail": "the answer is no JSON: is this the address of a Flask Blog?"}
        ) from error


def _problem(reply: Reply) -> Mapping[str, Any]:
    try:
        problem = orjson.loads(reply.body)
    except ValueError:
        problem = None
    return problem if isinstance(problem, dict) else {"title": f"status {reply.status}, and no problem+json"}
