"""Starts one service or worker as a process of its own, waits until it is ready, and stops it."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Self

import urllib3

START_SECONDS = 30
STOP_SECONDS = 15
BLOCKING_THREADS = 4
# What this process was told itself (secrets, other people's settings) is no business of the services.
INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "PYTHONWARNINGS", "TMPDIR", "TZ")


class NotReadyError(Exception):
    """A service did not start; its own output says why."""


class Process:
    """A Python module in a session of its own, so that Ctrl-C reaches only the one who stops it in order."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        inherited = {key: value for key, value in os.environ.items() if key in INHERITED}
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command], env={**inherited, **environment}, start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let the process finish what it is doing, then end it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Service(Process):
    """One service, served by granian."""

    def __init__(self, name: str, factory: str, host: str, port: int, environment: Mapping[str, str]) -> None:
        self._url = f"http://{host}:{port}"
        command = ["granian", "--interface", "wsgi", "--factory", "--no-ws", "--host", host, "--port", str(port)]
        command += ["--blocking-threads", str(BLOCKING_THREADS), "--log-level", "warning", factory]
        super().__init__(name, command, environment)

    def wait_until_answering(self, path: str) -> None:
        """Wait until a GET of the path answers 200. Raises NotReadyError."""
        last = "nothing answered"
        deadline = time.monotonic() + START_SECONDS
        with urllib3.PoolManager(timeout=2, retries=False) as pool:
            while time.monotonic() < deadline and self._process.poll() is None:
                try:
                    answer = pool.request("GET", self._url + path)
                except urllib3.exceptions.HTTPError:
                    time.sleep(0.1)
                    continue
                if answer.status == 200:  # noqa: PLR2004 - HTTP's own number
                    return
                last = answer.data.decode(errors="replace")[:200]
                time.sleep(0.1)
        raise NotReadyError(f"The service {self.name} did not get ready ({last}); the lines above say why.")
