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
    responses: dict[str, Schema] = {str(status): {"description": "Done", **answer}}
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
    return {"description": kind.explanation, "content": content}
