"""The way in for developers: `/docs` and its guides, and the page of each problem code that API errors link to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from spa.server.advice import for_status
from spa.server.pages import NOT_FOUND, Pages
from spa.server.views import View

Kinds = Mapping[str, Mapping[str, Any]]

TITLES: Mapping[str, str] = {
    "start": "Build with the API",
    "authentication": "Authentication",
    "lists": "Lists",
    "requests": "Conditional requests and retries",
    "webhooks": "Webhooks",
    "limits": "Limits",
}
GUIDES = [
    *(("/docs" if name == "start" else f"/docs/{name}", title) for name, title in TITLES.items()),
    ("/docs/errors", "Errors"),
]
AN_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"


def install(app: Flask, pages: Pages, problems: Path) -> None:
    """Serve the developers' pages; `problems` was written by the build from the published contracts."""
    kinds: Kinds = json.loads(problems.read_text("utf-8"))

    def plain(name: str, title: str, **context: Any) -> ResponseReturnValue:
        view = View(f"docs/{name}.html", title, "", request.path, {"guides": GUIDES, **context})
        return pages.plain(view, {})

    def guide(name: str = "start") -> ResponseReturnValue:
        if name not in TITLES or (name == "start" and request.path != "/docs"):
            abort(NOT_FOUND)
        return plain(name, TITLES[name])

    def errors() -> ResponseReturnValue:
        return plain("errors", "Errors", kinds=[_shown(code, kind) for code, kind in sorted(kinds.items())])

    def error(code: str) -> ResponseReturnValue:
        if code not in kinds:
            abort(NOT_FOUND)
        return plain("problem", kinds[code]["title"], kind=_shown(code, kinds[code]))

    app.add_url_rule("/docs", "docs", guide)
    app.add_url_rule("/docs/<name>", "guide", guide)
    app.add_url_rule("/docs/errors", "errors", errors)
    app.add_url_rule("/docs/errors/<code>", "error", error)


def _shown(code: str, kind: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a kind for the templates, with what to do about it and as a client meets it."""
    example = {
        "type": f"…/docs/errors/{code}", "title": kind["title"], "status": kind["status"],
        "detail": kind["explanation"], "code": code, "request_id": AN_ID,
    }  # fmt: skip
    return {
        **kind,
        "code": code,
        "explanation": _marked(kind["explanation"]),
        "advice": _marked(for_status(kind["status"])),
        "example": json.dumps(example, indent=2, ensure_ascii=False),
    }


def _marked(text: str) -> Markup:
    """Return a text as HTML; backticks mark code."""
    parts = str(escape(text)).split("`")
    marked = "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
    return Markup(marked)  # noqa: S704 - escaped above
