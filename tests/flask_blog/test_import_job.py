"""Importing an archive as a job: as the command does, refused whole when it lies, and done once though it is killed."""

import io
import random
import signal
import time
import zipfile
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api.blog.jobs.task import Failed
from api.blog.jobs.worker import MOST_TAKEN
from api.shared.auth import load_access
from flask_blog.jobs import unpacking
from tests.flask_blog.conftest import import_markdown, state_of, write
from tests.flask_blog.test_import import PNG
from tests.support.seeds import SEED
from tests.support.waiting import wait_until

JOBS = "/api/blog/v1/jobs"
SETTINGS = {"BLOG_LIMITS_BEARER": "1000000 per minute"}


def zipped(folder: Path) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return file.getvalue()


def archive_of(*members: tuple[str, bytes], links: tuple[str, ...] = ()) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
        for name in links:
            link = zipfile.ZipInfo(name)
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def upload(blog, data: bytes, **fields: str):
    return blog.call("POST", f"{JOBS}/imports", fields={"file": ("blog.zip", data), **fields})


def ended(blog, job: dict[str, Any]) -> dict[str, Any]:
    wait_until(lambda: blog.get(f"{JOBS}/{job['id']}")["state"] != "pending", seconds=200)
    return blog.get(f"{JOBS}/{job['id']}")


def posts_of(blog) -> int:
    return int(blog.get("/api/blog/v1/posts", limit="1", count="exact")["total"])


def posts_in(folder: Path, number: int) -> Path:
    """Write posts that link to one another, share images and authors, and have old addresses."""
    for each in range(number):
        settings = (
            f"title: Post {each}\ndate: 2020-01-{each % 28 + 1:02}\ntags: [t{each % 7}]\nauthor: Author {each % 3}"
        )
        text = f"![a](img/{each % 10}.svg) [before]({max(each - 1, 0)}.md)\n\n{'Words. ' * 300}\n"
        write(folder, f"{each}.md", f"---\n{settings}\naliases: [/old/{each}]\n---\n{text}")
        write(
            folder,
            f"img/{each % 10}.svg",
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{each % 10 + 1}" height="2"/>',
        )
    return folder


@pytest.fixture(scope="module")
def blog(live_blog):
    return live_blog(**SETTINGS).set_up()


def test_what_is_no_archive_or_too_large_is_refused_at_the_door(blog):
    assert upload(blog, b"PK no archive").json()["code"] == "not_an_archive"
    assert upload(blog, b"").status in {415, 422}
    assert upload(blog, archive_of(("a.md", b"x")), update="perhaps").status == 422
    assert upload(blog, archive_of(("a.md", b"x")), path="/etc").status == 422
    assert list((blog.data_dir / "jobs").glob("*.zip")) == []


LIES = {
    "leads out": archive_of(("../a.md", b"x")),
    "is absolute": archive_of(("/etc/cron.d/a.md", b"x")),
    "is Windows's": archive_of(("..\\a.md", b"x")),
    "is a link": archive_of(("a.md", b"x"), links=("b.md",)),
    "stands where a folder stands": archive_of(("a", b"x"), ("a/b.md", b"x")),
    "is long": archive_of((f"{'x' * 300}.md", b"x")),
    "is deep": archive_of(("x/" * 100 + "a.md", b"x")),
    "is cut": archive_of(("a.md", b"x" * 5000))[30:],
    "is too much text": archive_of(*((f"{number}.md", b" " * 4_000_000) for number in range(26))),
    "is too many files": archive_of(*((f"{number}.md", b"") for number in range(unpacking.MOST_FILES + 1))),
}


