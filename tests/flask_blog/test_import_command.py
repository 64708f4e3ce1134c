"""`flask-blog import markdown`: where it imports to, what it refuses, and what it shows."""

import json

import pytest

from flask_blog.data_folder import DataFolder
from tests.flask_blog.conftest import flask_blog, write

POST = "---\ntitle: '[bold]A[/]'\ndate: 2024-01-01\nteam: T\n---\n![a](gone.png)\n"
SCOPES = ["authors:write", "media:read", "media:write", "posts:read", "posts:write", "redirects:write"]


@pytest.fixture(scope="module")
def blog(live_blog):
    return live_blog().set_up()


@pytest.fixture
def filled(source):
    write(source, "[red]odd.md", POST)
    return source


def refusal(*arguments) -> str:
    outcome = flask_blog("import", "markdown", *arguments)
    assert (outcome.code, outcome.out) == (1, ""), outcome
    assert outcome.error.startswith("Error: ")
    assert outcome.error.count("\n") == 1, outcome.error
    return outcome.error


def test_a_folder_that_is_not_there_is_refused(tmp_path, data_dir):
    assert "is no folder" in refusal(tmp_path / "nothing", "--data-dir", data_dir)


def test_a_data_folder_without_a_blog_is_refused_and_not_made(filled, tmp_path):
    assert "There is no blog" in refusal(filled, "--data-dir", tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_blog_without_an_owner_is_refused(filled, live_blog):
    nobodys = live_blog()
    assert "has no owner yet" in refusal(filled, "--data-dir", nobodys.data_dir)


def test_another_command_at_work_is_waited_for(filled, data_dir):
    with DataFolder(data_dir).held():
        assert "Another command works on the data folder" in refusal(filled, "--data-dir", data_dir)


def test_another_machine_needs_a_token(filled):
    assert "--to needs --token" in refusal(filled, "--to", "https://blog.example.org")


def test_an_address_that_is_none_is_refused(filled):
    assert "has to be an address" in refusal(filled, "--to", "blog.example.org", "--token", "fb_x")


def test_a_wrong_token_is_refused(filled, blog):
    assert "needs the token of an editor" in refusal(filled, "--to", blog.url, "--token", "fb_wrong")


def test_a_token_that_may_too_little_is_refused(filled, blog):
    made = blog.post("/api/users/v1/tokens", {"name": "t", "scopes": ["posts:read", "media:read"]})
    assert "needs the token of an editor" in refusal(filled, "--to", blog.url, "--token", made["token"])


def test_a_report_that_cannot_be_written_is_refused_after_the_import(filled, data_dir, tmp_path):
    report = tmp_path / "nowhere" / "report.json"
    outcome = flask_blog("import", "markdown", filled, "--data-dir", data_dir, "--report", report)
    assert outcome.code == 1
    assert "The report cannot be written" in outcome.error
    assert "1  posts made" in outcome.out


def test_a_blog_elsewhere_is_filled_with_a_token(filled, blog, tmp_path):
    made = blog.post("/api/users/v1/tokens", {"name": "t", "scopes": SCOPES})
    report = tmp_path / "report.json"
    options = ("--to", f"{blog.url}/", "--report", report)
    outcome = flask_blog("import", "markdown", filled, *options, FLASK_BLOG_TOKEN=made["token"])
    assert outcome.code == 0, outcome.error
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "[red]odd.md:6: gone.png is not in the folder (image)" in lines
    assert "Settings without a place in a post (in files): team (1)" in lines
    assert "1 posts made" in lines
    assert blog.get("/api/blog/v1/posts/slug/red-odd")["title"] == "[bold]A[/]"
    written = json.loads(report.read_text("utf-8"))
    assert written["files"] == [{"file": "[red]odd.md", "outcome": "made", "url": "/posts/red-odd"}]
    assert [(one["line"], one["code"]) for one in written["problems"]] == [(4, "left_out"), (6, "image")]


def test_the_commands_own_token_ends_with_it(filled, blog):
    outcome = flask_blog("import", "markdown", filled, "--data-dir", blog.data_dir, "--dry-run")
    assert outcome.code == 0, outcome.error
    assert "Nothing was sent" in outcome.out
    names = [token["name"] for token in blog.all("/api/users/v1/tokens")]
    assert "flask-blog command" not in names
