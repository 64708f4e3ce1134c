"""Prometheus metrics, served at `/metrics` inside the private network only (the gateway does not pass it on)."""

from functools import cache
from time import perf_counter
from typing import cast

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest

EXTENSION = "flask-blog-metrics"
# anybody may send a method of a name of their own, and each name would be remembered
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def registry_of(app: Flask) -> CollectorRegistry:
    """Return where an application's metrics are registered."""
    return cast("CollectorRegistry", app.extensions[EXTENSION])


def install(app: Flask, registry: CollectorRegistry) -> None:
    """Time every request by route template, method and status, and serve the registry."""
    seconds = Histogram(
        "http_request_seconds", "Time to answer a request", ["route", "method", "status"], registry=registry
    )

    # finding a series again takes longer than adding to it; routes, methods and statuses are few
    series = cache(seconds.labels)

    def begin() -> None:
        g.began = perf_counter()

    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        took = perf_counter() - g.get("began", perf_counter())
        method = request.method if request.method in METHODS else "other"
        series(route, method, response.status_code).observe(took)
        return response

    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.extensions[EXTENSION] = registry
    app.before_request(begin)
    app.after_request(finish)
    app.add_url_rule("/metrics", "metrics", metrics)
