"""Reads JSON strictly: an object that says a name twice is refused.

RFC 8259, section 4, lets a reader take either of the two; a proxy, a log and we may take different ones, and so would
the person who looks at what was sent.
"""

import json
from typing import Any

import orjson

LONGEST_SHOWN = 40


class JsonRefused(ValueError):
    """The text is no JSON, or says a name twice; the message says where, in words that can be shown."""


def loads(text: bytes | str) -> Any:
    """Return what JSON text says. Raises JsonRefused."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise JsonRefused(str(error)) from error
    try:
        # Only for its hook, which orjson has none of; numbers stay text, since their size is orjson's affair
        json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str)
    except RecursionError as error:
        raise JsonRefused("it is nested too deeply") from error
    return value


def _once(pairs: list[tuple[str, object]]) -> None:
    seen = set()
    for name, _ in pairs:
        if name in seen:
            shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
            raise JsonRefused(f'"{shown}" stands in one object twice')
        seen.add(name)
