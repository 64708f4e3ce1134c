"""Front matter: the block of settings before a post's text, as Zola, Hugo, Jekyll and Hexo write it.

TOML stands between `+++` lines, YAML between `---` lines (Hexo leaves the first one out), JSON is one object.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

# larger than any real one; bounds what a hostile file can make the parsers do
MAX_BYTES = 65_536

_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)(?:(?m:^)|\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_YAML = re.compile(r"---[ \t]*\n(.*?)(?:(?m:^)|\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_BARE_YAML = re.compile(r"(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIRST_KEY = re.compile(r"[A-Za-z][\w-]*:(?:\s|$)", re.MULTILINE)
# without an opening line only a well-known key tells front matter from a heading that is underlined with ---
_WELL_KNOWN = frozenset({"title", "date", "tags", "categories", "layout", "permalink"})


class FrontMatterError(Exception):
    """The front matter cannot be read; `line` is where, counted from 1 in the file."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """A file taken apart. `kind` is toml, yaml, json or none; `body_line` is the line on which the text begins."""

    kind: str
    values: Mapping[str, Any]
    body: str
    body_line: int = 1
    source: str = field(default="", repr=False)
    source_line: int = 1

    def line_of(self, key: str) -> int:
        """Return the line a setting stands on; for `extra.team` the line of `team`."""
        name = re.escape(key.rsplit(".", 1)[-1])
        found = re.search(rf"""^[ \t]*["']?{name}["']?[ \t]*[:=]""", self.source, re.MULTILINE)
        return self._line_at(found.start() if found else 0)

    def line_with(self, text: str, *keys: str) -> int:
        """Return the first line of the front matter that holds a text, or else the line of the first key there is."""
        position = self.source.find(text)
        if position >= 0:
            return self._line_at(position)
        return next((self.line_of(key) for key in keys if key in self.values), self.source_line)

    def _line_at(self, position: int) -> int:
        return self.source_line + self.source.count("\n", 0, position)


class _YamlLoader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can stand for gigabytes, and no front matter needs one."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            raise yaml.MarkedYAMLError(problem="aliases are not taken over", problem_mark=alias.start_mark)
        return super().compose_node(parent, index)


def parse(text: str) -> Document:
    """Take a file apart. Raises FrontMatterError."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    head = text[:MAX_BYTES]
    for kind, pattern, opening, read in (("toml", _TOML, "+++", _toml), ("yaml", _YAML, "---", _yaml)):
        if re.match(rf"{re.escape(opening)}[ \t]*\n", head):
            block = pattern.match(head)
            if block is None:
                raise FrontMatterError(f"the front matter is not closed by {opening} (within {MAX_BYTES} bytes)", 1)
            return _document(kind, read(block[1], 2), text, block, source_line=2)
    if head.startswith("{"):
        return _json(text, head)
    return _bare_yaml(text, head)


def _document(kind: str, values: Any, text: str, block: re.Match[str], *, source_line: int) -> Document:
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise FrontMatterError("the front matter is no list of settings", source_line)
    body_line = 1 + text.count("\n", 0, block.end())
    return Document(kind, {str(k): v for k, v in values.items()}, text[block.end() :], body_line, block[1], source_line)


def _toml(source: str, first_line: int) -> Any:
    try:
        return tomllib.loads(source + "\n")
    except RecursionError as error:
        raise FrontMatterError("the front matter is nested too deeply", first_line) from error
    except ValueError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise FrontMatterError(
            f"the TOML front matter is broken: {message}", first_line + (int(place[1]) - 1 if place else 0)
        ) from error


def _yaml(source: str, first_line: int) -> Any:
    try:
        return yaml.load(source, _YamlLoader)  # noqa: S506 - a subclass of the safe loader
    except RecursionError as error:
        raise FrontMatterError("the front matter is nested too deeply", first_line) from error
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise FrontMatterError(f"the YAML front matter is broken: {error.problem}", line) from error
    except (yaml.YAMLError, ValueError) as error:
        # ValueError: `2024-13-45` looks like a date to YAML, a very long number is refused by Python
        reason = str(error).splitlines()[0]
        raise FrontMatterError(f"the YAML front matter is broken: {reason}", first_line) from error


def _json(text: str, head: str) -> Document:
    try:
        values, end = json.JSONDecoder().raw_decode(head)
    except RecursionError as error:
        raise FrontMatterError("the front matter is nested too deeply", 1) from error
    except json.JSONDecodeError as error:
        if not re.match(r'\{\s*"', head):
            return Document("none", {}, text)
        raise FrontMatterError(f"the JSON front matter is broken: {error.msg}", error.lineno) from error
    except ValueError as error:
        raise FrontMatterError(f"the JSON front matter is broken: {error}", 1) from error
    body = text[end:]
    blank = len(body) - len(body.lstrip("\n"))
    return Document("json", values, body[blank:], 1 + text.count("\n", 0, end + blank), head[:end], 1)


def _bare_yaml(text: str, head: str) -> Document:
    block = _BARE_YAML.match(head) if _FIRST_KEY.match(head) else None
    if block is None or not _WELL_KNOWN & {key.rstrip(": \t\n") for key in _FIRST_KEY.findall(block[1])}:
        return Document("none", {}, text)
    return _document("yaml", _yaml(block[1], 1), text, block, source_line=1)
