"""Feeds and the site map: valid, whole, absolute, and without a word of what is not public."""

from xml.etree import ElementTree as ET

import feedparser
import pytest

from api.blog.feeds import sitemap
from tests.support.feeds import TYPES, faults

FILES = tuple(TYPES)
ROOTS = ("", "/tags/zwolf", "/authors/ada", "/series/building")
NASTY = 'Tags & <b>ents</b> "quoted" \u2028 ]]> \ufffe'
TEXT = (
    'Hello [home](/about#top), [below](#end), ![x](/media/x.png)\n\n<a href="//other.example/">o</a>\n\n## End\n\n\x0b'
)


@pytest.fixture
def posts(ada, eve, clock, png):
    eve.post("/series", {"title": "Building"})
    cover = ada.call("POST", "/media", data={"file": (png(), "a.png")}).json
    first = ada.publish(
        NASTY, markdown=TEXT, tags=["C & C++", "Zwölf"], cover_id=cover["id"], language="de", series="building"
    )
    clock.advance(minutes=1)
    second = ada.publish("For members", visibility="members", markdown="Inside", summary="Outside")
    ada.publish("Unlisted", visibility="unlisted", tags=["Zwölf"])
    ada.write("Draft", tags=["Zwölf"])
    ada.publish("Later", published_at="2026-12-24T00:00:00Z", tags=["Zwölf"])
    ada.publish("A page", kind="page")
    return first, second


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("file", FILES[:2])
def test_a_feed_reader_finds_nothing_to_complain_of(posts, client, root, file):
    response = client.get(f"{root}/{file}")
    assert response.status_code == 200
    assert faults(file, response.data, response.content_type) == []
    feed = feedparser.parse(response.data)
    titles = [entry.title for entry in feed.entries]
    assert len(titles) == (1 if root.startswith(("/tags", "/series")) else 2)
    assert feed.feed.link == f"https://blog.example.org{root}" + ("" if root else "/")
    entry = feed.entries[-1]
    assert entry.id == f"urn:uuid:{posts[0]['id']}"
    assert entry.link == posts[0]["url"]
    assert [tag.term for tag in entry.tags] == ["C & C++", "Zwölf"]
    assert entry.author == "Ada"
    assert entry.published_parsed[:5] == (2026, 11, 23, 9, 0)
    [enclosure] = [link for link in entry.links if link.rel == "enclosure"]
    assert enclosure.href.startswith("https://blog.example.org/media/")
    assert enclosure.type == "image/png"
    assert int(enclosure.length) > 0


@pytest.mark.parametrize("root", ROOTS)
def test_the_json_feed_keeps_its_schema(posts, client, root):
    response = client.get(f"{root}/feed.json")
    assert faults("feed.json", response.data, response.content_type) == []
    item = response.json["items"][-1]
    assert (item["url"], item["tags"], item["language"]) == (posts[0]["url"], ["C & C++", "Zwölf"], "de")
    assert item["authors"] == [{"name": "Ada", "url": "https://blog.example.org/authors/ada"}]


BROKEN = {
    "feed.xml": b'<rss version="0.9"><channel/></rss>',
    "atom.xml": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>No id</title></feed>',
    "feed.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{}]}',
}


@pytest.mark.parametrize("file", FILES)
def test_the_judges_find_a_fault(file):
    assert faults(file, BROKEN[file], TYPES[file])
    assert faults(file, b"", "text/html")


def html_of(client, file) -> str:
    response = client.get(f"/{file}")
    if file == "feed.json":
        return response.json["items"][-1]["content_html"]
    return feedparser.parse(response.data, sanitize_html=False).entries[-1].content[0].value


@pytest.mark.parametrize("file", FILES)
def test_every_address_in_a_feed_is_absolute(posts, client, file):
    html = html_of(client, file)
    assert 'href="https://blog.example.org/about#top"' in html
    assert f'href="{posts[0]["url"]}#' in html
    assert 'src="https://blog.example.org/media/x.png"' in html
    assert 'href="//other.example/"' in html


