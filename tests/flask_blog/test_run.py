"""Starting and stopping the real process, and the one sentence that each refusal is."""

import json
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.flask_blog.conftest import flask_blog
from tests.support.live import command, environment, start

SECRETS = {"blog.key", "users.key", "operator.key", "cursor.key", "signing.jwk"}


@pytest.fixture(scope="module")
def blog(live_blog):
    """Return a running blog that nobody has set up."""
    return live_blog()


def refusal(*arguments, **settings) -> str:
    """Run a command that must refuse; return its one sentence."""
    outcome = flask_blog(*arguments, **settings)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.error.startswith("Error: ")
    assert outcome.error.count("\n") == 1, outcome.error
    return outcome.error.removeprefix("Error: ").strip()


def test_a_port_in_use_is_refused_with_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal("run", DATA_DIR=str(tmp_path / "data"), PORT=str(port))
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert f"PORT={port + 1}" in said


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7"])
def test_an_address_that_is_not_this_machines_is_refused(tmp_path, host):
    said = refusal("run", DATA_DIR=str(tmp_path / "data"), HOST=host, PORT="0")
    assert host in said
    assert "cannot be used" in said or "HOST has to be" in said


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    said = refusal("run", DATA_DIR=str(tmp_path / "file" / "data"), PORT="0")
    assert "cannot be written" in said
    assert "DATA_DIR" in said


def test_a_second_process_on_the_same_data_folder_is_refused(blog):
    said = refusal("run", DATA_DIR=str(blog.data_dir), PORT="0")
    assert f"is in use by the blog at {blog.url} (process {blog.process.pid})" in said


def test_a_database_of_a_newer_version_is_refused(data_dir):
    with sqlite3.connect(data_dir / "blog.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = refusal("run", DATA_DIR=str(data_dir), PORT="0")
    assert "newer version" in said


def test_a_spa_that_is_not_built_is_refused(tmp_path):
    said = refusal("run", DATA_DIR=str(tmp_path / "data"), PORT="0", FRONTEND_DIST=str(tmp_path / "dist"))
    assert said.endswith("run `make build` first.")


def test_a_setting_that_makes_no_sense_is_refused(tmp_path):
    said = refusal("run", DATA_DIR=str(tmp_path / "data"), PORT="0", PUBLIC_URL="blog.example.org")
    assert "PUBLIC_URL" in said


def test_a_secret_that_was_broken_is_refused(data_dir):
    (data_dir / "secrets" / "signing.jwk").write_text("x" * 40, "utf-8")
    assert "USERS_SIGNING_KEY" in refusal("run", DATA_DIR=str(data_dir), PORT="0")


def test_a_first_start_prints_a_link_that_works_once(blog):
    assert blog.link.startswith(f"{blog.url}/setup#code=")
    code = {
        "code": blog.code,
        "username": "eve",
        "name": "Eve",
        "email": "eve@example.org",
        "password": "one two three 4",
    }
    assert blog.call("POST", "/api/users/v1/setup", json={**code, "code": "x" * 32}).status == 403
    blog.set_up()
    assert blog.call("POST", "/api/users/v1/setup", json=code).status == 410
    assert blog.account["role"] == "owner"


def test_the_secrets_are_for_their_owner_alone(blog):
    folder = blog.data_dir / "secrets"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == dict.fromkeys(SECRETS, 0o600)
    assert stat.S_IMODE(blog.data_dir.stat().st_mode) == 0o700


def test_everything_answers_at_one_address(blog):
    checks = blog.get("/readyz")["checks"]
    assert checks == dict.fromkeys(("database", "users", "blog", "frontend"), True)
    served = {
        "/": "text/html", "/feed.xml": "application/rss+xml", "/tags/none/feed.json": "application/problem+json",
        "/robots.txt": "text/plain", "/sitemap.xml": "application/xml", "/api/blog/docs": "text/html",
        "/api/blog/v1/openapi.json": "application/json", "/api/users/v1/openapi.json": "application/json",
        "/.well-known/jwks.json": "application/json", "/docs": "text/html", "/healthz": "application/json",
    }  # fmt: skip
    found = {path: blog.call("GET", path).headers["Content-Type"].partition(";")[0] for path in served}
    assert found == served


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "//metrics",
        "///metrics",
        "/%6detrics",
        "/%2fmetrics",
        "/v1/databases",
        "/v1/blog/posts",
        "/v1/users/accounts",
    ],
)
def test_what_is_for_the_inside_is_not_reached_from_outside(blog, path):
    key = (blog.data_dir / "secrets" / "operator.key").read_text("utf-8").strip()
    response = blog.call("GET", path, headers={"Authorization": f"Bearer {key}"})
    assert response.status == 404
    assert b"http_request_seconds" not in response.data
    assert b"records" not in response.data


def test_nobody_else_may_enter_the_folder_of_the_operators_socket(blog):
    holder = json.loads((blog.data_dir / "in-use.json").read_text("utf-8"))
    path = Path(holder["socket"])
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_and_soon(data_dir, how):
    blog = start(data_dir)
    socket_folder = Path(json.loads((data_dir / "in-use.json").read_text("utf-8"))["socket"]).parent
    assert blog.get("/readyz")["status"] == "ready"
    began = time.monotonic()
    assert blog.stop(how) == 0
    assert time.monotonic() - began < 2
    assert (data_dir / "in-use.json").read_text("utf-8") == ""
    assert not socket_folder.exists()
    assert data_dir.with_suffix(".log").read_text("utf-8") == ""


def begun(blog, body: bytes) -> socket.socket:
    """Send a request that the server has begun to read once this returns (RFC 9110, 10.1.1)."""
    address = urlsplit(blog.url)
    line = socket.create_connection((address.hostname, address.port), timeout=60)
    head = (
        f"POST /api/blog/v1/render HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {blog.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    line.sendall(head.encode())
    assert line.recv(1024).startswith(b"HTTP/1.1 100")
    line.sendall(body)
    return line


def test_requests_that_are_being_answered_are_finished_first(data_dir):
    blog = start(data_dir).sign_in()
    body = json.dumps({"markdown": "word " * 150_000}).encode()
    lines = [begun(blog, body) for _ in range(2)]
    assert blog.stop() == 0
    for line in lines:
        with line, line.makefile("rb") as answer:
            assert answer.readline().startswith(b"HTTP/1.1 200")


def test_a_stop_while_it_starts_is_clean_too(tmp_path):
    process = subprocess.Popen(
        command("run"),
        env=environment(DATA_DIR=str(tmp_path / "data"), PORT="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "data" / "in-use.json").exists():
        time.sleep(0.01)
    process.terminate()
    _, error = process.communicate(timeout=20)
    assert process.returncode == 0, error
    assert "Traceback" not in error


def test_a_killed_blog_starts_again_with_all_it_had(data_dir):
    blog = start(data_dir).sign_in()
    blog.post("/api/blog/v1/posts", {"title": "Kept"})
    blog.stop(signal.SIGKILL)
    again = start(data_dir).sign_in()
    try:
        assert again.link is None
        assert [post["title"] for post in again.all("/api/blog/v1/posts", status="any")] == ["Kept"]
    finally:
        again.stop()


def test_a_data_folder_can_be_moved(data_dir, tmp_path):
    moved = Path(shutil.move(data_dir, tmp_path / "elsewhere"))
    blog = start(moved).sign_in()
    try:
        assert blog.account["username"] == "ada"
    finally:
        blog.stop()


def test_a_command_that_is_not_there_is_told_kindly():
    outcome = flask_blog("fly")
    assert outcome.code == 2
    assert "No such command 'fly'" in outcome.error
