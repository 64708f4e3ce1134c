"""The part of a contract that the service itself calls: OpenAPI 3.1's `webhooks`, signed as Standard Webhooks says."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Api
from marshmallow import Schema

from api.shared.spec_examples import example_of

Messages = Mapping[str, tuple[str, type[Schema]]]

DESCRIPTION = (
    "Sent as a POST of JSON, at least once, in order for each subject. Answer 2xx within 15 seconds; anything else is "
    "tried again, later and later, for two days. 410 turns the webhook off."
)
_SIGNED = (
    "`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, joined by dots; several, separated by spaces, "
    "while the secret is being changed"
)
_HEADERS: Mapping[str, tuple[str, str]] = {
    "webhook-id": ("Identifies the message: the same in every attempt", "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"),
    "webhook-timestamp": ("When this attempt was made, in seconds since 1970", "1795424400"),
    "webhook-signature": (_SIGNED, "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
}


def register(api: Api, messages: Messages) -> None:
    """Make the schemas of messages components of the document."""
    for schema in {schema for _, schema in messages.values()}:
        api.spec.components.schema(schema.__name__, schema=schema)


def described(document: Mapping[str, Any], messages: Messages) -> dict[str, Any]:
    """Return the `webhooks` of a document whose components hold the schemas."""
    return {name: {"post": _operation(document, name, *message)} for name, message in messages.items()}


def _operation(document: Mapping[str, Any], name: str, summary: str, schema: type[Schema]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema.__name__}"}
    example = {**example_of(document, reference), "type": name}
    return {
        "operationId": f"on{''.join(word.title() for word in name.split('.'))}",
        "summary": summary,
        "description": DESCRIPTION,
        "tags": ["webhooks"],
        "security": [],
        "parameters": [_header(each, *said) for each, said in _HEADERS.items()],
        "requestBody": {
            "required": True,
            "description": "The message",
            "content": {"application/json": {"schema": reference, "example": example}},
        },
        "responses": {
            "204": {"description": "It was taken"},
            "410": {"description": "Nobody is here any more: nothing more is sent"},
        },
    }


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    told = {"description": description, "schema": {"type": "string"}, "example": example}
    return {"name": name, "in": "header", "required": True, **told}
