"""The four services as processes of their own, started by the command that people are told to use."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.services.settings import free_ports
from tests.deploy.origin import Origin

CHECKOUT = Path(__file__).parents[2]
START_SECONDS = 90
STOP_SECONDS = 30


@dataclass
class Running:
    """A blog that runs as separate processes."""

    process: subprocess.Popen
    url: str
    output: Path

    def printed(self, pattern: str) -> str:
        """Wait for a line that the services print and return the first group of the pattern."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(pattern, self.output.read_text("utf-8")):
                return found[1]
            time.sleep(0.2)
        pytest.fail(f"the services did not print {pattern}:\n{self.output.read_text('utf-8')[-4000:]}")

    def stop(self) -> int:
        """End it as a service manager would; return the exit status."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


def start_services(folder: Path, port: int) -> Running:
    """Start the services on an empty or used folder and wait until they are ready."""
    output = folder / "output.log"
    told = {"PORT": str(port), "DATA_DIR": str(folder), "HOST": "127.0.0.1", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.services"],
            cwd=CHECKOUT,
            env={**os.environ, **told},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    running = Running(process, told["PUBLIC_URL"], output)
    running.printed(r"(The blog is at)")
    return running


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start_services(tmp_path_factory.mktemp("services"), free_ports(1)[0])
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def origin(services: Running) -> Origin:
    return Origin(services.url)
