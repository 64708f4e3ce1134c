"""One origin in front of the services on this machine: nginx's part when no nginx is there.

For development and tests. It routes like `deploy/gateway/site.conf` (a test holds the two together) and leaves out
what only a gateway on the internet needs: compression, several replicas, slow clients.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import urllib3

StartResponse = Callable[[str, list[tuple[str, str]]], object]

ROUTES = (
    (re.compile(r"/api/blog/|/media/"), "blog"),
    (re.compile(r"/(?:(?:tags|authors|series)/[^/]+/)?(?:feed\.xml|atom\.xml|feed\.json)$"), "blog"),
    (re.compile(r"/(?:sitemap\.xml|[A-Za-z0-9-]+\.txt)$"), "blog"),
    (re.compile(r"/api/users/|/\.well-known/jwks\.json$"), "users"),
    (re.compile(r"/metrics(?:/|$)", re.IGNORECASE), None),
    (re.compile(r"/"), "frontend"),
)
HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
# The client's own word on who it is and how it came is dropped, as in deploy/gateway/proxy.conf.
REPLACED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})
CHUNK = 64 * 1024


def service_for(path: str) -> str | None:
    """Return the service that answers a path, None for what stays inside."""
    return next((service for pattern, service in ROUTES if pattern.match(path)), None)


class Gateway:
    """A WSGI application that hands every request to the service that answers it."""

    def __init__(self, services: Mapping[str, str]) -> None:
        """`services` says where each of frontend, blog and users listens, as a URL."""
        self._services = services
        self._pool = urllib3.PoolManager(maxsize=16, timeout=urllib3.Timeout(connect=1, read=60), retries=False)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        service = service_for(environ["PATH_INFO"])
        if service is None:
            return _answer(start_response, "404 Not Found")
        try:
            reply = self._ask(self._services[service], environ)
        except urllib3.exceptions.HTTPError:
            return _answer(start_response, "503 Service Unavailable")
        headers = [(name, value) for name, value in reply.headers.items() if name.lower() not in HOP_BY_HOP]
        start_response(f"{reply.status} {reply.reason}", headers)
        return _chunks(reply)

    def _ask(self, url: str, environ: Mapping[str, Any]) -> urllib3.BaseHTTPResponse:
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        return self._pool.request(
            environ["REQUEST_METHOD"],
            f"{url}{path}{query}",
            headers=_forwarded(environ),
            body=environ["wsgi.input"].read() or None,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )


def _forwarded(environ: Mapping[str, Any]) -> dict[str, str]:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
    }
    kept = {name: value for name, value in headers.items() if name not in HOP_BY_HOP | REPLACED}
    return {
        **kept,
        "x-forwarded-for": environ["REMOTE_ADDR"],
        "x-forwarded-proto": environ["wsgi.url_scheme"],
        "x-forwarded-host": environ.get("HTTP_HOST", ""),
    }


def _chunks(reply: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from reply.stream(CHUNK, decode_content=False)
    finally:
        reply.release_conn()


def _answer(start_response: StartResponse, status: str) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
    return [status.encode()]


def from_environment() -> Gateway:
    """Make the gateway from GATEWAY_FRONTEND_URL, GATEWAY_BLOG_URL and GATEWAY_USERS_URL."""
    return Gateway({name: os.environ[f"GATEWAY_{name.upper()}_URL"] for name in ("frontend", "blog", "users")})
