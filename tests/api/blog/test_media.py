"""Uploads: known by their bytes, kept once, served so that they can do nothing."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from tests.support.shared_data import shared_data

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><script>alert(1)</script></svg>'
BOMB = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><svg xmlns="http://www.w3.org/2000/svg">&c;</svg>"""
STRANGER = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg">&x;</svg>"""


def upload(person, data, name="a.png", **fields):
    stream = data if hasattr(data, "read") else BytesIO(data)
    return person.call("POST", "/media", data={"file": (stream, name), **fields})


def drawn(png, kind, **options) -> bytes:
    return png(kind=kind, **options).read()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"%PDF-1.7",
        b"<html><body>hi</body></html>",
        b"<svg>no namespace</svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b"\x1f\x8b\x08gzip",
        BOMB,
        STRANGER,
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x1cftypavif" + b"\xff" * 100,
    ],
)
def test_what_is_no_whole_image_is_refused_whatever_it_is_called(ada, head, data):
    before = head()
    response = upload(ada, data, "picture.png")
    assert (response.status_code, response.json["code"]) == (415, "not_an_image")
    assert head() == before


def test_an_image_of_a_kind_that_browsers_do_not_show_is_refused(ada):
    assert upload(ada, (shared_data("media") / "image.heic").read_bytes()).status_code == 415


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_an_image_that_was_cut_off_is_refused(ada, png, kind):
    data = drawn(png, kind, size=(200, 200))
    assert upload(ada, data[: len(data) - len(data) // 3]).status_code == 415


def test_more_than_forty_megapixels_are_refused(ada, head):
    before = head()
    file = BytesIO()
    Image.new("1", (8001, 5000)).save(file, "PNG")
    assert len(file.getvalue()) < 20_000
    response = upload(ada, file.getvalue())
    assert (response.status_code, response.json["code"]) == (413, "file_too_large")
    assert head() == before


def test_more_than_twenty_five_megabytes_are_refused(ada, head):
    before = head()
    response = upload(ada, b"\x89PNG" + b"\0" * 25_000_000)
    assert (response.status_code, response.json["code"]) == (413, "file_too_large")
    response = upload(ada, b"\x89PNG" + b"\0" * 26_000_000)
    assert response.status_code == 413
    assert head() == before


def test_a_body_that_is_no_form_or_holds_no_file_is_refused(ada):
    assert ada.call("POST", "/media", json={"file": "x"}).status_code == 415
    assert ada.call("POST", "/media", data={"alt": "x"}, content_type="multipart/form-data").status_code == 422
    assert ada.call("POST", "/media", data={"file": "text"}, content_type="multipart/form-data").status_code == 422
    assert upload(ada, SVG, "a.svg", colour="red").status_code == 422


@pytest.mark.parametrize(
    ("kind", "content_type", "extension"),
    [
        ("PNG", "image/png", "png"),
        ("JPEG", "image/jpeg", "jpg"),
        ("WEBP", "image/webp", "webp"),
        ("GIF", "image/gif", "gif"),
        ("AVIF", "image/avif", "avif"),
    ],
)
def test_an_image_is_known_by_its_bytes(ada, png, kind, content_type, extension):
    data = drawn(png, kind)
    response = upload(ada, data, "C:\\fakepath\\../\u202epicture.txt", alt="A square")
    media = response.json
    digest = hashlib.sha256(data).hexdigest()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/blog/v1/media/{media['id']}"
    served = ada.client.get(media["url"])
    assert media == {
        "id": media["id"], "url": f"/media/{digest}.{extension}", "content_type": content_type,
        "bytes": len(served.data),
        "width": 3, "height": 2, "alt": "A square", "filename": "picture.txt", "srcset": None,
        "blurhash": media["blurhash"], "colour": media["colour"],
        "created_at": "2026-11-23T09:00:00.000000Z", "version": 1,
    }  # fmt: skip
    assert (served.status_code, served.content_type) == (200, content_type)
    with Image.open(BytesIO(served.data)) as picture:
        assert picture.size == (3, 2)
        assert max(picture.convert("RGB").getpixel((1, 1))) < 6
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_an_svg_is_kept_as_it_is_and_can_do_nothing(ada, client):
    media = upload(ada, SVG, "a.svg").json
    assert (media["content_type"], media["width"], media["height"]) == ("image/svg+xml", 30, 20)
    served = client.get(media["url"])
    assert served.data == SVG
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert served.headers["Content-Security-Policy"] == policy
    assert served.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        (b'width="120" height="80.4px"', (120, 80)),
        (b'width="100%" height="100%" viewBox="0,0,7,9"', (7, 9)),
        (b'width="10cm"', (None, None)),
        (b'viewBox="0 0 x y"', (None, None)),
    ],
)
def test_the_size_of_an_svg_is_what_it_says_in_pixels(ada, attributes, size):
    doctype = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    media = upload(ada, doctype + b'<svg xmlns="http://www.w3.org/2000/svg" ' + attributes + b"/>").json
    assert (media["width"], media["height"]) == size


