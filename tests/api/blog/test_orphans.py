"""Bytes that no record names go after a day; what a record names, what is young and what is not ours stays."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from api.blog import blobs, orphans
from api.blog.incoming import EXTENSION
from api.shared.http import new_id
from api.shared.store import StoreUnavailable

DAYS = timedelta(days=2)


@pytest.fixture
def context(app):
    return app.extensions[EXTENSION]


@pytest.fixture
def aged(clock):
    """Let files be so old, two days if nothing is said; returns their names."""

    def turn(*paths: Path, age: timedelta = DAYS) -> set[str]:
        moment = (clock.now() - age).timestamp()
        for path in paths:
            os.utime(path, (moment, moment))
        return {path.name for path in paths}

    return turn


def upload(person, png, **wishes):
    answer = person.call("POST", "/media", data={"file": (png(**wishes), "a.jpg")})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_what_no_record_names_goes_and_everything_else_stays(owner, png, context, tmp_path, aged):
    media, files = tmp_path / "media", tmp_path / "jobs"
    kept = upload(owner, png, size=(700, 400), kind="JPEG", comment=b"Somebody's")["url"].rpartition("/")[2]
    stem = kept.removesuffix(".jpg")
    for name in ("README", f"{stem}-320.webp", f".{new_id()}", f"{'0' * 64}.png", f"original-{'1' * 64}.jpg", "x.png"):
        (media / name).write_bytes(b"bytes")
    job = owner.post("/jobs", {"kind": "export"}).json["id"]
    for name in (f"{job}.zip", f"{new_id()}.zip", "backup.zip", f".{new_id()}"):
        (files / name).write_bytes(b"bytes")
    (media / "folder").mkdir()
    young = media / f"{'2' * 64}.png"
    young.write_bytes(b"bytes")
    assert aged(*media.iterdir(), *files.iterdir()) > {kept, f"original-{kept}"}
    aged(young, age=timedelta(hours=23))
    assert orphans.collect(context) == 5
    left = {path.name for path in media.iterdir()}
    assert left == {kept, f"original-{kept}", f"{stem}-320.webp", "README", "x.png", "folder", young.name}
    assert {path.name for path in files.iterdir()} == {f"{job}.zip", "backup.zip"}
    assert orphans.collect(context) == 0


def test_a_deleted_file_stays_a_day_longer_with_all_that_belongs_to_it(ada, png, context, tmp_path, aged):
    media = upload(ada, png, size=(700, 400), kind="JPEG", comment=b"Somebody's")
    name = media["url"].rpartition("/")[2]
    (tmp_path / "media" / f"{name.removesuffix('.jpg')}-640.avif").write_bytes(b"variant")
    names = aged(*(tmp_path / "media").iterdir())
    gone = ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'})
    assert gone.status_code == 204
    now = datetime.now(UTC)
    assert sorted(context.blobs.names(now - timedelta(hours=1))) == []
    assert set(context.blobs.names(now + timedelta(hours=1))) == names
    aged(*(tmp_path / "media").iterdir())
    assert orphans.collect(context) == len(names)
    assert upload(ada, png, size=(700, 400), kind="JPEG", comment=b"Somebody's")["url"] == media["url"]
    assert ada.client.get(media["url"]).status_code == 200


def test_it_is_done_once_a_day_and_not_while_the_process_starts(context, clock, tmp_path, aged):
    daily, orphan = orphans.Orphans(context), tmp_path / "media" / f"{'0' * 64}.png"
    taken = []
    for _ in range(3):
        orphan.write_bytes(b"bytes")
        aged(orphan)
        taken.append(daily.collect_daily())
        clock.advance(minutes=11)
    clock.advance(days=1)
    aged(orphan)
    assert [*taken, daily.collect_daily()] == [0, 1, 0, 1]


@pytest.fixture(params=["folder", "memory", "bucket"])
def kept(request, tmp_path) -> Iterator[blobs.Blobs]:
    """A place for bytes of each kind; a bucket where one is given."""
    places = {
        "folder": str(tmp_path / "new" / "media"),
        "memory": "memory:///",
        "bucket": os.environ.get("TEST_S3_URL"),
    }
    place = places[request.param]
    if place is None:
        pytest.skip("no bucket is given (TEST_S3_URL=s3://bucket/prefix, with the AWS_… variables of its server)")
    found = blobs.at(place)
    yield found
    for name in ("a.png", "b.png"):
        found.remove(name)


def test_every_place_keeps_bytes_alike(kept):
    assert (kept.read("a.png"), kept.size("a.png")) == (None, None)
    for data in (b"other", b"bytes"):
        kept.keep("a.png", BytesIO(data))
    assert (kept.read("a.png"), kept.read("a.png", 2, 2), kept.size("a.png")) == (b"bytes", b"te", 5)
    assert b"".join(blobs.parts(kept, "a.png", 1, 4)) == b"ytes"
    large = os.urandom(12_000_000)
    kept.keep("b.png", BytesIO(large))
    assert b"".join(blobs.parts(kept, "b.png", 0, len(large))) == large
    now = datetime.now(UTC)
    earlier, later = now - timedelta(hours=1), now + timedelta(hours=1)
    kept.renew("a.png")
    kept.renew("c.png")
    assert list(kept.names(earlier)) == []
    assert sorted(kept.names(later)) == ["a.png", "b.png"]
    assert not kept.remove_old("a.png", earlier)
    assert kept.size("a.png") == 5
    assert kept.remove_old("a.png", later)
    assert not kept.remove_old("a.png", later)
    for _ in range(2):
        kept.remove("b.png")
    assert (kept.read("b.png"), kept.size("b.png"), list(kept.names(later))) == (None, None, [])
    with pytest.raises(StoreUnavailable):
        list(blobs.parts(kept, "b.png", 0, 1))
