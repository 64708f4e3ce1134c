"""Importing blogs that strangers wrote: the Rust blog in exact figures, three others without a crash."""

import random
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.flask_blog.conftest import api_of, import_markdown, state_of
from tests.support.feeds import TYPES, faults
from tests.support.live import command, environment
from tests.support.shared_data import shared_data

POSTS = 750
# every address that a post had: its path, and its aliases
OLD_ADDRESSES = 1490
AUTHORS = 165
IMAGES = 102
PROBLEMS = {"left_out": 1026, "image": 351, "link": 13, "section": 3, "file": 1, "empty": 1}
UNCHANGED = {"made": 0, "updated": 0, "unchanged": POSTS, "skipped": 4}


@pytest.fixture(scope="module")
def rust(owned, tmp_path_factory):
    """Return the data folder of a blog into which the Rust blog was imported, and the report."""
    source = shared_data("md-rust-blog")
    data_dir = Path(shutil.copytree(owned, tmp_path_factory.mktemp("rust") / "data"))
    return data_dir, import_markdown(source, data_dir)


@pytest.fixture(scope="module")
def served(rust, live_blog):
    return live_blog(rust[0]).sign_in()


def test_every_post_arrives_and_every_problem_is_in_the_report(rust):
    _, report = rust
    assert report["posts"] == {"made": POSTS, "updated": 0, "unchanged": 0, "skipped": 4}
    assert report["made"] == {"authors": AUTHORS, "images": IMAGES, "redirects": OLD_ADDRESSES}
    assert Counter(problem["code"] for problem in report["problems"]) == PROBLEMS


def test_every_problem_names_a_file_and_a_line_that_is_there(rust):
    source = shared_data("md-rust-blog")
    for problem in rust[1]["problems"]:
        lines = (source / problem["file"]).read_text("utf-8").splitlines()
        assert 1 <= problem["line"] <= len(lines), problem
        if problem["code"] == "image":
            name = problem["message"].partition(" is not")[0]
            assert name in lines[problem["line"] - 1], problem


def test_the_blog_holds_what_the_files_say(served):
    posts = served.all("/api/blog/v1/posts", status="any")
    assert len(posts) == POSTS
    assert Counter(post["status"] for post in posts) == {"published": POSTS}
    # the owner writes nothing here, and is an author too
    assert len(served.all("/api/blog/v1/authors")) == AUTHORS + 1
    assert len(served.all("/api/blog/v1/redirects")) == OLD_ADDRESSES
    assert len(served.all("/api/blog/v1/media")) == IMAGES
    assert served.all("/api/blog/v1/tags") == []
    assert sum(post["summary"] is not None for post in posts) == 142


def test_a_post_arrives_whole(served):
    post = served.get("/api/blog/v1/posts/slug/clippy-deprecating-feature-cargo-clippy")
    assert post["title"] == 'Clippy: Deprecating `feature = "cargo-clippy"`'
    assert post["published_at"] == "2024-02-28T00:00:00.000000Z"
    assert [author["name"] for author in post["authors"]] == ["The Clippy Team"]
    assert post["markdown"].startswith("Since Clippy")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/2024/02/28/Clippy-deprecating-feature-cargo-clippy/", "/posts/clippy-deprecating-feature-cargo-clippy"),
        ("/2024/02/28/Clippy-deprecating-feature-cargo-clippy", "/posts/clippy-deprecating-feature-cargo-clippy"),
        ("/2024/02/28/Clippy-deprecating-feature-cargo-clippy.html", "/posts/clippy-deprecating-feature-cargo-clippy"),
        ("/releases/1.88.0/", "/posts/rust-1-88-0"),
        ("/inside-rust/2019/10/03/Keeping-secure-with-cargo-audit-0.9/", "/posts/keeping-secure-with-cargo-audit-0-9"),
    ],
)
def test_an_old_address_answers_301(served, old, new):
    response = served.call("GET", old)
    assert (response.status, response.headers["Location"].removeprefix(served.url)) == (301, new)


