"""What becomes of an uploaded picture: nothing told of its maker, variants by the worker, bounded whatever is sent."""

import io
import random
import struct
import time
import tracemalloc
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from api.blog.incoming import EXTENSION
from api.blog.media import rewrapping
from api.blog.media.making import MEMORY_BYTES
from api.blog.worker import worker_of
from tests.support.seeds import SEED
from tests.support.shared_data import shared_data

# files know no database: one engine is enough
pytestmark = pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)
SECRET = b"canary9f3c"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def upload(person, data: bytes, name="a.png"):
    return person.call("POST", "/media", data={"file": (BytesIO(data), name)})


def photograph(width=1000, height=750, kind="JPEG", **options) -> bytes:
    """Draw something with as many colours as a photograph."""
    across, down = (
        Image.linear_gradient("L").resize((width, height)),
        Image.radial_gradient("L").resize((width, height)),
    )
    file = BytesIO()
    Image.merge("RGB", (across, down, across.rotate(180))).save(file, kind, **options)
    return file.getvalue()


def chatty(kind: str) -> bytes:
    """Return a picture that tells everything a format can tell, and more behind its end."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 28.0, 38.0)
    options = {"exif": exif.tobytes(), "icc_profile": PROFILE}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", SECRET.decode())
        text.add_itxt("Where", SECRET.decode())
        options["pnginfo"] = text
    elif kind in {"WEBP", "AVIF"}:
        options["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    elif kind == "GIF":
        options = {"comment": SECRET}
    else:
        options["comment"] = SECRET
    return photograph(64, 48, kind, **options) + (b"" if kind == "AVIF" else b"<script>" + SECRET + b"</script>")


@pytest.fixture
def work(app, context):
    """Let the worker do what is due."""
    return lambda: worker_of(app, {}).work_due()


@pytest.fixture
def context(app):
    return app.extensions[EXTENSION]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_what_is_served_says_nothing_but_the_picture(ada, client, context, kind):
    data = chatty(kind)
    assert SECRET in data
    media = upload(ada, data).json
    served = client.get(media["url"]).data
    assert SECRET not in served
    assert media["bytes"] == len(served)
    with Image.open(BytesIO(served)) as shown, Image.open(BytesIO(data)) as sent:
        assert not shown.getexif()
        assert (shown.info.get("icc_profile") is None) == (kind == "GIF")
        difference = max(
            abs(a - b) for a, b in zip(shown.convert("RGB").tobytes(), sent.convert("RGB").tobytes(), strict=True)
        )
    assert difference <= {"JPEG": 12, "AVIF": 12}.get(kind, 0)
    assert context.blobs.read(f"original-{media['url'].rpartition('/')[2]}") == data


def test_moving_pictures_go_on_moving_and_have_no_variants(ada, client, store):
    for kind in ("GIF", "PNG", "WEBP", "AVIF"):
        file = BytesIO()
        frames = [Image.new("RGB", (400, 300), (shade, 0, 0)) for shade in (0, 120, 240)]
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
        media = upload(ada, file.getvalue()).json
        assert (media["srcset"], media["content_type"]) == (None, f"image/{kind.lower()}")
        with Image.open(BytesIO(client.get(media["url"]).data)) as shown:
            assert shown.n_frames == 3
            assert shown.info.get("loop", 0) == 0
    assert store.find("jobs").records == []


def test_the_worker_makes_variants_and_their_addresses_are_known_before(ada, client, store, work, tmp_path):
    media = upload(ada, photograph(icc_profile=PROFILE)).json
    digest = media["url"].split("/")[2].split(".")[0]
    addresses = {kind: [each.split() for each in media["srcset"][kind].split(", ")] for kind in ("avif", "webp")}
    assert [width for _, width in addresses["avif"]] == ["320w", "640w", "960w"]
    early = client.get(addresses["avif"][0][0])
    assert (early.status_code, early.headers["Location"]) == (302, media["url"])
    assert early.headers["Cache-Control"] == "public, max-age=5"
    assert work() == 1
    assert store.find("jobs").records == []
    for kind, several in addresses.items():
        for address, width in several:
            answer = client.get(address)
            assert (answer.status_code, answer.content_type) == (200, f"image/{kind}")
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
            assert client.get(address, headers={"Range": "bytes=0-9"}).data == answer.data[:10]
            with Image.open(BytesIO(answer.data)) as picture:
                assert picture.size == (int(width[:-1]), round(int(width[:-1]) * 0.75))
                assert (picture.format, not picture.getexif()) == (kind.upper(), True)
                assert picture.info["icc_profile"] == PROFILE
    for wrong in (f"{digest}-640.jpg", f"{digest}-1280.avif", f"{digest}-0640.avif", f"{digest}-640.avif.avif"):
        assert client.get(f"/media/{wrong}").status_code == 404, wrong
    assert len(list((tmp_path / "media").iterdir())) == 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_gets_variants(ada, client, work, mode):
    file = BytesIO()
    Image.new(mode, (400, 300)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    media = upload(ada, file.getvalue()).json
    assert media["blurhash"]
    work()
    assert client.get(media["srcset"]["webp"].split()[0]).status_code == 200


def test_a_blur_and_a_main_colour_stand_for_a_picture(ada):
    file = BytesIO()
    sky = Image.new("RGB", (300, 200), "#3366cc")
    sky.paste("#33aa44", (0, 160, 300, 200))
    sky.save(file, "PNG")
    media = upload(ada, file.getvalue()).json
    assert (media["colour"], len(media["blurhash"])) == ("#3366cc", 28)
    assert upload(ada, b'<svg xmlns="http://www.w3.org/2000/svg"/>').json["blurhash"] is None


def test_a_file_that_was_deleted_meanwhile_needs_no_variants(ada, store, work):
    media = upload(ada, photograph()).json
    ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'})
    assert work() == 1
    assert store.find("jobs").records == []


def test_a_picture_that_cannot_be_read_again_is_shown_as_it_is(ada, owner, client, work, tmp_path):
    media = upload(ada, photograph()).json
    for file in (tmp_path / "media").iterdir():
        if file.name.startswith("original-"):
            file.write_bytes(b"\xff\xd8\xff damaged")
    assert work() == 1
    [job] = owner.get("/jobs?kind=variants").json["items"]
    [problem] = owner.get(f"/jobs/{job['id']}/report").json["problems"]
    assert problem["code"] == "variants"
    assert client.get(media["srcset"]["avif"].split()[0]).headers["Location"] == media["url"]


# -------------------------------------------------------------------------------------- what people send on purpose


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb() -> bytes:
    """Forty megapixels and one row, of nothing, in 40 kB."""
    header = struct.pack(">IIBBBBB", 40_000, 1_001, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(40_000 * 3 + 1) * 1_001, 9)
    return rewrapping.PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with a text that unpacks to 200 MB."""
    data = photograph(8, 8, "PNG")
    return data[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000), 9)) + data[33:]


