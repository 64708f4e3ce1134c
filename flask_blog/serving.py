"""Serves a WSGI application with granian inside this very process: one process, a few threads, a clean stop.

granian's own way is a parent that starts workers. For one worker the parent is 27 MB that do nothing, so its worker
thread (made for interpreters without a GIL, and as sound with one) is started here instead.
"""

import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MTServer

from api.shared.transport import WsgiApp
from flask_blog.problem import Stop

THREADS = 8
BACKLOG = 1024
# a request that is still being answered then is given up: a stop takes two seconds at most
DRAIN_SECONDS = 1.5


class OneProcessServer(MTServer):
    """granian's server with its worker as a thread of this process."""

    def _check_gil(self) -> None:
        """Run with the GIL, too."""


def choose_address(host: str, port: int) -> tuple[str, int]:
    """Return a network address for a host's name and a port, or a free port for 0. Raises Stop if it cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError, OverflowError) as error:
        raise Stop(f"HOST has to be an address of this machine, such as 127.0.0.1 or 0.0.0.0; it is {host}.") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address[:2])
        except PermissionError as error:
            raise Stop(f"Port {port} needs a privilege that you lack: choose another one with PORT=8080.") from error
        except OSError as error:
            raise Stop(
                f"Port {port} on {host} cannot be used ({error.strerror}): stop what listens there, "
                f"or choose another one with PORT={port + 1}."
            ) from error
        return str(address[0]), int(probe.getsockname()[1])


def serve(app: WsgiApp, *, host: str, port: int, ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM, then finish those that are being answered."""
    server: Any = OneProcessServer(
        "flask_blog",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.error,
        websockets=False,
    )
    logging.getLogger("_granian").setLevel(logging.ERROR)
    server.on_startup(lambda: _when_answering(reachable(host), port, ready))
    server.on_startup(lambda: _watch(server))
    server.serve(target_loader=lambda _target: app)


def reachable(host: str) -> str:
    """Return the address under which this machine reaches what listens on an address."""
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return "127.0.0.1" if isinstance(address, ipaddress.IPv4Address) else "::1"
    return host


def _when_answering(host: str, port: int, ready: Callable[[], None]) -> None:
    """Call `ready` as soon as the port accepts connections."""

    def wait() -> None:
        while True:
            try:
                socket.create_connection((host, port), timeout=1).close()
            except OSError:
                threading.Event().wait(0.005)
            else:
                return ready()

    threading.Thread(target=wait, name="ready", daemon=True).start()


def _watch(server: Any) -> None:
    """End the process when requests are still running some time after the signal to stop."""

    def wait() -> None:
        server.main_loop_interrupt.wait()
        threading.Event().wait(DRAIN_SECONDS)
        os._exit(0)

    threading.Thread(target=wait, name="drain", daemon=True).start()