def test_images_of_a_bundle_are_shown(served):
    post = served.get("/api/blog/v1/posts/slug/mir")
    addresses = {part.partition('"')[0] for part in post["html"].split('src="')[1:]}
    assert addresses
    for address in addresses:
        assert address.startswith("/media/")
        assert served.call("GET", address).status == 200


def test_links_between_posts_lead_to_posts(served):
    post = served.get("/api/blog/v1/posts/slug/infrastructure-team-q2-recap-and-q3-plan")
    assert "](/posts/infrastructure-team-q1-recap-and-q2-plan)" in post["markdown"]
    assert "](/posts/outreachy-2026-may)" in post["markdown"]
    assert "@/" not in post["markdown"]


def test_its_feeds_leave_readers_and_judges_nothing_to_complain_of(served):
    [author] = served.get("/api/blog/v1/posts/slug/clippy-deprecating-feature-cargo-clippy")["authors"]
    for root in ("", f"/authors/{author['username']}"):
        for file in TYPES:
            answer = served.call("GET", f"{root}/{file}")
            assert answer.status == 200, (root, file)
            assert faults(file, answer.data, answer.headers["Content-Type"]) == [], (root, file)


def test_a_second_run_asks_the_running_blog_and_changes_nothing(rust, served):
    head = served.all("/api/blog/v1/media")[0]["created_at"]
    report = import_markdown(shared_data("md-rust-blog"), rust[0], "--update")
    assert report["posts"] == UNCHANGED
    assert not any(report["made"].values())
    assert served.all("/api/blog/v1/media")[0]["created_at"] == head
    assert len(served.all("/api/blog/v1/posts", status="any")) == POSTS


def test_an_import_that_is_killed_goes_on_to_the_same_end(new_blog, tmp_path):
    source = _bundles_of_the_rust_blog(tmp_path / "part")
    whole, broken = new_blog("whole"), new_blog("broken")
    empty = _size(whole)
    total = import_markdown(source, whole)["posts"]["made"]
    seed = random.randrange(2**32)
    _killed_at(empty + int((_size(whole) - empty) * random.Random(seed).uniform(0.2, 0.6)), source, broken)
    with api_of(broken) as client:
        before = sum(1 for _ in client.walk("/posts", status="any", fields="id"))
    assert 0 < before < total, f"seed {seed}"
    assert import_markdown(source, broken)["posts"]["made"] == total - before, f"seed {seed}"
    assert state_of(broken) == state_of(whole), f"seed {seed}"


@pytest.mark.parametrize(
    ("name", "made", "codes"),
    [
        ("md-jekyll-news", 103, {"template", "link", "image", "date", "setting", "left_out"}),
        ("md-hexo-unit", 16, {"template", "link", "image", "date", "title", "left_out"}),
        ("md-nodejs-blog", 357, {"template", "link", "image", "date"}),
    ],
)
def test_other_blogs_arrive_too(data_dir, name, made, codes):
    report = import_markdown(shared_data(name), data_dir)
    assert report["posts"] == {"made": made, "updated": 0, "unchanged": 0, "skipped": 0}
    assert {problem["code"] for problem in report["problems"]} == codes


def _bundles_of_the_rust_blog(target: Path) -> Path:
    """Copy the posts that are folders with their images."""
    content = shared_data("md-rust-blog") / "content"
    for index in content.rglob("index.md"):
        shutil.copytree(index.parent, target / "content" / index.parent.relative_to(content))
    return target


def _size(data_dir: Path) -> int:
    """Return how large the blog database is, what is only in its log included."""
    return sum(path.stat().st_size for path in data_dir.glob("blog.sqlite3*"))


def _killed_at(size: int, source: Path, data_dir: Path) -> None:
    """Kill an import with SIGKILL once the database has grown to a size."""
    process = subprocess.Popen(
        command("import", "markdown", str(source), "--data-dir", str(data_dir)),
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    while _size(data_dir) < size and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
