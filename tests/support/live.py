"""The `live_blog` fixture: the real `flask-blog run`, in a process of its own, on a free port and an empty folder.

`live_blog()` starts one and returns it; all that were started are stopped at the end of the session.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3

STOPPING_SECONDS = 60
OWNER = {
    "username": "ada",
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "password": "notes on the engine",
}
# what would point the process elsewhere than into its own folder
FOREIGN = re.compile(r"(BLOG|USERS|DATABASE|FRONTEND)_|(HOST|PORT|DATA_DIR|PUBLIC_URL)$")


def command(*arguments: str) -> list[str]:
    """Return the command line of `flask-blog` with this interpreter."""
    return [sys.executable, "-m", "flask_blog.cli", *arguments]


def environment(**settings: str) -> dict[str, str]:
    """Return an environment with these settings of ours and no others."""
    own = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    return {**own, "PYTHONUNBUFFERED": "1", **settings}


@dataclass
class LiveBlog:
    """A running blog. `url` is its origin; `account` and `token` are the owner's once `set_up` was called."""

    process: "subprocess.Popen[str]"
    data_dir: Path
    url: str
    link: str | None
    account: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False), repr=False)

    @property
    def code(self) -> str:
        """Return the one-time code of the set-up link."""
        assert self.link, "this blog has its owner already"
        return self.link.rpartition("=")[2]

    def call(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a request, with the owner's token if there is one."""
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **options.pop("headers", {})}
        return self.pool.request(method, self.url + path, headers=headers, redirect=False, **options)

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON at a path, which must be there."""
        response = self.call("GET", path, fields=query)
        assert response.status == 200, (path, response.status, response.data[:500])
        return response.json()

    def all(self, path: str, **query: str) -> list[Any]:
        """Return every item of a list, walking its pages."""
        items: list[Any] = []
        page = self.get(path, limit="100", **query)
        items += page["items"]
        while page["next"]:
            page = self.get(path, limit="100", cursor=page["next"], **query)
            items += page["items"]
        return items

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """POST JSON that must be accepted; return the answer."""
        response = self.call("POST", path, json=body)
        assert response.status in {200, 201}, (path, response.status, response.data[:500])
        return response.json()

    def set_up(self) -> "LiveBlog":
        """Make the owner's account (`OWNER`) and sign in."""
        session = self.post("/api/users/v1/setup", {"code": self.code, **OWNER})
        self.account, self.token = session["account"], session["access_token"]
        return self

    def sign_in(self) -> "LiveBlog":
        """Sign in as the owner that an earlier process made."""
        answer = self.post("/api/users/v1/sessions", {"identifier": OWNER["username"], "password": OWNER["password"]})
        self.account, self.token = answer["account"], answer["access_token"]
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop the process, if it still runs, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(STOPPING_SECONDS)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.pool.clear()


def start(data_dir: Path, **settings: str) -> LiveBlog:
    """Start a blog and wait until it answers."""
    log = data_dir.with_suffix(".log")
    with log.open("a") as errors:
        process = subprocess.Popen(
            command("run"),
            env=environment(**{"DATA_DIR": str(data_dir), "PORT": "0", **settings}),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if "Ctrl-C" in line:
            break
    url = re.search(r"is at (http://\S+)", text)
    link = re.search(r"http://\S+/setup#\S+", text)
    if not url:
        process.kill()
        process.communicate()
        pytest.fail(f"the blog did not start: {text}{log.read_text('utf-8')}")
    return LiveBlog(process, data_dir, url[1], link[0] if link else None)


@pytest.fixture(scope="session")
def live_blog(tmp_path_factory) -> Iterator[Callable[..., LiveBlog]]:
    """Return a function that starts a blog: `live_blog()` in a new folder, or `live_blog(folder, NAME="value")`."""
    started: list[LiveBlog] = []

    def begin(data_dir: Path | None = None, **settings: str) -> LiveBlog:
        blog = start(data_dir or tmp_path_factory.mktemp("live") / "data", **settings)
        started.append(blog)
        return blog

    yield begin
    for blog in started:
        blog.stop()
