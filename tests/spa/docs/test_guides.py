"""The guides under /docs: every snippet does what it says, and every problem says what to do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html as lxml_html

from spa.server.advice import BY_STATUS
from spa.server.documentation import GUIDES
from tests.support.contract import spec
from tests.support.live import OWNER, LiveBlog

WITH_NODE = Path(__file__).parents[3] / "spa" / "with-node"
INTERPRETERS = {"sh": ["bash", "-e", "-o", "pipefail", "-c"], "python": [sys.executable, "-c"], "js": []}
SCOPES = ["posts:read", "posts:write", "webhooks:write"]
SNIPPETS = {
    "/docs": 6,
    "/docs/authentication": 2,
    "/docs/lists": 1,
    "/docs/requests": 3,
    "/docs/webhooks": 3,
    "/docs/limits": 2,
}


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    blog = live_blog().set_up()
    for number in range(3):
        blog.post("/api/blog/v1/posts", {"title": f"Post {number}", "status": "published"})
    return blog


@pytest.fixture(scope="module")
def environment(blog) -> dict[str, str]:
    token = blog.post("/api/users/v1/tokens", {"name": "Snippets", "scopes": SCOPES})["token"]
    return {**os.environ, "TOKEN": token, "NAME": OWNER["username"], "PASSWORD": OWNER["password"]}


def snippets(blog: LiveBlog, path: str) -> list[tuple[str, str]]:
    """Return the language and text of each snippet of a page, in order."""
    page = lxml_html.document_fromstring(blog.call("GET", path).data.decode())
    return [
        (code.get("class").removeprefix("language-"), code.text_content())
        for code in page.iter("code")
        if code.get("class")
    ]


def run(language: str, text: str, environment: dict[str, str], folder: Path) -> str:
    if language == "js":
        script = folder / "snippet.mjs"
        script.write_text(text)
        command = [str(WITH_NODE), "node", str(script)]
    else:
        command = [*INTERPRETERS[language], text]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, (text, done.stdout, done.stderr)
    return done.stdout


@pytest.mark.parametrize("path", SNIPPETS)
def test_every_snippet_does_what_it_says(blog, environment, path, tmp_path):
    found = snippets(blog, path)
    assert len(found) == SNIPPETS[path]
    # what a page's commands set, its later ones use
    shell = "\n".join(text for language, text in found if language == "sh")
    others = [pair for pair in found if pair[0] != "sh"]
    for language, text in [*([("sh", shell)] if shell else []), *others]:
        assert run(language, text, environment, tmp_path).strip().lower() not in {"", "false"}


def test_the_snippets_that_write_have_written(blog, environment, tmp_path):
    for language, text in snippets(blog, "/docs"):
        run(language, text, environment, tmp_path)
    titles = [post["title"] for post in blog.all("/api/blog/v1/posts")]
    # one by each language, however often they were sent
    assert titles.count("Hello") == 3


def test_no_guide_is_without_the_others(blog):
    for path, title in GUIDES:
        page = blog.call("GET", path).data.decode()
        assert f">{title}</h1>" in page
        for other, _ in GUIDES:
            assert other == path or f'href="{other}"' in page
    assert blog.call("GET", "/docs/start").status == 404
    assert blog.call("GET", "/docs/nothing").status == 404


def test_every_problem_says_what_it_is_and_what_to_do(blog):
    # a code that both services have is explained by the one that readers meet
    kinds = {**spec("users").document["x-problem-kinds"], **spec("blog").document["x-problem-kinds"]}
    for code, kind in kinds.items():
        assert kind["status"] in BY_STATUS, f"{code}: no advice for {kind['status']}"
        page = lxml_html.document_fromstring(blog.call("GET", f"/docs/errors/{code}").data.decode())
        text = page.text_content()
        assert kind["explanation"].replace("`", "") in text
        assert BY_STATUS[kind["status"]].replace("`", "") in text
        answer = text[text.index("application/problem+json") :]
        example = json.loads(answer[answer.index("{") : answer.index("}") + 1])
        assert (example["code"], example["status"]) == (code, kind["status"])
