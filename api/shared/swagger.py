"""Swagger UI, served from our own origin under a strict Content-Security-Policy."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, send_from_directory

from api.shared.problems import NOT_FOUND, Problem

if TYPE_CHECKING:
    from api.shared.service import Description

# img-src data: is Swagger UI's own need (its icons are data: images in its style sheet)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OWN = Path(__file__).parent / "swagger"
VENDOR_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})
OWN_FILES = frozenset({"start.js", "theme.css"})
NOT_BUILT = "Swagger UI is not built here: run `make build`, or set the folder that holds swagger-ui-dist."


def install(app: Flask, description: "Description", contract: bytes, folder: Path) -> None:
    """Serve `{root}/docs` and the contract at `{root}/v1/openapi.json`; `folder` holds npm's swagger-ui-dist."""
    root = description.root
    template = (OWN / "page.html").read_text("utf-8")
    page = template.replace("{title}", escape(description.info["title"])).replace("{root}", root)

    def openapi_json() -> Response:
        response = Response(contract, content_type="application/json")
        response.add_etag()
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    def docs() -> Response:
        response = Response(page, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-cache"
        return response

    def asset(name: str) -> Response:
        if name in OWN_FILES:
            return send_from_directory(OWN, name, max_age=0)
        if name not in VENDOR_FILES:
            raise Problem(NOT_FOUND)
        if not (folder / name).is_file():
            raise Problem(NOT_FOUND, NOT_BUILT)
        return send_from_directory(folder, name, max_age=3600)

    app.add_url_rule(f"{root}/v1/openapi.json", "openapi_json", openapi_json)
    app.add_url_rule(f"{root}/docs", "docs", docs)
    app.add_url_rule(f"{root}/docs/<name>", "docs_asset", asset)
