"""`flask-blog demo`: a blog that looks lived-in, and may be started again."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flask_blog.demo.lived_in import POSTS
from flask_blog.importers import links, plan
from flask_blog.importers.folder import SourceFolder
from flask_blog.importers.report import Report
from flask_blog.importers.resolver import Missing, Resolver
from tests.support.live import LiveBlog, command, environment


@contextmanager
def demo(data_dir) -> Iterator[tuple[LiveBlog, str]]:
    """Start the demonstration; yield it, and the password that it printed."""
    process = subprocess.Popen(
        command("demo"),
        env=environment(DEMO_DATA_DIR=str(data_dir), PORT="0"),
        stdout=subprocess.PIPE,
        text=True,
    )
    text = ""
    assert process.stdout is not None
    for line in process.stdout:
        text += line
        if "Ctrl-C" in line:
            break
    said = re.search(r"is at (\S+)\nSign in at \1/sign-in as mira with the password (\S+)\n", text)
    assert said, text
    blog = LiveBlog(process, data_dir, said[1], None)
    try:
        yield blog, said[2]
    finally:
        blog.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo-data"


@pytest.fixture(scope="module")
def shown(folder):
    """Return the demonstration's posts, as its owner sees them, from two starts."""
    seen = []
    for _ in range(2):
        with demo(folder) as (blog, password):
            answer = blog.post("/api/users/v1/sessions", {"identifier": "mira", "password": password})
            blog.token = answer["access_token"]
            home = blog.call("GET", "/").data.decode()
            posts = blog.all("/api/blog/v1/posts", status="any")
            pages = blog.all("/api/blog/v1/posts", status="any", kind="page")
            media = blog.all("/api/blog/v1/media")
            comments = blog.all("/api/blog/v1/comments", status="any")
            problems = [post["slug"] for post in posts if blog.call("GET", f"/posts/{post['slug']}").status != 200]
            seen.append(
                {"home": home, "posts": posts, "pages": pages, "media": media, "comments": comments, "unread": problems}
            )
    return seen


def test_it_looks_lived_in(shown):
    first = shown[0]
    statuses = [post["status"] for post in first["posts"]]
    assert (statuses.count("published"), statuses.count("draft"), statuses.count("scheduled")) == (12, 1, 1)
    assert {author["name"] for post in first["posts"] for author in post["authors"]} == {
        "Mira Okafor",
        "Jonas Lindqvist",
    }
    assert len({post["published_at"][:7] for post in first["posts"] if post["published_at"]}) > 6
    assert sum(post["cover"] is not None for post in first["posts"]) > 4
    assert [page["slug"] for page in first["pages"]] == ["about"]
    assert len(first["media"]) == 7
    assert "Words first" in first["home"]


def test_readers_talk_and_two_of_them_wait_for_the_owner(shown):
    comments = shown[0]["comments"]
    statuses = [comment["status"] for comment in comments]
    assert (statuses.count("approved"), statuses.count("pending"), statuses.count("spam")) == (10, 1, 1)
    assert max(comment["depth"] for comment in comments) == 3
    assert {comment["author"]["kind"] for comment in comments} == {"guest", "member"}


def test_readers_see_neither_the_draft_nor_what_is_scheduled(shown):
    assert set(shown[0]["unread"]) == {"on-comments", "what-comes-next"}
    assert "What comes next" not in shown[0]["home"]


def test_starting_it_again_changes_nothing(shown):
    first, second = shown
    assert first["posts"] == [{**post, "url": post["url"]} for post in first["posts"]]
    versions = [
        [(post["slug"], post["version"], post["published_at"]) for post in seen["posts"]] for seen in (first, second)
    ]
    assert versions[0] == versions[1]
    assert len(second["media"]) == len(first["media"])
    assert [comment["id"] for comment in second["comments"]] == [comment["id"] for comment in first["comments"]]


def test_the_password_is_for_its_owner_alone(shown, folder):
    assert (folder / "secrets" / "owner.password").stat().st_mode & 0o777 == 0o600


def test_every_link_between_the_posts_and_every_image_leads_somewhere():
    report = Report("demo")
    folder = SourceFolder.at(POSTS)
    posts = plan.read_posts(folder, "/posts/:slug", report)
    resolver = Resolver(folder, posts)
    for post in posts:
        for target in links.targets(post.markdown):
            resolved = resolver.resolve(target, post)
            if isinstance(resolved, Missing):
                assert target.url in {"/", "/tags/writing"}, (post.file, target.url)
    assert report.problems == []
