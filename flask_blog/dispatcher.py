"""Sends each request of the one public origin to the service that answers it; see "Public URLs" in the README.

What a gateway does for separate services. The Database Service and every `/metrics` are not reachable here.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from api.shared.transport import WsgiApp, WsgiTransport

OK = 200

_FEED = re.compile(r"(?:/(?:tags|authors|series)/[^/]+)?/(?:feed\.xml|atom\.xml|feed\.json)")
# the key of IndexNow lies in a file of its own name
_KEY = re.compile(r"/[A-Za-z0-9-]+\.txt", re.ASCII)
_BLOG_FILES = frozenset({"/sitemap.xml", "/robots.txt"})
_USERS_FILES = frozenset({"/.well-known/jwks.json"})
_BLOG_FOLDERS = ("/api/blog/", "/media/")
_USERS_FOLDERS = ("/api/users/",)


class Dispatcher:
    """One WSGI application over Blog, Users and Frontend; `checked` are all the services that must be ready."""

    def __init__(self, blog: WsgiApp, users: WsgiApp, frontend: WsgiApp, *, checked: Mapping[str, WsgiApp]) -> None:
        self._blog = blog
        self._users = users
        self._frontend = frontend
        self._checked = {name: WsgiTransport(app) for name, app in checked.items()}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        # as Werkzeug reads it: otherwise `//metrics` would pass for something else here and be `/metrics` there
        path = "/" + environ["PATH_INFO"].lstrip("/")
        return self._app(path)(environ, start_response)

    def _app(self, path: str) -> WsgiApp:
        if path.startswith(_BLOG_FOLDERS) or path in _BLOG_FILES or _FEED.fullmatch(path) or _KEY.fullmatch(path):
            return self._blog
        if path.startswith(_USERS_FOLDERS) or path in _USERS_FILES:
            return self._users
        if path == "/readyz":
            return self._readyz
        if path == "/metrics":
            return _not_found
        return self._frontend

    def _readyz(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        results = {name: app.request("GET", "/readyz").status == OK for name, app in self._checked.items()}
        ready = all(results.values())
        status = "200 OK" if ready else "503 Service Unavailable"
        start_response(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
        return [json.dumps({"status": "ready" if ready else "not ready", "checks": results}).encode()]


def _not_found(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Not found\n"]
