"""The way in for developers: `/docs`, and the page of each problem code that API errors link to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from spa.server.pages import NOT_FOUND, Pages
from spa.server.views import View

Kinds = Mapping[str, Mapping[str, Any]]


def install(app: Flask, pages: Pages, problems: Path) -> None:
    """Serve the developers' pages; `problems` was written by the build from the published contracts."""
    kinds: Kinds = json.loads(problems.read_text("utf-8"))

    def plain(template: str, title: str, **context: Any) -> ResponseReturnValue:
        return pages.plain(View(template, title, "", request.path, context), {})

    def docs() -> ResponseReturnValue:
        return plain("docs.html", "Build with the API")

    def errors() -> ResponseReturnValue:
        return plain("errors.html", "Errors", kinds=[_shown(code, kind) for code, kind in sorted(kinds.items())])

    def error(code: str) -> ResponseReturnValue:
        if code not in kinds:
            abort(NOT_FOUND)
        return plain("problem.html", kinds[code]["title"], kind=_shown(code, kinds[code]))

    app.add_url_rule("/docs", "docs", docs)
    app.add_url_rule("/docs/errors", "errors", errors)
    app.add_url_rule("/docs/errors/<code>", "error", error)


def _shown(code: str, kind: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a kind for the templates; its explanation marks code by backticks."""
    parts = str(escape(kind["explanation"])).split("`")
    marked = "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
    return {**kind, "code": code, "explanation": Markup(marked)}  # noqa: S704 - escaped above