@pytest.mark.parametrize("name", LIES)
def test_an_archive_that_lies_is_refused_whole(tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(Failed), unpacking.opened(io.BytesIO(LIES[name])) as archive:
        unpacking.Unpacked(archive, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_an_archive_is_imported_as_the_command_imports_the_folder(blog, new_blog, tmp_path):
    folder = posts_in(tmp_path / "my-blog", 12)
    (folder / "img/photo.png").write_bytes(PNG)
    write(
        folder, "odd.md", "---\ntitle: Odd\ndate: 2021-01-01\n---\n![x](img/photo.png) ![y](gone.png) [z](notes.txt)\n"
    )
    write(folder, "notes.txt", "text")
    write(folder, "broken.md", "---\ntitle: [\n---\n")
    answer = upload(blog, zipped(folder), source="old")
    assert (answer.status, answer.json()["kind"]) == (201, "import")
    job = ended(blog, answer.json())
    assert (job["state"], job["problem"], job["file_url"], job["total"]) == ("done", None, None, 13)
    report = blog.get(f"{JOBS}/{job['id']}/report")
    assert report["counts"] == {
        "posts_made": 13, "posts_updated": 0, "posts_unchanged": 0, "posts_skipped": 1, "authors": 3, "images": 11,
        "redirects": 25,
    }  # fmt: skip
    assert {(each["file"], each["code"]) for each in report["problems"]} == {
        ("broken.md", "front_matter"), ("odd.md", "image"), ("odd.md", "file"),
    }  # fmt: skip
    again = ended(blog, upload(blog, zipped(folder), source="old", update="true").json())
    assert blog.get(f"{JOBS}/{again['id']}/report")["counts"]["posts_unchanged"] == 13
    assert list((blog.data_dir / "jobs").glob("*.zip")) == []
    assert blog.get("/api/users/v1/tokens")["items"] == []
    data_dir = new_blog("other")
    import_markdown(folder, data_dir, "--source", "old")
    blog.stop()
    assert state_of(blog.data_dir) == state_of(data_dir)


def test_a_cancelled_import_stops_and_keeps_what_it_brought(live_blog, tmp_path):
    blog = live_blog(**SETTINGS).set_up()
    job = upload(blog, zipped(posts_in(tmp_path / "posts", 400))).json()
    wait_until(lambda: blog.get(f"{JOBS}/{job['id']}")["done"] > 0, seconds=60)
    (token,) = blog.get("/api/users/v1/tokens")["items"]
    assert sorted(token["scopes"]) == sorted(load_access()["startImport"].besides), "it holds what starting it takes"
    assert blog.call("POST", f"{JOBS}/{job['id']}/cancel").status == 200
    wait_until(lambda: list((blog.data_dir / "jobs").glob("*.zip")) == [], seconds=60)
    there = len(blog.all("/api/blog/v1/posts", fields="id"))
    Event().wait(1)
    assert 0 < there == len(blog.all("/api/blog/v1/posts", fields="id")) < 400


# killed as often as a job may be taken up, but for the time that ends it
@pytest.mark.parametrize("kills", [3, pytest.param(MOST_TAKEN - 1, marks=pytest.mark.full)])
def test_an_import_survives_kill_9_at_any_moment_and_does_nothing_twice(live_blog, new_blog, tmp_path, kills):
    moments, posts = random.Random(SEED), 20 * kills + 30
    folder = posts_in(tmp_path / "posts", posts)
    blog = live_blog(tmp_path / "data", **SETTINGS).set_up()
    job = upload(blog, zipped(folder)).json()
    for number in range(kills):
        wanted = 15 * number + moments.randint(1, 15)
        wait_until(lambda running=blog, least=wanted: posts_of(running) >= least, seconds=60)
        time.sleep(moments.uniform(0, 0.05))
        blog.stop(signal.SIGKILL)
        blog = live_blog(blog.data_dir, **SETTINGS)
    blog.sign_in()
    found = ended(blog, job)
    assert (found["state"], found["problem"]) == ("done", None), f"seed {SEED}"
    counts = blog.get(f"{JOBS}/{job['id']}/report")["counts"]
    assert counts["posts_made"] + counts["posts_unchanged"] == posts
    assert counts["posts_unchanged"] > 0, "it was never killed in the middle"
    assert blog.get("/api/users/v1/tokens")["items"] == []
    assert [path for path in (blog.data_dir / "jobs").iterdir() if path.suffix == ".zip"] == []
    blog.stop()
    data_dir = new_blog("undisturbed")
    import_markdown(folder, data_dir)
    assert state_of(blog.data_dir) == state_of(data_dir)
