"""Views to HTML: the head, the layout and the API answers that the SPA begins with."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from spa.server import headers
from spa.server.answers import Answer
from spa.server.build import Build
from spa.server.metadata import linked_data
from spa.server.page_cache import RenderedPage
from spa.server.views import View
from spa.server.wording import Wordings

TEMPLATES = Path(__file__).parent / "templates"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|oklch\([0-9.%deg ]{5,40}\)")
# What stands around the text while nothing is known of the blog.
UNKNOWN_SITE: Mapping[str, Any] = {
    "title": "Blog", "description": "", "language": "en", "time_zone": "UTC", "accent": None, "navigation": [],
    "logo": None, "footer": None, "social_links": [], "posts_per_page": 20,
}  # fmt: skip
# Seconds after which the same request may do better.
RETRY = {429: "60", 503: "2"}


class Renderer:
    """Fills the templates."""

    def __init__(self, build: Build, wordings: Wordings, public_url: str) -> None:
        self._build = build
        self._public_url = public_url
        self._wordings = wordings
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(build=build, public_url=public_url, path_of=path_of)

    def page(
        self, view: View, *, site: Mapping[str, Any], module: str, answers: Mapping[str, Answer], status: int = 200
    ) -> RenderedPage:
        """Return the HTML answer of a view; `answers` are embedded by API path, `module` is the SPA's page."""
        style = accent_style(site["accent"])
        html = self._environment.get_template(view.template).render(
            view.context,
            t=self._wordings.of(site["language"]),
            view=view,
            site=site,
            style=style,
            modules=self._build.modules.get(module, []),
            page_styles=self._build.page_styles.get(module, []),
            canonical=view.canonical or self._public_url + view.path,
            absolute=self._absolute,
            linked_data=linked_data(view, site, self._public_url),
            page_data=page_data(view.path, answers),
        )
        sources = {path: answer.mark for path, answer in answers.items()}
        retry = {"Retry-After": RETRY[status]} if status in RETRY else {}
        return RenderedPage(
            f"{status} {HTTPStatus(status).phrase}", html.encode(), {**headers.for_page(style), **retry}, sources
        )

    def opensearch(self, site: Mapping[str, Any]) -> bytes:
        """Return the description by which browsers offer to search the blog (OpenSearch 1.1)."""
        return (
            self._environment.get_template("opensearch.xml")
            .render(site=site, t=self._wordings.of(site["language"]))
            .encode()
        )

    def _absolute(self, address: str) -> str:
        return self._public_url + address if address.startswith("/") else address


def path_of(url: str) -> str:
    """Return where something is read, without the origin: a copy of the site elsewhere keeps its readers."""
    return urlsplit(url).path


def accent_style(accent: str | None) -> str:
    """Return the style sheet that sets the site's accent; a value that is no plain colour is left out."""
    return f":root{{--accent-setting:{accent}}}" if accent and COLOUR.fullmatch(accent) else ""


def page_data(path: str, answers: Mapping[str, Answer]) -> Markup:
    """Return the JSON of the embedded answers, their bodies exactly as the API wrote them."""
    responses = ",".join(
        f'{json.dumps(name)}:{{"status":{answer.status},"body":{answer.body.decode()}}}'
        for name, answer in answers.items()
    )
    text = f'{{"url":{json.dumps(path)},"responses":{{{responses}}}}}'
    # Inside <script> only "<" can end or open something.
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON without "<" cannot leave its element