@pytest.mark.parametrize("file", FILES)
def test_members_texts_and_what_is_not_public_stay_out(posts, client, file):
    text = client.get(f"/{file}").text
    assert "Outside" in text
    for absent in ("Inside", "Unlisted", "Draft", "Later", "A page"):
        assert absent not in text


@pytest.mark.parametrize("file", FILES)
def test_feeds_of_what_does_not_exist_or_is_not_public_are_not_there(ada, eve, client, file):
    eve.post("/series", {"title": "Hidden"})
    ada.write(tags=["Secret"], series="hidden")
    for root in ("/tags/secret", "/tags/nothing", "/authors/nobody", "/series/hidden", "/series/none"):
        assert client.get(f"{root}/{file}").status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_an_empty_blog_has_valid_feeds(database, client, file):
    response = client.get(f"/{file}")
    assert faults(file, response.data, response.content_type) == []


@pytest.mark.parametrize("file", [*FILES, "sitemap.xml"])
def test_feeds_are_asked_for_conditionally_and_change_with_what_they_show(posts, ada, client, file):
    first = client.get(f"/{file}")
    again = client.get(f"/{file}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    ada.publish("Another")
    assert client.get(f"/{file}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def locations(response) -> list[str]:
    root = ET.fromstring(response.data)  # noqa: S314 - our own answer
    return [place.text for place in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_site_map_names_every_public_page(posts, client):
    response = client.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    site = "https://blog.example.org"
    assert set(locations(response)) == {
        f"{site}/", f"{site}/pages/a-page", posts[0]["url"], posts[1]["url"], f"{site}/tags/zwolf",
        f"{site}/tags/c-c-plus-plus", f"{site}/authors/ada", f"{site}/series/building",
    }  # fmt: skip


def test_the_site_map_says_when_a_post_changed_or_if_later_when_it_appeared(ada, client, clock):
    changed, due = ada.publish("Changed"), ada.publish("Due", published_at="2026-11-23T10:00:00Z")
    assert [place for place in modified(client) if "/posts/" in place] == [changed["url"]]
    assert modified(client)[changed["url"]] == changed["updated_at"] == "2026-11-23T09:00:00.000000Z"
    clock.advance(minutes=90)
    saved = ada.call("PATCH", f"/posts/{changed['id']}", json={"summary": "Other"}, headers={"If-Match": "*"}).json
    shown = modified(client)
    assert shown[changed["url"]] == saved["updated_at"] == "2026-11-23T10:30:00.000000Z"
    assert shown[due["url"]] == "2026-11-23T10:00:00.000000Z"


def modified(client) -> dict[str, str | None]:
    """Return when each page of the site map was changed."""
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - our own answer
    return {place.findtext(f"{space}loc"): place.findtext(f"{space}lastmod") for place in root}


def test_the_map_of_a_large_blog_is_an_index_of_its_years(ada, client, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST_IN_ONE", 2)
    urls = [ada.publish(str(year), published_at=f"{year}-06-01T00:00:00Z")["url"] for year in (2023, 2025, 2025)]
    index = client.get("/sitemap.xml")
    assert locations(index) == [
        f"https://blog.example.org/sitemap.xml?part={part}" for part in ("pages", "2023", "2024", "2025")
    ]
    found = [
        place
        for part in locations(index)
        for place in locations(client.get(part.removeprefix("https://blog.example.org")))
    ]
    assert [url for url in found if "/posts/" in url] == [urls[0], urls[2], urls[1]]
    assert client.get("/sitemap.xml?part=../x").status_code == 422


@pytest.mark.parametrize(
    ("year", "status"), [("0000", 422), ("0001", 200), ("9998", 200), ("9999", 422), ("99999", 422)]
)
def test_a_part_is_a_year_of_the_calendar(client, year, status):
    assert client.get(f"/sitemap.xml?part={year}").status_code == status


def test_robots_are_told_where_the_map_is(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert "Sitemap: https://blog.example.org/sitemap.xml" in lines
    assert "Disallow: /studio" in lines
    assert client.get("/robots.txt").content_type == "text/plain; charset=utf-8"
