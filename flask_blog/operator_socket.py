"""A door to a running blog's Database Service for the commands of whoever owns its data folder.

SQLite files have exactly one server, so `flask-blog backup` and `import` ask the running one, over a Unix socket in a
folder that only its owner may enter, and with the service keys that lie in the data folder.
"""

import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from api.shared.transport import Reply, ServiceUnavailable, WsgiApp

TIMEOUT_SECONDS = 600.0


class _Server(ThreadingMixIn, UnixStreamServer, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        UnixStreamServer.server_bind(self)
        # what HTTPServer would derive from a network address
        self.server_name, self.server_port = "operator", 0
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    def address_string(self) -> str:
        return "operator"

    def get_environ(self) -> dict[str, Any]:
        # the address of a Unix socket's client is empty, where wsgiref looks for host and port
        self.client_address = ("127.0.0.1", 0)
        return dict(super().get_environ())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
        """Say nothing: the application has its own log."""


@contextmanager
def listening(app: WsgiApp) -> Iterator[Path]:
    """Serve an application on a socket of its own; yields the socket's path."""
    # a short path: the kernel allows 107 bytes, and data folders may lie deep
    with tempfile.TemporaryDirectory(prefix="flask-blog-") as folder:
        path = Path(folder) / "database.sock"
        with _Server(str(path), _Handler) as server:
            server.set_app(app)
            thread = threading.Thread(target=server.serve_forever, name="operator", daemon=True)
            thread.start()
            yield path
            server.shutdown()


class SocketTransport:
    """Speaks HTTP over a Unix socket; a transport like those of `api.shared.transport`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Send a request over a connection of its own. Raises ServiceUnavailable."""
        connection = _Connection(self._path)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except (OSError, HTTPException) as error:
            raise ServiceUnavailable(f"nothing answers at {self._path}") from error
        finally:
            connection.close()


class _Connection(HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("operator", timeout=TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_SECONDS)
        self.sock.connect(self._path)
