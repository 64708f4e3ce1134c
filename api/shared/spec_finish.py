"""What is put right in a finished spec as a whole, after every operation has said its part."""

from collections.abc import Iterator
from typing import Any

LARGEST_INT32 = 2**31 - 1
REFERENCE = "#/components/"


def without_unused_components(document: dict[str, Any]) -> None:
    """Remove the components that nothing refers to: a service does not describe what none of its operations does."""
    components = document["components"]
    while unused := _unused(components, set(_references(document))):
        for kind, name in unused:
            del components[kind][name]


def with_integer_formats(document: dict[str, Any]) -> None:
    """Give each integer its width, for generated clients in languages that have several."""
    for node in _nodes(document):
        kind = node.get("type")
        if kind == "integer" or (isinstance(kind, list) and "integer" in kind):
            small = node.get("maximum", LARGEST_INT32 + 1) <= LARGEST_INT32
            node.setdefault("format", "int32" if small else "int64")


def _unused(components: dict[str, Any], referred: set[str]) -> list[tuple[str, str]]:
    return [
        (kind, name)
        for kind in ("responses", "headers", "schemas")
        for name in components.get(kind, {})
        if f"{REFERENCE}{kind}/{name}" not in referred
    ]


def _references(node: Any) -> Iterator[str]:
    return (each["$ref"] for each in _nodes(node) if isinstance(each.get("$ref"), str))


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _nodes(child)
