"""How the bytes of uploads are kept: before the record that names them, whole, and again where they were lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from api.shared.store import update


def upload(person, data, name="a.png"):
    return person.call("POST", "/media", data={"file": (BytesIO(data), name)})


def test_bytes_are_stored_before_the_record_that_names_them(ada, png, store, tmp_path):
    media = upload(ada, png().read()).json
    data = png(kind="JPEG", comment=b"Somebody's").read()
    photo = upload(ada, data).json
    name, other = media["url"].rpartition("/")[2], photo["url"].rpartition("/")[2]
    kept = {file.name: file.read_bytes() for file in (tmp_path / "media").iterdir()}
    assert set(kept) == {name, other, f"original-{other}"}
    assert (kept[name], kept[f"original-{other}"]) == (png().read(), data)
    assert ada.client.get(f"/media/original-{other}").status_code == 404


def test_bytes_that_were_lost_are_written_again_when_they_are_uploaded_again(ada, bob, png, store, tmp_path):
    data = png(kind="JPEG", comment=b"Somebody's").read()
    media = upload(ada, data).json
    name = media["url"].rpartition("/")[2]
    shown, original = tmp_path / "media" / name, tmp_path / "media" / f"original-{name}"
    whole = shown.read_bytes()
    shown.unlink()
    original.unlink()
    assert upload(bob, data, "other.jpg").json == media
    assert (shown.read_bytes(), original.read_bytes()) == (whole, data)
    shown.write_bytes(b"half")
    assert upload(ada, data).json == media
    assert ada.client.get(media["url"]).data == whole
    # what encodes pictures was renewed meanwhile, and makes of them as many bytes no more
    shown.unlink()
    store.commit([update("media", media["id"], {"bytes": 5})])
    assert upload(ada, data).json == {**media, "version": 3}


def test_media_that_cannot_be_written_are_a_503_and_leave_no_record(ada, png, head, settings):
    before = head()
    with volume_missing(settings.media_url):
        assert upload(ada, png().read()).status_code == 503
    assert head() == before
    assert upload(ada, png().read()).status_code == 201


@contextmanager
def volume_missing(folder: str) -> Iterator[None]:
    """Put a file where the folder was, as when its volume is not mounted."""
    away = Path(folder).rename(f"{folder}-away")
    Path(folder).touch()
    try:
        yield
    finally:
        Path(folder).unlink()
        away.rename(folder)
