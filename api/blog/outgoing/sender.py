"""Sends to an address that somebody typed: only to where it may go, for a bounded time and a bounded answer."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from api.blog.outgoing.addresses import Network, may_reach

WHOLE_SECONDS = 15.0
MOST_BYTES = 65_536
PORTS = {"http": 80, "https": 443}

# a name and a port in, numeric addresses out
Resolve = Callable[[str, int], Sequence[str]]


class NotAllowed(Exception):
    """This address is none that the blog speaks to, whenever it is tried."""


class NotAnswered(Exception):
    """No answer came in time, or none that is HTTP."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side answered, its first `MOST_BYTES`."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolved(host: str, port: int) -> Sequence[str]:
    """Return what the system finds under a name, in its order, each once. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Sender:
    """Speaks to public addresses, and to those of the networks in `allowed`."""

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        *,
        resolve: Resolve = resolved,
        tls: ssl.SSLContext | None = None,
        seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Send a POST and return the answer, a redirect too: it is not followed. Raises NotAllowed, NotAnswered."""
        parts, host, port = _read(url)
        addresses = self._addresses(host, port)
        connection = HTTPConnection(host, port)
        # the socket is given, so that nothing looks the name up again; the connection knows it for `Host`
        connection.default_port = PORTS[parts.scheme]
        try:
            with self._connected(addresses, port) as (line, over):
                connection.sock = self._wrapped(line, host) if parts.scheme == "https" else line
                connection.request("POST", _target(parts), body=body, headers=dict(headers))
                answer = connection.getresponse()
                answered = Answered(answer.status, dict(answer.getheaders()), answer.read(MOST_BYTES))
                # a line that was ended here looks like an answer that ends early
                if over.is_set():
                    raise NotAnswered("it took too long")
                return answered
        except (OSError, HTTPException, ValueError) as error:
            raise NotAnswered(type(error).__name__) from error
        finally:
            connection.close()

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotAnswered("the name has no address") from error
        if not found:
            raise NotAnswered("the name has no address")
        if not all(may_reach(each, self._allowed) for each in found):
            raise NotAllowed("the name leads to an address that is not public")
        return found

    @contextmanager
    def _connected(self, addresses: Sequence[str], port: int) -> Iterator[tuple[socket.socket, Event]]:
        """Connect to the first address that answers, and end the line when the time is over, whatever it is doing."""
        line = self._first(addresses, port)
        # another handle of the same line: TLS takes the first one over
        handle = line.dup()
        over = Event()
        timer = Timer(self._seconds, _end, (handle, over))
        timer.daemon = True
        timer.start()
        try:
            yield line, over
        finally:
            timer.cancel()
            timer.join()
            handle.close()
            line.close()

    def _first(self, addresses: Sequence[str], port: int) -> socket.socket:
        problem: OSError = OSError("no address")
        for address in addresses:
            try:
                return socket.create_connection((address, port), timeout=self._seconds / len(addresses))
            except OSError as error:
                problem = error
        raise problem

    def _wrapped(self, line: socket.socket, host: str) -> socket.socket:
        line.settimeout(self._seconds)
        return self._tls.wrap_socket(line, server_hostname=host)


def _read(url: str) -> tuple[SplitResult, str, int]:
    """Take an address apart. Raises NotAllowed for one that is not plain http or https."""
    try:
        parts = urlsplit(url)
        usual = PORTS[parts.scheme]
        port = parts.port or usual
        # names in ASCII, as DNS and certificates have them
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, KeyError) as error:
        raise NotAllowed("the address is not like https://example.org/path") from error
    if not host or "@" in parts.netloc or not url.isprintable() or " " in url:
        raise NotAllowed("the address is not like https://example.org/path")
    return parts, host, port


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _end(line: socket.socket, over: Event) -> None:
    over.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # it has ended by itself
        return