def many_frames(count: int) -> bytes:
    file = BytesIO()
    frame = Image.new("P", (1, 1))
    frame.save(file, "GIF")
    data = file.getvalue()[:-1]
    start = data.index(b",")
    return data[:start] + data[start:] * count + b";"


def claims(width: int, height: int) -> bytes:
    """A GIF that says it is larger than it is."""
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\0\0\0,\0\0\0\0"
        + struct.pack("<HH", width, height)
        + b"\0\2\1\0\0;"
    )


HOSTILE = {
    "a bomb of pixels": png_bomb,
    "a bomb of text": text_bomb,
    "ten thousand frames": lambda: many_frames(10_000),
    "a screen of four gigapixels": lambda: claims(65_535, 65_535),
    "a GIF of crumbs": lambda: b"GIF89a\1\0\1\0\0\0\0!\xfe" + b"\1a" * 2_000_000 + b"\0;",
    "a GIF that never ends": lambda: many_frames(3)[:-1],
    "a PNG whose chunk ends far away": lambda: rewrapping.PNG_SIGNATURE + b"\xff\xff\xff\xf0IHDR" + bytes(50),
    "a WebP of chunks that lie": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff" + bytes(50),
    "a zip": lambda: b"PK\3\4" + bytes(100),
    "a page": lambda: b"<!doctype html><script>alert(1)</script>",
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_soon_in_bounded_memory_and_leave_nothing(ada, head, tmp_path, name):
    data, before = HOSTILE[name](), head()
    began = time.process_time()
    tracemalloc.start()
    try:
        response = upload(ada, data, "holiday.jpg")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code in {413, 415}, response.text
    assert time.process_time() - began < 20
    assert peak < 100_000_000 + 4 * len(data)
    assert head() == before
    assert list((tmp_path / "media").iterdir()) == []


def test_a_picture_that_is_something_else_too_is_served_as_the_picture_alone(ada, client):
    script = b"<?php system($_GET['c']); ?><script>alert(1)</script>"
    for kind in ("PNG", "GIF", "WEBP", "JPEG"):
        media = upload(ada, photograph(32, 32, kind) + script, f"shell.php.{kind.lower()}").json
        served = client.get(media["url"])
        assert script not in served.data
        assert (served.content_type, served.headers["X-Content-Type-Options"]) == (media["content_type"], "nosniff")
    zipped = io.BytesIO(photograph(32, 32, "GIF") + b"PK\5\6" + bytes(18)).getvalue()
    assert b"PK\5\6" not in client.get(upload(ada, zipped).json["url"]).data


def test_a_damaged_file_is_refused_or_kept_whole_whatever_was_damaged(ada, client):
    chance = random.Random(SEED)
    files = [photograph(64, 48, kind) for kind in ("PNG", "WEBP", "GIF", "JPEG", "AVIF")]
    files.append((shared_data("media") / "image.avif").read_bytes())
    for data in files:
        for _ in range(12):
            damaged = bytearray(data)
            for _ in range(chance.randint(1, 8)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            response = upload(ada, bytes(damaged))
            assert response.status_code in {201, 413, 415}, f"seed {SEED}: {response.text}"
            if response.status_code == 201:
                assert client.get(response.json["url"]).status_code == 200


def test_a_decoder_gets_no_more_memory_than_it_needs(ada, work, client):
    file = BytesIO()
    Image.new("RGB", (8_000, 5_000), "red").save(file, "PNG")
    media = upload(ada, file.getvalue()).json
    assert (media["width"], MEMORY_BYTES) == (8_000, 2_000_000_000)
    work()
    assert client.get(media["srcset"]["avif"].split()[-2]).status_code == 200
