"""Jobs in a running blog: done by its worker through the public API, whatever happens to the process."""

import io
import signal
import zipfile
from pathlib import Path

import orjson
import pytest

from tests.flask_blog.conftest import api_of, flask_blog, state, write
from tests.support.waiting import wait_until

JOBS = "/api/blog/v1/jobs"
POSTS = 150


def ended(blog, job):
    """Wait until a job has ended; return it."""
    wait_until(lambda: blog.get(f"{JOBS}/{job['id']}")["state"] != "pending", seconds=200)
    return blog.get(f"{JOBS}/{job['id']}")


def archive_of(blog, job) -> zipfile.ZipFile:
    answer = blog.call("GET", job["file_url"])
    assert answer.status == 200, answer.data
    return zipfile.ZipFile(io.BytesIO(answer.data))


@pytest.fixture
def blog(live_blog):
    return live_blog(BLOG_LIMITS_BEARER="1000000 per minute").set_up()


def test_an_export_holds_the_whole_blog_and_can_be_imported_into_another(blog, new_blog, tmp_path):
    files = {"file": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>')}
    image = blog.call("POST", "/api/blog/v1/media", fields=files).json()
    told = {
        "title": "Grüße: “yes”",
        "slug": "gruesse",
        "markdown": f"![a]({image['url']})",
        "summary": "S",
        "tags": ["T"],
    }
    blog.post("/api/blog/v1/posts", {**told, "status": "published", "published_at": "2020-01-02T03:04:05Z"})
    blog.post("/api/blog/v1/posts", {"title": "A draft", "markdown": "---\nnot front matter\n---"})
    blog.post("/api/blog/v1/posts", {"title": "About", "kind": "page", "status": "published"})
    job = ended(blog, blog.post(JOBS, {"kind": "export"}))
    assert (job["state"], job["problem"]) == ("done", None)
    counts = blog.get(f"{JOBS}/{job['id']}/report")["counts"]
    assert {"posts": 2, "pages": 1, "images": 1, "tags": 1}.items() <= counts.items()
    with archive_of(blog, job) as archive:
        assert archive.testzip() is None
        assert archive.read(f"static{image['url']}") == files["file"][1]
        assert orjson.loads(archive.read("data/site.json"))["title"]
        archive.extractall(tmp_path / "unpacked")
    data_dir = new_blog("other")
    imported = flask_blog("import", "markdown", tmp_path / "unpacked", "--data-dir", data_dir)
    assert imported.code == 0, imported.error
    with api_of(data_dir) as client:
        there = state(client)
    here = blog.all("/api/blog/v1/posts", kind="post", status="any", fields="title,slug,markdown,status,published_at")
    posts = {post["slug"]: post for post in there["posts"]}
    assert set(posts) == {"gruesse", "a-draft", "about"}
    for post in here:
        assert {name: posts[post["slug"]][name] for name in post} == post
    assert there["media"] == [image["url"]]
    assert blog.get("/api/users/v1/tokens")["items"] == []


def test_a_job_survives_kill_9_and_is_done_once(live_blog, tmp_path):
    settings = {"BLOG_LIMITS_BEARER": "1000000 per minute"}
    blog = live_blog(tmp_path / "data", **settings).set_up()
    source = tmp_path / "posts"
    for number in range(POSTS):
        write(source, f"{number}.md", f"---\ntitle: Post {number}\ndate: 2020-01-01\n---\n{'word ' * 2000}")
    assert flask_blog("import", "markdown", source, "--data-dir", blog.data_dir).code == 0
    job = blog.post(JOBS, {"kind": "export"})
    wait_until(lambda: blog.get(f"{JOBS}/{job['id']}")["attempts"] == 1, seconds=60)
    blog.stop(signal.SIGKILL)
    blog = live_blog(blog.data_dir, **settings).sign_in()
    found = ended(blog, job)
    assert found["state"] == "done"
    with archive_of(blog, found) as archive:
        assert sum(Path(name).parent.name == "posts" for name in archive.namelist()) == POSTS
    kept = [path.name for path in (blog.data_dir / "jobs").iterdir() if not path.name.startswith(".")]
    assert kept == [f"{job['id']}.zip"]
