"""Liveness and readiness, the same for every service."""

from collections.abc import Callable, Mapping

from flask import Flask, Response, jsonify

Check = Callable[[], bool]


def install(app: Flask, checks: Mapping[str, Check]) -> None:
    """Serve `/healthz` (the process answers) and `/readyz` (everything it needs answers)."""

    def healthz() -> Response:
        return _uncached(jsonify({"status": "ok"}))

    def readyz() -> Response:
        results = {name: _holds(check) for name, check in checks.items()}
        ready = all(results.values())
        response = jsonify({"status": "ready" if ready else "not ready", "checks": results})
        response.status_code = 200 if ready else 503
        return _uncached(response)

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def _holds(check: Check) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
        return False


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
