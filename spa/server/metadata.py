"""schema.org data (JSON-LD) of a page, for search engines."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from spa.server.views import View


def linked_data(view: View, site: Mapping[str, Any], public_url: str) -> Markup:
    """Return the JSON-LD of an article, or of the blog itself."""
    blog = {"@type": "Blog", "name": site["title"], "url": f"{public_url}/", "inLanguage": site["language"]}
    data: dict[str, Any] = {"@context": "https://schema.org", **(_article(view, public_url) or blog)}
    if "headline" in data:
        data["isPartOf"] = blog
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON without "<" cannot leave its element


def _article(view: View, public_url: str) -> Mapping[str, Any] | None:
    post = view.document
    if post is None:
        return None
    optional = {
        "description": view.description,
        "image": view.image if view.image and not view.image.startswith("/") else _absolute(view.image, public_url),
        "keywords": [tag["name"] for tag in post["tags"]],
        "inLanguage": post["language"],
        "datePublished": post["published_at"],
    }
    return {
        "@type": "BlogPosting",
        "headline": post["title"],
        "url": post["url"],
        "mainEntityOfPage": post["url"],
        "dateModified": post["updated_at"],
        "wordCount": post["word_count"],
        "author": [
            {"@type": "Person", "name": author["name"], "url": f"{public_url}/authors/{quote(author['username'])}"}
            for author in post["authors"]
        ],
        **{name: value for name, value in optional.items() if value},
    }


def _absolute(address: str | None, public_url: str) -> str | None:
    return f"{public_url}{address}" if address else None
