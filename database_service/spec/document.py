"""Puts the published contract of this service together from what the collections declare."""

from typing import Any

import orjson

from database_service.registry import SCHEMAS
from database_service.spec import collections, operator
from database_service.spec.parts import HEADERS, refusals
from database_service.spec.schemas import KINDS, every_schema

_DESCRIPTION = (
    "What the services of Flask Blog say to their databases: typed collections, atomic commits, a change feed, "
    "backups. It is not for the public: it stands behind the other services, and what is not declared is refused."
)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, Any] = {}
    for database in SCHEMAS:
        paths.update(collections.paths(database))
    paths.update(operator.paths())
    key = {"type": "http", "scheme": "bearer", "description": "The key of a service"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Flask Blog: Database Service",
            "version": "1.0.0",
            "summary": "One closed interface over several databases",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "Inside the private network"}],
        "tags": [
            *({"name": name, "description": f"The {name} service's own database"} for name in SCHEMAS),
            {"name": operator.TAG, "description": "For whoever runs the service"},
        ],
        "security": [{"serviceKey": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"serviceKey": key},
            "headers": dict(HEADERS),
            "schemas": every_schema(),
            "responses": {code: refusal for code, refusal in refusals(KINDS).items() if code in _named(paths)},
        },
    }


def generate() -> bytes:
    """Return the document as it is published: sorted, indented, one newline at the end."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document(), option=options)


def _named(paths: dict[str, Any]) -> set[str]:
    operations = [operation for item in paths.values() for operation in item.values()]
    return {
        response["$ref"].rsplit("/", 1)[1]
        for operation in operations
        for response in operation["responses"].values()
        if "$ref" in response
    }
