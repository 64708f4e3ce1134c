"""How one service speaks to another: over HTTP, or by a plain WSGI call inside one process.

Both carry the same requests and the same bytes, so that nothing above them knows in which shape it runs.
"""

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

import urllib3

from api.shared.tracing import passed_on

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ServiceUnavailable(Exception):
    """The other service could not be reached or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Carries one request to one service."""

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Send a request; `path` starts with `/` and may hold a query. Raises ServiceUnavailable."""


class HttpTransport:
    """Keep-alive connections to a service at `url`; safe requests are tried once more, with jitter."""

    def __init__(self, url: str, *, connections: int = 16, timeout: float = 5.0) -> None:
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            maxsize=connections,
            block=False,
            timeout=urllib3.Timeout(connect=min(1.0, timeout), read=timeout),
        )
        self._retries = urllib3.Retry(
            total=1,
            redirect=0,
            status=0,
            allowed_methods=SAFE_METHODS,
            backoff_factor=0.05,
            backoff_jitter=0.05,
        )

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Send a request over a pooled connection."""
        try:
            answer = self._pool.request(
                method,
                self._url + path,
                headers={**passed_on(), **(headers or {})},
                body=body or None,
                retries=self._retries,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise ServiceUnavailable(f"{self._url} did not answer") from error
        return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.data)


class WsgiTransport:
    """Calls a WSGI application in this process."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Call the application with a minimal PEP 3333 environment; what it binds for its log does not stay here."""
        environ = _environ(method, path, {**passed_on(), **(headers or {})}, body)
        return copy_context().run(self._answer, environ)

    def _answer(self, environ: dict[str, Any]) -> Reply:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, fields: list[tuple[str, str]], _exc_info: object = None) -> None:
            started[:] = [(status, fields)]

        chunks = self._app(environ, start_response)
        try:
            payload = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, fields = started[0]
        return Reply(int(status[:3]), {name.lower(): value for name, value in fields}, payload)


def _environ(method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    bare, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        # PEP 3333: the decoded path as latin-1
        "PATH_INFO": unquote_to_bytes(bare).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "in-process",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        # Who calls within this process says for whom; over a network the settings say which proxies are believed.
        "REMOTE_ADDR": headers.get("X-Forwarded-For", "127.0.0.1"),
        "CONTENT_LENGTH": str(len(body)) if body or method not in SAFE_METHODS else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return environ
