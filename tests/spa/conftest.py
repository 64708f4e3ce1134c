"""The Frontend Service over a real blog in this process, with a line between them that can be cut."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.shared.transport import Reply, ServiceUnavailable, Transport, WsgiTransport
from api.users.app import setup_link
from flask_blog.data_folder import DataFolder
from flask_blog.services import open_services
from spa.server.app import create_app
from spa.server.build import Build, NotBuilt
from spa.server.settings import DIST, Settings
from tests.support.clock import ManualClock
from tests.support.live import OWNER

PUBLIC_URL = "https://blog.example.org"
ROOT = "/api/blog/v1"
SCOPES = [
    "posts:read",
    "posts:write",
    "tags:write",
    "redirects:write",
    "series:write",
    "site:write",
    "media:write",
    "comments:write",
    "comments:moderate",
]
MERGE = "application/merge-patch+json"


@pytest.fixture(scope="session", autouse=True)
def built() -> Build:
    try:
        return Build.load(DIST)
    except NotBuilt:
        pytest.skip("the SPA is not built (make build)")


@dataclass
class Line:
    """The way to the Blog Service: remembers what went over it, and can be cut."""

    blog: Transport
    cut: bool = False
    broken: int | None = None
    refused: str = ""
    sent: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        self.sent.append((path, dict(headers or {})))
        if self.refused and self.refused in path:
            return Reply(503, {"content-type": "text/html"}, b"<h1>Away</h1>")
        if self.cut:
            raise ServiceUnavailable("the line is cut")
        if self.broken is not None:
            return Reply(self.broken, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")
        return self.blog.request(method, path, headers=headers, body=body)


@dataclass(frozen=True)
class Writer:
    """The owner, writing through the public API."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        kind = {"Content-Type": MERGE} if method == "PATCH" else {}
        answer = self.client.open(
            ROOT + path, method=method, json=body, headers={"Authorization": f"Bearer {self.token}", **kind, **headers}
        )
        assert answer.status_code < 300, answer.text
        return answer.json

    def publish(self, title: str, **fields: Any) -> dict[str, Any]:
        post = {"title": title, "markdown": f"{title}, in a few words.", "status": "published", **fields}
        return self.call("POST", "/posts", post)

    def change(self, post: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
        return self.call("PATCH", f"/posts/{post['id']}", fields, **{"If-Match": f'"{post["version"]}"'})

    def change_site(self, **fields: Any) -> dict[str, Any]:
        site = self.call("GET", "/site")
        return self.call("PATCH", "/site", fields, **{"If-Match": f'"{site["version"]}"'})


@dataclass(frozen=True)
class Blog:
    """A blog with an owner; its clock stands still until a test turns it."""

    app: Flask
    clock: ManualClock
    writer: Writer


@pytest.fixture(scope="session")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    clock = ManualClock()
    folder = DataFolder(tmp_path_factory.mktemp("frontend") / "data")
    with folder.held():
        services = open_services(folder, clock, public_url=PUBLIC_URL)
        code = str(setup_link(services.users)).rpartition("=")[2]
        users = services.users.test_client()
        session = users.post("/api/users/v1/setup", json={"code": code, **OWNER}).json
        # Unlike the session's, this one outlives the days that tests let pass.
        bearer = {"Authorization": f"Bearer {session['access_token']}"}
        token = users.post("/api/users/v1/tokens", json={"name": "Tests", "scopes": SCOPES}, headers=bearer).json
        yield Blog(services.blog, clock, Writer(services.blog.test_client(), token["token"]))
        services.close()


@dataclass(frozen=True)
class Frontend:
    """A Frontend Service that has served nothing yet, and its line to the blog."""

    app: Flask
    line: Line
    blog: Blog

    def get(self, path: str, **headers: str) -> Any:
        # buffered: a file that is sent is closed, too
        return self.app.test_client().get(path, headers=headers, buffered=True)

    def wait(self, **time: float) -> None:
        self.blog.clock.advance(**time)


@pytest.fixture
def frontend(blog: Blog) -> Frontend:
    return open_frontend(blog)


def open_frontend(blog: Blog, dist: Path = DIST) -> Frontend:
    line = Line(WsgiTransport(blog.app))
    return Frontend(create_app(Settings(PUBLIC_URL, dist=dist), blog=line, clock=blog.clock), line, blog)


@pytest.fixture
def publish(blog: Blog) -> Callable[..., dict[str, Any]]:
    return blog.writer.publish
