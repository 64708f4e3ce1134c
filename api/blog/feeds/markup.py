"""Writes XML: elements with attributes and text, everything escaped, nothing that XML 1.0 does not allow."""

import re
from collections.abc import Iterable
from html import escape

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(name: str, value: str, **attributes: str) -> str:
    """Return an element that holds text; attribute names are written with `_` for `:`."""
    return f"<{name}{_attributes(attributes)}>{escape(_allowed(value), quote=False)}</{name}>\n"


def element(name: str, children: Iterable[str], **attributes: str) -> str:
    """Return an element that holds other elements."""
    return f"<{name}{_attributes(attributes)}>\n{''.join(children)}</{name}>\n"


def empty(name: str, **attributes: str) -> str:
    """Return an element that holds nothing."""
    return f"<{name}{_attributes(attributes)}/>\n"


def document(root: str) -> bytes:
    """Return a whole document."""
    return (DECLARATION + root).encode()


def _attributes(attributes: dict[str, str]) -> str:
    pairs = ((name.strip("_").replace("_", ":"), value) for name, value in attributes.items())
    return "".join(f' {name}="{escape(_allowed(value))}"' for name, value in pairs)


def _allowed(value: str) -> str:
    return _FORBIDDEN.sub("\ufffd", value)
