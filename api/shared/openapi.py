"""The published contract: flask-smorest's document, completed with what our conventions add to every operation."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Flask
from flask_smorest import Api

from api.shared.auth import Access
from api.shared.documentation import component_name, problem_example
from api.shared.fields import Moment
from api.shared.fields import Problem as ProblemSchema
from api.shared.operations import Resource
from api.shared.outgoing_contract import Messages, described, register
from api.shared.problems import GENERAL_KINDS, PROBLEM_JSON, Kind
from api.shared.spec_examples import example_of
from api.shared.spec_finish import with_integer_formats, without_unused_components

OPENAPI_VERSION = "3.1.0"
SECURITY_SCHEME = "bearer"

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "X-Request-ID": {"description": "Finds this request in the logs", "schema": {"type": "string"}},
    "RateLimit": {"description": "What is left of the limit (IETF draft)", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "The limit that applies (IETF draft)", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "How long, and by whom, the answer may be kept",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The answer's version, for If-None-Match and If-Match",
        "schema": {"type": "string"},
    },
    "Location": {"description": "The address of what was made", "schema": {"type": "string"}},
    "Link": {"description": "The neighbouring pages (RFC 8288)", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "`true` when this answer was given before to the same key",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Set-Cookie": {"description": "A cookie that no script can read", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "The name to save the file under", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to authenticate (RFC 6750)", "schema": {"type": "string"}},
    "Allow": {"description": "What the resource can do", "schema": {"type": "string"}},
    "Vary": {"description": "The request headers that the answer depends on", "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {
        "description": "The origins whose scripts may read the answer",
        "schema": {"type": "string"},
    },
    "X-Cache": {
        "description": "For anonymous reads: `hit` when answered from memory, `stale` when the database is away, "
        "`miss` otherwise",
        "schema": {"type": "string", "enum": ["hit", "miss", "stale"]},
    },
}
EVERYWHERE = ("X-Request-ID", "RateLimit", "RateLimit-Policy", "Cache-Control", "Access-Control-Allow-Origin", "Vary")
_PROBLEM_HEADERS = {
    401: "WWW-Authenticate",
    405: "Allow",
    412: "ETag",
    429: "Retry-After",
    503: "Retry-After",
}


class ContractApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Api with problem documents for every error; the error handlers are ours (`problems.install`)."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `api.shared.problems`."""

    def _register_responses(self) -> None:
        components = self.spec.components
        for kind in GENERAL_KINDS:
            content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem_example(kind)}
            response: dict[str, Any] = {
                "description": kind.explanation,
                "content": {PROBLEM_JSON: content},
                "headers": {"X-Request-ID": _header("X-Request-ID")},
            }
            if kind.status in _PROBLEM_HEADERS:
                name = _PROBLEM_HEADERS[kind.status]
                response["headers"][name] = _header(name)
            components.response(component_name(kind), response)
        components.response(
            "NotModified", {"description": "What you hold is current", "headers": {"ETag": _header("ETag")}}
        )
        components.response(
            "Moved",
            {"description": "It has another address now", "headers": {"Location": _header("Location")}},
        )
        for name, header in HEADERS.items():
            components.header(name, dict(header))
        components.schema("Problem", schema=ProblemSchema)

    def _register_etag_headers(self) -> None:
        """Leave entity tags to `api.shared.http`."""

    def _register_pagination_header(self) -> None:
        """Leave paging to `api.shared.paging`."""


def build(app: Flask, resources: Sequence[Resource], *, info: Mapping[str, Any], prefix: str) -> ContractApi:
    """Register the resources under their prefix, and their documentation in a spec."""
    app.config.update(API_TITLE=info["title"], API_VERSION=info["version"], OPENAPI_VERSION=OPENAPI_VERSION)
    api = ContractApi(app, spec_kwargs={"info": {k: v for k, v in info.items() if k not in {"title", "version"}}})
    api.register_field(Moment, "string", "date-time")
    scheme = {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token from `POST /api/users/v1/sessions`, or a personal access token (`fb_…`).",
    }
    api.spec.components.security_scheme(SECURITY_SCHEME, scheme)
    for resource in resources:
        # a resource with a prefix of its own stands outside the versioned API, at the site's root
        api.register_blueprint(resource, url_prefix=resource.url_prefix or prefix)
    return api


def finished(
    api: ContractApi,
    access: Mapping[str, Access],
    kinds: Sequence[Kind],
    *,
    messages: Messages | None = None,
    cached: bool = False,
) -> dict[str, Any]:
    """Return the whole document: security by the access table, examples, headers, and every kind of problem.

    `messages` are what the service sends by itself. `cached` tells that a response cache stands in front of the
    operations that read.
    """
    if messages:
        register(api, messages)
    document: dict[str, Any] = orjson.loads(orjson.dumps(api.spec.to_dict()))
    document["servers"] = [{"url": "/", "description": "This blog, local or in production", "x-internal": False}]
    document["x-problem-kinds"] = {
        kind.code: {"status": kind.status, "title": kind.title, "explanation": kind.explanation} for kind in kinds
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            if method != "parameters":
                _complete(document, operation, access[operation["operationId"]])
                for status, response in operation["responses"].items():
                    _add_headers(response, status, cached=cached and method == "get")
    for response in document["components"]["responses"].values():
        _add_headers(response, cached=cached)
    if messages:
        document["webhooks"] = described(document, messages)
    without_unused_components(document)
    with_integer_formats(document)
    return document


def _add_headers(response: dict[str, Any], status: str = "", *, cached: bool) -> None:
    if "$ref" in response:
        return
    headers = response.setdefault("headers", {})
    special = [_PROBLEM_HEADERS[int(status)]] if status.isdecimal() and int(status) in _PROBLEM_HEADERS else []
    for name in (*EVERYWHERE, *special, *(["X-Cache"] if cached else [])):
        headers.setdefault(name, _header(name))


def _complete(document: dict[str, Any], operation: dict[str, Any], access: Access) -> None:
    # flask-smorest's catch-all would hide a status that nobody documented
    operation["responses"].pop("default", None)
    if "security" not in operation:
        operation["security"] = [{SECURITY_SCHEME: list(access.scopes)}]
        if access.role == "anonymous":
            operation["security"].insert(0, {})
    note = f"**Who:** {access.role}" + "".join(f" · scope `{scope}`" for scope in access.scopes)
    if access.foreign:
        note += f" · others' objects: {access.foreign}"
    operation["description"] = f"{operation.get('description', operation['summary'])}\n\n{note}"
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for content in (body["content"] for body in [*bodies, *operation["responses"].values()] if "content" in body):
        for kind, media in content.items():
            if "example" not in media and "examples" not in media and kind != "multipart/form-data":
                media["example"] = example_of(document, media["schema"])
    if "requestBody" in operation:
        operation["requestBody"].setdefault("required", True)


def write(document: Mapping[str, Any]) -> bytes:
    """Serialise a spec the same way each time: sorted, indented, one newline at the end."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
