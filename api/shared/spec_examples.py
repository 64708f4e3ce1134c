"""Builds an example of a schema from the examples of its fields, so that no operation goes without one."""

from collections.abc import Mapping
from typing import Any

BY_FORMAT = {
    "uuid": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d",
    "date-time": "2026-11-23T09:00:00.000000Z",
    "email": "ada@example.org",
}
BY_TYPE: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "object": {},
    "null": None,
}


def example_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return an example value for a JSON Schema of the document; references are followed."""
    if "$ref" in schema and "example" not in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return example_of(document, document["components"]["schemas"][name])
    for key in ("example", "default"):
        if key in schema and (key == "example" or schema[key] is not None):
            return schema[key]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for union in ("allOf", "anyOf", "oneOf"):
        if union in schema:
            return example_of(document, schema[union][0])
    return _by_type(document, schema)


def _by_type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "array":
        return [example_of(document, schema["items"])]
    if kind == "object":
        return {name: example_of(document, each) for name, each in schema.get("properties", {}).items()}
    return BY_FORMAT.get(schema.get("format", ""), BY_TYPE[kind])
