"""`flask-blog backup`, `restore` and `doctor`: both databases and the media, proven, taken away and brought back."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.flask_blog.conftest import flask_blog, import_markdown, state_of, write
from tests.support.live import start

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"/>'


@pytest.fixture(scope="module")
def made(owned, tmp_path_factory):
    """Return a folder with a blog that has a post and an image, and a backup of it as one file."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(owned, folder / "data")
    write(folder, "source/a/index.md", "---\ntitle: A\ndate: 2024-01-01\n---\n![a](b.svg)\n")
    write(folder, "source/a/b.svg", SVG)
    import_markdown(folder / "source", folder / "data")
    outcome = flask_blog("backup", folder / "blog.tar", "--data-dir", folder / "data")
    assert outcome.code == 0, outcome.error
    assert str(folder / "blog.tar") in outcome.out
    return folder


@pytest.fixture
def full(made, tmp_path):
    """Return the data folder of a blog with a post and an image."""
    return Path(shutil.copytree(made / "data", tmp_path / "data"))


@pytest.fixture
def archive(made, tmp_path):
    """Return a backup of it as one file."""
    return Path(shutil.copy(made / "blog.tar", tmp_path))


def test_a_file_that_is_there_is_not_overwritten(full, tmp_path):
    (tmp_path / "blog.tar").write_text("precious", "utf-8")
    outcome = flask_blog("backup", tmp_path / "blog.tar", "--data-dir", full)
    assert outcome.code == 1
    assert "is there already" in outcome.error
    assert (tmp_path / "blog.tar").read_text("utf-8") == "precious"


def test_there_is_nothing_to_back_up_where_no_blog_is(tmp_path):
    outcome = flask_blog("backup", "--data-dir", tmp_path / "nothing")
    assert (outcome.code, outcome.out) == (1, "")
    assert "There is no blog" in outcome.error
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("damage", ["flipped", "cut", "no archive", "missing"])
def test_a_damaged_backup_is_refused_and_nothing_changes(archive, full, damage):
    before = state_of(full)
    data = bytearray(archive.read_bytes())
    if damage == "flipped":
        data[data.index(b"SQLite format 3") + 5000] ^= 1
        archive.write_bytes(data)
    elif damage == "cut":
        archive.write_bytes(data[: len(data) // 2])
    elif damage == "no archive":
        archive.write_bytes(b"hello")
    else:
        archive.unlink()
    outcome = flask_blog("restore", archive, "--data-dir", full)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.error.startswith("Error: ")
    assert outcome.error.count("\n") == 1
    assert state_of(full) == before


@pytest.mark.parametrize("name", ["../outside", "/outside", "set/../../outside"])
def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path, full, name):
    with tarfile.open(tmp_path / "evil.tar", "w") as evil:
        evil.addfile(tarfile.TarInfo(name), io.BytesIO())
    outcome = flask_blog("restore", tmp_path / "evil.tar", "--data-dir", full)
    assert outcome.code == 1
    assert "no backup" in outcome.error


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_an_archive_with_links_or_devices_is_refused(tmp_path, full, kind):
    with tarfile.open(tmp_path / "evil.tar", "w") as evil:
        member = tarfile.TarInfo("set/link")
        member.type, member.linkname = kind, "/etc/passwd"
        evil.addfile(member)
    outcome = flask_blog("restore", tmp_path / "evil.tar", "--data-dir", full)
    assert outcome.code == 1
    assert "no backup" in outcome.error


def test_a_running_blog_is_not_restored_over(archive, full):
    blog = start(full)
    try:
        outcome = flask_blog("restore", archive, "--data-dir", full)
    finally:
        blog.stop()
    assert outcome.code == 1
    assert f"in use by the blog at {blog.url}" in outcome.error


def test_a_backup_of_a_running_blog_brings_everything_back_elsewhere(full, tmp_path):
    blog = start(full).sign_in()
    try:
        outcome = flask_blog("backup", tmp_path / "blog.tar", "--data-dir", full)
        assert outcome.code == 0, outcome.error
        blog.post("/api/blog/v1/posts", {"title": "Too late"})
    finally:
        blog.stop()
    assert (tmp_path / "blog.tar").stat().st_mode & 0o777 == 0o600
    there = tmp_path / "there" / "data"
    outcome = flask_blog("restore", tmp_path / "blog.tar", "--data-dir", there)
    assert outcome.code == 0, outcome.error
    again = start(there).sign_in()
    try:
        posts = again.all("/api/blog/v1/posts", status="any")
        [image] = again.all("/api/blog/v1/media")
        assert [post["title"] for post in posts] == ["A"]
        assert again.call("GET", image["url"]).data == SVG.encode()
    finally:
        again.stop()


def test_a_restored_blog_is_what_it_was(archive, full, source):
    before = state_of(full)
    write(source, "b.md", "---\ntitle: B\ndate: 2024-01-02\n---\n")
    import_markdown(source, full)
    assert state_of(full) != before
    assert flask_blog("restore", archive, "--data-dir", full).code == 0
    assert state_of(full) == before


def test_without_a_file_the_set_stays_in_the_data_folder(full):
    outcome = flask_blog("backup", "--data-dir", full)
    [made] = [path for path in (full / "backups").iterdir() if path.is_dir()]
    assert str(made) in outcome.out
    assert flask_blog("restore", made, "--data-dir", full).code == 0


def test_the_doctor_finds_nothing_wrong_and_changes_nothing(full):
    before = state_of(full)
    outcome = flask_blog("doctor", "--data-dir", full)
    assert outcome.code == 0, outcome.out
    assert "WRONG" not in outcome.out
    assert "consistency: every record is where it belongs" in outcome.out
    assert state_of(full) == before


def test_the_doctor_says_what_to_do(full):
    (full / "secrets" / "blog.key").chmod(0o644)
    outcome = flask_blog("doctor", "--data-dir", full)
    assert outcome.code == 1
    assert f"chmod 600 {full / 'secrets' / 'blog.key'}" in outcome.out


def test_the_doctor_looks_at_a_running_blog(full):
    blog = start(full)
    try:
        outcome = flask_blog("doctor", "--data-dir", full)
    finally:
        blog.stop()
    assert outcome.code == 0, outcome.out
    assert f"runs at {blog.url}" in outcome.out
