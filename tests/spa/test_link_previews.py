"""What other sites and search engines make of a page, read by extruct: OpenGraph (ogp.me) and JSON-LD (schema.org)."""

from datetime import datetime
from io import BytesIO
from typing import Any

import extruct
import pytest
from PIL import Image

from tests.spa.conftest import PUBLIC_URL, ROOT, Blog, Frontend

HOSTILE = "Quotes \" ' & <b>bold</b> </script><script>alert(1)</script> שלום \U0001f9f5"


def read(frontend: Frontend, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the one OpenGraph object and the one JSON-LD document of a page."""
    found = extruct.extract(frontend.get(path).text, base_url=PUBLIC_URL + path, syntaxes=["opengraph", "json-ld"])
    [graph], [linked] = found["opengraph"], found["json-ld"]
    assert graph["namespace"]["og"] == "http://ogp.me/ns#"
    properties = dict(reversed(graph["properties"]))
    return properties, linked


def cover(blog: Blog) -> dict[str, Any]:
    written = BytesIO()
    Image.new("RGB", (1200, 630), "teal").save(written, "PNG")
    return blog.writer.client.post(
        f"{ROOT}/media",
        data={"file": (BytesIO(written.getvalue()), "cover.png")},
        headers={"Authorization": f"Bearer {blog.writer.token}"},
    ).json


def test_a_post_is_told_whole_and_whatever_its_title_says_stays_text(frontend, blog, publish):
    image = cover(blog)
    summary = f"In short: {HOSTILE}"
    post = publish(HOSTILE, slug="told", summary=summary, tags=["Looms & cards"], language="en", cover_id=image["id"])
    properties, linked = read(frontend, "/posts/told")
    expected = {
        "og:title": HOSTILE,
        "og:description": summary,
        "og:type": "article",
        "og:url": f"{PUBLIC_URL}/posts/told",
        "og:image": f"{PUBLIC_URL}{image['url']}",
        "og:site_name": "A blog",
        "article:published_time": post["published_at"],
        "article:tag": "Looms & cards",
    }
    assert expected.items() <= properties.items()
    assert (linked["@context"], linked["@type"]) == ("https://schema.org", "BlogPosting")
    assert (linked["headline"], linked["description"]) == (HOSTILE, summary)
    assert linked["url"] == linked["mainEntityOfPage"] == f"{PUBLIC_URL}/posts/told"
    assert linked["image"] == f"{PUBLIC_URL}{image['url']}"
    assert (linked["keywords"], linked["inLanguage"]) == (["Looms & cards"], "en")
    assert [author["@type"] for author in linked["author"]] == ["Person"]
    assert linked["author"][0]["url"].startswith(f"{PUBLIC_URL}/authors/")
    for time in (linked["datePublished"], linked["dateModified"], properties["article:modified_time"]):
        assert datetime.fromisoformat(time).tzinfo is not None
    assert linked["isPartOf"]["@type"] == "Blog"


@pytest.mark.parametrize("path", ["/", "/archive", "/tags/told", "/series/told"])
def test_every_other_page_tells_of_the_blog(frontend, blog, publish, path):
    if blog.app.test_client().get(f"{ROOT}/series/told").status_code != 200:
        blog.writer.call("POST", "/series", {"title": "Told"})
        publish("Told of", tags=["Told"], series="told")
    properties, linked = read(frontend, path)
    assert properties["og:url"] == PUBLIC_URL + path
    assert (properties["og:type"], linked["@type"]) == ("website", "Blog")
    assert (linked["url"], linked["name"]) == (f"{PUBLIC_URL}/", properties["og:site_name"])
