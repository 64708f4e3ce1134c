"""Takes settings out of front matter one by one, so that what nobody took is known at the end."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_blog.importers import dates
from flask_blog.importers.front_matter import Document

LONGEST_SHOWN = 80


class Settings:
    """The settings of one document. Nested tables are one level of dotted names: `extra.team`, `taxonomies.tags`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = dict(_flat(document.values))
        self.oddities: list[tuple[int, str]] = []

    def text(self, *names: str) -> str | None:
        """Take the first of the names that is there, as one line of text."""
        for name, value in self._take(names):
            if isinstance(value, str | int | float | date) and not isinstance(value, bool):
                return " ".join(str(value).split()) or None
            self._odd(name, "is no text")
        return None

    def texts(self, *names: str, separator: str = r"[,\n]") -> list[str]:
        """Take all of the names that are there, as one list; a single text is split at the separator."""
        found: list[str] = []
        for name, value in self._take(names, every=True):
            found += re.split(separator, value) if isinstance(value, str) else self._items(name, value)
        return without_repetitions(" ".join(text.split()) for text in found)

    def flag(self, *names: str) -> bool | None:
        """Take the first of the names that is there, as yes or no."""
        for name, value in self._take(names):
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in {"true", "yes", "on", "false", "no", "off"}:
                return value.lower() in {"true", "yes", "on"}
            self._odd(name, "is neither true nor false")
        return None

    def moment(self, *names: str) -> datetime | None:
        """Take the first of the names that is there, as a time in UTC."""
        for name, value in self._take(names):
            moment = dates.read(value)
            if moment is not None:
                return moment
            self._odd(name, f"is no date: {value!r}"[:LONGEST_SHOWN])
        return None

    def rest(self) -> Iterator[tuple[int, str, str]]:
        """Yield what nobody took: line, name and value, shortened."""
        for name, value in self._left.items():
            if value is not None:
                shown = str(value)
                yield (
                    self._document.line_of(name),
                    name,
                    shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…",
                )

    def line_of(self, *names: str) -> int:
        """Return the line of the first of the names that the document has, else the front matter's first."""
        present = dict(_flat(self._document.values))
        return next((self._document.line_of(name) for name in names if name in present), 1)

    def _take(self, names: tuple[str, ...], *, every: bool = False) -> Iterator[tuple[str, Any]]:
        for name in names:
            value = self._left.pop(name, None)
            if value is not None:
                yield name, value
                if not every:
                    return

    def _items(self, name: str, value: Any) -> Iterator[str]:
        """Yield the texts of a list; Hexo's categories nest lists, Hugo's authors may be tables with a name."""
        if isinstance(value, list):
            for item in value:
                yield from self._items(name, item)
        elif isinstance(value, Mapping) and "name" in value:
            yield from self._items(name, value["name"])
        elif isinstance(value, str | int | float | date) and not isinstance(value, bool):
            yield str(value)
        elif value is not None:
            self._odd(name, "is no list of words")

    def _odd(self, name: str, why: str) -> None:
        self.oddities.append((self._document.line_of(name), f"{name} {why}"))


def without_repetitions(texts: Iterable[str]) -> list[str]:
    """Return the texts that are not empty, each once whatever its case, the first spelling kept."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.casefold(), text)
    return list(found.values())


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict) and name in {"extra", "taxonomies", "params", "cover", "seo"}:
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            yield name, value
