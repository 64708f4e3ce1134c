"""Blogs for the command's tests: folders with an owner, and ways to look into them through the API."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.shared.clock import SystemClock
from api.shared.transport import WsgiTransport
from api.users.app import setup_link
from flask_blog import local
from flask_blog.client import Client
from flask_blog.data_folder import DataFolder
from flask_blog.services import IN_PROCESS, open_services
from tests.support.live import OWNER, command, environment

PATIENCE = 280


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    out: str
    error: str


def flask_blog(*arguments: object, **settings: str) -> Outcome:
    """Run the real command to its end."""
    done = subprocess.run(
        command(*map(str, arguments)),
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def import_markdown(folder: Path, data_dir: Path, *options: str) -> dict[str, Any]:
    """Import a folder and return the report."""
    report = data_dir.parent / "report.json"
    outcome = flask_blog("import", "markdown", folder, "--data-dir", data_dir, "--report", report, *options)
    assert outcome.code == 0, outcome.error
    return dict(orjson.loads(report.read_bytes()))


@contextmanager
def api_of(data_dir: Path) -> Iterator[Client]:
    """Speak to the Blog API of a folder as its owner."""
    with local.blog_api(data_dir) as client:
        yield client


def state_of(data_dir: Path) -> dict[str, Any]:
    """Return everything that the blog of a folder holds."""
    with api_of(data_dir) as client:
        return state(client)


def state(client: Client) -> dict[str, Any]:
    """Return everything a blog holds, without what differs between two that were made the same way."""
    fields = "slug,title,summary,markdown,html,status,published_at,tags,authors,external_id,language"
    posts = [
        post for kind in ("post", "page") for post in client.walk("/posts", kind=kind, status="any", fields=fields)
    ]
    for post in posts:
        post["authors"] = [author["username"] for author in post["authors"]]
        post["tags"] = [tag["name"] for tag in post["tags"]]
    return {
        "posts": sorted(posts, key=lambda post: post["slug"]),
        "authors": sorted((one["username"], one["name"]) for one in client.walk("/authors")),
        "redirects": sorted((one["from_path"], one["to_path"]) for one in client.walk("/redirects")),
        "media": sorted(one["url"] for one in client.walk("/media")),
    }


@pytest.fixture(scope="session")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one blog with an owner; tests work on copies."""
    path = tmp_path_factory.mktemp("owned") / "data"
    data = DataFolder(path)
    with data.held():
        services = open_services(data, SystemClock(), public_url=IN_PROCESS, settings=local.NO_LIMITS)
        link = setup_link(services.users)
        assert link is not None
        body = orjson.dumps({**OWNER, "code": link.rpartition("=")[2]})
        headers = {"Content-Type": "application/json"}
        answer = WsgiTransport(services.users).request("POST", "/api/users/v1/setup", headers=headers, body=body)
        assert answer.status == 201, answer.body
        services.close()
    return path


@pytest.fixture
def new_blog(owned: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes the data folder of a blog which has an owner and nothing else."""
    return lambda name="data": Path(shutil.copytree(owned, tmp_path / name / "data"))


@pytest.fixture
def data_dir(new_blog: Callable[[str], Path]) -> Path:
    return new_blog("blog")


@pytest.fixture
def client(data_dir: Path) -> Iterator[Client]:
    """Return the Blog API of an empty blog, as its owner."""
    with api_of(data_dir) as client:
        yield client


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return an empty folder for Markdown files."""
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
