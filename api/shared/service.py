"""Puts a public service together: the same conventions for Blog and Users, installed in one place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_cors import CORS
from prometheus_client import CollectorRegistry

from api.shared import environment, health, http, limits, metrics, openapi, problems, swagger
from api.shared.limits import Limiter, Policy
from api.shared.operations import EXTENSION, Resource, Runtime, looks_at_tokens
from api.shared.outgoing_contract import Messages
from api.shared.problems import GENERAL_KINDS, UNAVAILABLE, Kind, Problem, problem_response
from api.shared.store import InvalidCursor, StoreUnavailable

PREFLIGHT_SECONDS = 600
RETRY_SECONDS = "2"
SWAGGER = Path(__file__).parents[2] / "spa" / "node_modules" / "swagger-ui-dist"
EXPOSED = [
    "ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID", "Idempotency-Replayed",
    "X-Cache",
]  # fmt: skip


class OrjsonProvider(DefaultJSONProvider):
    """Flask's JSON by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ARG002 - Flask's signature
        """Write JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ARG002 - same
        """Read JSON text."""
        return orjson.loads(s)


@dataclass(frozen=True, slots=True)
class Description:
    """What is particular about one public service."""

    name: str
    root: str
    info: Mapping[str, Any]
    resources: Sequence[Resource]
    kinds: Sequence[Kind] = ()
    checks: Mapping[str, health.Check] = field(default_factory=dict)
    # exact origins that may send cookies; every other origin may call without credentials
    credential_origins: Sequence[str] = ()
    credential_paths: str | None = None
    # what the service sends by itself, by the name of the event
    messages: Messages = field(default_factory=dict)
    # whether a response cache stands in front of what is read
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings every public service shares."""

    public_url: str
    max_body_bytes: int
    anonymous_limit: str
    bearer_limit: str
    limits_storage: str
    swagger_folder: Path

    @classmethod
    def from_environment(cls, prefix: str, *, max_body_bytes: int) -> "Limits":
        """Read `PUBLIC_URL` and the settings whose names begin with the prefix. Raises SettingRefused."""
        return cls(
            public_url=environment.public_url(),
            max_body_bytes=environment.number(f"{prefix}MAX_BODY_BYTES", max_body_bytes),
            anonymous_limit=environment.text(f"{prefix}LIMITS_ANONYMOUS", "600 per minute"),
            bearer_limit=environment.text(f"{prefix}LIMITS_BEARER", "6000 per minute"),
            limits_storage=limits.storage_setting(f"{prefix}LIMITS_STORAGE"),
            swagger_folder=Path(environment.text(f"{prefix}SWAGGER_FOLDER", str(SWAGGER))),
        )


def build(description: Description, settings: Limits, runtime: Runtime) -> Flask:
    """Return the Flask application of a service.

    The spec is at `{root}/v1/openapi.json`, Swagger UI at `{root}/docs`, the operations under `{root}/v1`.
    """
    app = Flask(description.name, static_folder=None)
    app.json = OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body_bytes
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = runtime
    registry = CollectorRegistry()
    http.install(app)
    metrics.install(app, registry)
    _install_limits(app, settings)
    _install_errors(app, f"{settings.public_url}/docs/errors")
    _install_cors(app, description)
    health.install(app, description.checks)
    contract = openapi.write(_contract(app, description, runtime))
    app.extensions["openapi"] = contract
    swagger.install(app, description, contract, settings.swagger_folder)
    return app


def _contract(app: Flask, description: Description, runtime: Runtime) -> Mapping[str, Any]:
    api = openapi.build(app, description.resources, info=description.info, prefix=f"{description.root}/v1")
    kinds = [*GENERAL_KINDS, *description.kinds]
    return openapi.finished(api, runtime.access, kinds, messages=description.messages, cached=description.cached)


def _install_limits(app: Flask, settings: Limits) -> None:
    limits.install(
        app,
        Limiter(settings.limits_storage),
        anonymous=Policy.of("anonymous", settings.anonymous_limit),
        bearer=Policy.of("bearer", settings.bearer_limit),
        looks_at_tokens=looks_at_tokens,
    )


def _install_errors(app: Flask, docs_url: str) -> None:
    problems.install(app, docs_url=docs_url)

    def on_unavailable(_error: StoreUnavailable) -> Response:
        return problem_response(Problem(UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS}), docs_url=docs_url)

    def on_cursor(_error: InvalidCursor) -> Response:
        return problem_response(Problem(problems.INVALID_CURSOR), docs_url=docs_url)

    app.register_error_handler(StoreUnavailable, on_unavailable)
    app.register_error_handler(InvalidCursor, on_cursor)


def _install_cors(app: Flask, description: Description) -> None:
    resources: dict[str | re.Pattern[str], dict[str, Any]] = {}
    if description.credential_paths is not None:
        resources[description.credential_paths] = {
            "origins": list(description.credential_origins),
            "supports_credentials": True,
        }
    resources[f"{description.root}/.*"] = {"origins": "*", "send_wildcard": True}
    CORS(app, resources=resources, expose_headers=EXPOSED, max_age=PREFLIGHT_SECONDS)