@pytest.mark.parametrize("kind", ["JPEG", "AVIF"])
def test_a_photo_that_lies_on_its_side_stands_up(ada, client, kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = BytesIO()
    lying = Image.new("RGB", (64, 32), "red")
    lying.paste("blue", (32, 0, 64, 32))
    lying.save(file, kind, exif=exif)
    media = upload(ada, file.getvalue()).json
    assert (media["width"], media["height"]) == (32, 64)
    with Image.open(BytesIO(client.get(media["url"]).data)) as shown:
        assert shown.size == (32, 64)
        assert shown.getexif().get(0x0112, 1) == 1
        top, bottom = shown.convert("RGB").getpixel((16, 8)), shown.convert("RGB").getpixel((16, 56))
    assert (top[0] > 200, top[2] < 100, bottom[2] > 200, bottom[0] < 100) == (True, True, True, True)


@pytest.mark.parametrize("name", ["image.jpg", "image.avif"])
def test_real_photographs_are_taken(ada, name):
    assert upload(ada, (shared_data("media") / name).read_bytes(), name).status_code == 201


def test_the_same_bytes_are_kept_once(ada, bob, png, head):
    first = upload(ada, png(), "first.png", alt="First").json
    before = head()
    again = upload(bob, png(), "second.png", alt="Second")
    assert (again.status_code, again.json) == (201, first)
    assert head() == before


def test_strangers_to_the_records_are_not_served(client, ada, png, settings):
    media = upload(ada, png()).json
    digest = media["url"].split("/")[2].split(".")[0]
    for path in (
        f"/media/{'0' * 64}.png",
        f"/media/{digest}.jpg",
        f"/media/{digest}",
        "/media/..%2fsecret",
        "/media/x.png",
    ):
        response = client.get(path)
        assert (response.status_code, response.mimetype) == (404, "application/problem+json"), path


def test_a_deleted_file_is_served_no_more(ada, client, png):
    media = upload(ada, png()).json
    assert client.get(media["url"]).status_code == 200
    gone = ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'})
    assert gone.status_code == 204
    assert client.get(media["url"]).status_code == 404
    assert upload(ada, png()).json["id"] != media["id"]
    assert client.get(media["url"]).status_code == 200


def test_the_words_for_an_image_change_against_the_version_that_was_read(ada, png):
    media = upload(ada, png(), alt="Old").json
    path = f"/media/{media['id']}"
    changed = ada.call("PATCH", path, json={"alt": "New"}, headers={"If-Match": '"1"'}).json
    assert changed == {**media, "alt": "New", "version": 2}
    assert ada.call("PATCH", path, json={"alt": "Late"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.get(path).json == changed
    assert ada.call("PATCH", path, json={"alt": None}, headers={"If-Match": '"2"'}).json["alt"] is None


def test_files_are_listed_newest_first_and_by_kind(ada, png, clock):
    ids = []
    for kind in ("PNG", "GIF", "PNG"):
        clock.advance(seconds=1)
        ids.append(upload(ada, png(len(ids), kind=kind)).json["id"])
    assert [each["id"] for each in ada.get("/media").json["items"]] == ids[::-1]
    assert [each["id"] for each in ada.get("/media?content_type=image/gif&fields=id").json["items"]] == [ids[1]]


def test_a_part_of_a_file_may_be_asked_for(ada, client, png):
    data = drawn(png, "PNG")
    url = upload(ada, data).json["url"]
    part = client.get(url, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, data[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(data)}"
    assert client.get(url, headers={"Range": "bytes=999999-"}).status_code == 416


def test_a_file_that_is_held_already_is_not_sent_again(ada, client, png):
    url = upload(ada, png()).json["url"]
    tag = client.get(url).headers["ETag"]
    for _ in range(2):
        again = client.get(url, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    whole = client.head(url)
    assert (whole.status_code, whole.data, int(whole.headers["Content-Length"]) > 0) == (200, b"", True)
