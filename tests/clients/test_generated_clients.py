"""Clients generated from the contracts, in Python and TypeScript, do an author's day against a running blog."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.contract import OPENAPI
from tests.support.live import OWNER, LiveBlog

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SPA = ROOT / "spa"
COMPILER = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"]


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    return live_blog().set_up()


@pytest.fixture
def arguments(blog) -> list[str]:
    return [blog.url, OWNER["username"], OWNER["password"]]


def run(*command: str | Path, **environment: str) -> None:
    done = subprocess.run(
        list(command), env={**os.environ, **environment}, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_python_client_does_an_author_s_day(tmp_path, arguments):
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for name in ("blog", "users"):
        generator = [sys.executable, "-m", "openapi_python_client", "generate", "--path", OPENAPI / f"{name}.json"]
        run(*generator, "--meta", "none", "--output-path", tmp_path / f"{name}_api", PATH=tools)
    run(sys.executable, HERE / "author_day.py", *arguments, PYTHONPATH=str(tmp_path))


def test_the_typescript_client_is_type_checked_and_does_an_author_s_day(tmp_path, arguments):
    if not (SPA / "node_modules" / "openapi-typescript").exists():
        pytest.skip("the JavaScript packages of spa/ are not installed (make build)")
    with_node, tools = SPA / "with-node", SPA / "node_modules" / ".bin"
    (tmp_path / "node_modules").symlink_to(SPA / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("blog", "users"):
        run(with_node, tools / "openapi-typescript", OPENAPI / f"{name}.json", "--output", tmp_path / f"{name}.d.ts")
    source = tmp_path / "author-day.ts"
    source.write_text((HERE / "author-day.ts").read_text("utf-8"), "utf-8")
    run(with_node, tools / "tsc", *COMPILER, source)
    run(with_node, "node", tmp_path / "author-day.js", *arguments)
