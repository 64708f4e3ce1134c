"""Everything that a client may send is bounded, so that nobody's memory depends on a stranger's patience."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.contract import METHODS, spec

BOUNDS = {
    "string": ({"maxLength"}, {"enum"}, {"format"}, {"const"}),
    "array": ({"maxItems"},),
    "integer": ({"minimum", "maximum"}, {"enum"}),
    "object": ({"properties"}, {"maxProperties"}),
}
# they hold one word each, chosen by a pattern that ends
FORMATS = {"uuid", "date-time", "date", "binary"}


@pytest.mark.parametrize("name", ["blog", "users"])
def test_what_clients_send_has_bounds(name):
    contract = spec(name)
    unbounded = [
        f"{method} {path} {where}"
        for path, method, operation in operations(name)
        for where, schema in sent(contract, operation)
        for where, part in parts(contract, schema, where)
        if not is_bounded(part)
    ]
    assert unbounded == []


def operations(name: str) -> list[tuple[str, str, dict[str, Any]]]:
    paths = spec(name).document["paths"]
    return [(path, method, item[method]) for path, item in paths.items() for method in item if method in METHODS]


def sent(contract: Any, operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for parameter in map(contract.resolve, operation.get("parameters", ())):
        # headers and the path are as long as the server lets them be
        if parameter["in"] == "query":
            yield f"?{parameter['name']}", parameter["schema"]
    if "requestBody" in operation:
        for media in contract.resolve(operation["requestBody"])["content"].values():
            yield "", media["schema"]


def parts(contract: Any, schema: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = contract.resolve(schema)
    yield where, schema
    for name, each in schema.get("properties", {}).items():
        yield from parts(contract, each, f"{where}/{name}")
    if "items" in schema:
        yield from parts(contract, schema["items"], f"{where}/*")


def is_bounded(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", ())
    bounded = True
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        ways = BOUNDS.get(kind, ())
        if kind == "string" and "format" in schema and schema["format"] not in FORMATS:
            ways = tuple(way for way in ways if way != {"format"})
        bounded = bounded and (not ways or any(way <= set(schema) for way in ways))
    return bounded
