"""Starts what is measured, each as its users would start it, on a free port of this machine."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60
UNLIMITED = "1000000 per minute"


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(url: str) -> float:
    """Return the seconds until an address answered."""
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE_SECONDS:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback URL
            return time.perf_counter() - began
        time.sleep(0.02)
    sys.exit(f"{url} did not answer within {PATIENCE_SECONDS} s")


@contextlib.contextmanager
def process(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command and stop it at the end."""
    silence = subprocess.DEVNULL
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=silence, stderr=silence)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


@contextlib.contextmanager
def blog(data: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """Run the blog in one process; yields its origin, the process and the seconds it took to be ready."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    environment = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": origin,
        "DATA_DIR": str(data),
        **{f"{service}_LIMITS_{who}": UNLIMITED for service in ("BLOG", "USERS") for who in ("ANONYMOUS", "BEARER")},
        **settings,
    }
    with process([sys.executable, "-m", "flask_blog.cli", "run"], environment) as running:
        yield origin, running, wait_until_it_answers(f"{origin}/api/blog/v1/posts")


@contextlib.contextmanager
def reference(database: Path, threads: int) -> Iterator[str]:
    """Run the reference views on the same server with the same number of threads; yields their origin."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1",
        "--blocking-threads", str(threads), "--host", "127.0.0.1", "--port", str(port), "--no-log",
        "benchmarks.reference:create_app",
    ]  # fmt: skip
    with process(command, {"REFERENCE_DATABASE": str(database)}):
        wait_until_it_answers(f"http://127.0.0.1:{port}/empty")
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def static(folder: Path, body: bytes) -> Iterator[str | None]:
    """Serve the same bytes as a file with nginx, one worker; yields its URL, or None where there is no nginx."""
    nginx = shutil.which("nginx")
    if nginx is None:
        print("not measured: nginx is not installed", file=sys.stderr)
        yield None
        return
    folder.mkdir()
    (folder / "post.json").write_bytes(body)
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 64; }}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    with process([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], {}):
        wait_until_it_answers(f"http://127.0.0.1:{port}/post.json")
        yield f"http://127.0.0.1:{port}/post.json"


def resident_megabytes(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    kilobytes = 0
    for each in [pid, *_children(pid)]:
        for line in Path(f"/proc/{each}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def _children(pid: int) -> list[int]:
    children = [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]
    return [each for child in children for each in [child, *_children(child)]]
