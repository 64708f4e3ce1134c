"""A server of this machine that others send to: it remembers what came, and answers as it is told."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, how many connections there were, and what is answered next: a status, or what does it by hand."""

    port: int = 0
    connections: int = 0
    requests: list[Received] = field(default_factory=list)
    answers: list[int | Callable[[BaseHTTPRequestHandler], Any]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: Receiver, family: socket.AddressFamily, host: str, tls: ssl.SSLContext | None) -> None:
        self.address_family = family
        self._receiver, self._tls = receiver, tls
        super().__init__((host, receiver.port), _handler(receiver))
        receiver.port = self.server_port

    def get_request(self) -> tuple[socket.socket, Any]:
        line, address = super().get_request()
        self._receiver.connections += 1
        return (line if self._tls is None else self._tls.wrap_socket(line, server_side=True)), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: those who hang up are what is tested."""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append(Received(self.path, dict(self.headers), body))
            answer = receiver.answers.pop(0) if receiver.answers else 204
            if callable(answer):
                answer(self)
                return
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler


@contextmanager
def receiving(*, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on one free port of 127.0.0.1 and of ::1."""
    receiver = Receiver()
    servers = [
        _Server(receiver, socket.AF_INET, "127.0.0.1", tls),
        _Server(receiver, socket.AF_INET6, "::1", tls),
    ]
    threads = [Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield receiver
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
