"""The recurring parts of the document: operations, bodies, parameters, refusals."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.shared.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    INTERNAL,
    INVALID,
    LENGTH_REQUIRED,
    TOO_LARGE,
    UNAUTHENTICATED,
    UNAVAILABLE,
    Kind,
)

Schema = dict[str, Any]

HEADERS: Mapping[str, Schema] = {
    "Cache-Control": {
        "description": "`no-store`: nobody in between keeps an answer",
        "schema": {"type": "string"},
        "required": True,
        "example": "no-store",
    },
    "Location": {"description": "Where what was made is found", "schema": {"type": "string"}, "required": True},
    "Retry-After": {"description": "Seconds to wait before trying again", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to authenticate", "schema": {"type": "string"}, "required": True},
    "X-Request-ID": {
        "description": "The id of the request, as given or made, as it stands in every log line",
        "schema": {"type": "string"},
        "required": True,
        "example": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39",
    },
}
_HEADERS_OF = {UNAUTHENTICATED: ("WWW-Authenticate",), UNAVAILABLE: ("Retry-After",)}
_ALWAYS = (BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, LENGTH_REQUIRED, TOO_LARGE, INVALID, INTERNAL, UNAVAILABLE)


def operation(  # noqa: PLR0913 - each is one part of what OpenAPI calls an operation
    operation_id: str,
    tag: str,
    summary: str,
    description: str,
    *,
    answer: Schema,
    status: int = 200,
    parameters: Sequence[Schema] = (),
    refusals: Sequence[Kind] = (),
) -> Schema:
    """Return an operation; what every operation can refuse is added."""
    responses: dict[str, Schema] = {str(status): {"description": "Done", "headers": headers("Cache-Control"), **answer}}
    for kind in (*refusals, *_ALWAYS):
        responses.setdefault(str(kind.status), {"$ref": f"#/components/responses/{kind.code}"})
    return {
        "operationId": operation_id,
        "tags": [tag],
        "summary": summary,
        "description": description,
        "parameters": list(parameters),
        "responses": responses,
    }


def headers(*more: str) -> Schema:
    """Return references to the headers of a response; each carries its request's id."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *more)}


def json_body(schema: Schema, example: object) -> Schema:
    """Return the content of a JSON body with its example."""
    return {"content": {"application/json": {"schema": schema, "example": example}}}


def closed(properties: Mapping[str, Schema], *, optional: Sequence[str] = ()) -> Schema:
    """Return an object schema that allows no other properties and needs those that are not optional."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def reference(name: str) -> Schema:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def query_parameter(name: str, description: str, schema: Schema, **more: object) -> Schema:
    """Return a query parameter."""
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def path_parameter(name: str, description: str, schema: Schema) -> Schema:
    """Return a path parameter."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def pascal(*words: str) -> str:
    """Join words to the name of a schema or operation."""
    return "".join(word.title().replace("_", "") for word in words)


def refusals(kinds: Sequence[Kind]) -> dict[str, Schema]:
    """Return the responses that refuse, by code."""
    return {kind.code: _refusal(kind) for kind in kinds}


def _refusal(kind: Kind) -> Schema:
    example = {
        "type": f"/docs/errors/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.explanation,
        "code": kind.code,
        "request_id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39",
    }
    content = {"application/problem+json": {"schema": reference("Problem"), "example": example}}
    more = _HEADERS_OF.get(kind, ())
    return {"description": kind.explanation, "headers": headers("Cache-Control", *more), "content": content}
