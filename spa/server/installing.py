"""What lets a reader install the blog and read it without a connection: the manifest and the service worker."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, send_from_directory

from spa.server.build import Build

WORKER = "service-worker.js"


def install(app: Flask, build: Build, site: Callable[[], Mapping[str, Any]]) -> None:
    """Serve both; `site` returns the blog's settings."""

    def manifest() -> Response:
        known = site()
        answer = jsonify(
            name=known["title"],
            short_name=known["title"],
            description=known["description"],
            lang=known["language"],
            id="/",
            start_url="/",
            display="minimal-ui",
            icons=[{"src": build.icon, "type": "image/svg+xml", "sizes": "any"}],
        )
        return _revalidated(answer, "application/manifest+json")

    def worker() -> Response:
        # Asked for anew each time: an old worker would hide a release.
        return _revalidated(send_from_directory(build.folder, WORKER), "text/javascript; charset=utf-8")

    app.add_url_rule("/manifest.webmanifest", "manifest", manifest)
    app.add_url_rule(f"/{WORKER}", "worker", worker)


def _revalidated(answer: Response, kind: str) -> Response:
    answer.headers["Content-Type"] = kind
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
