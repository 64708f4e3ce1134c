"""What the search index holds of a record: the terms of each searched column, and PostgreSQL's weighing of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from database_service.declaration import SearchField
from database_service.search.analysis import terms
from database_service.search.plain import plain

# PostgreSQL refuses a tsvector beyond one MiB. The same bound holds for both engines: beyond it a text is not searched.
MOST_TERMS = 200_000
MOST_BYTES = 1_000_000
_TERM_OVERHEAD = 20
_MOST_POSITIONS = 4  # how often a term counts in PostgreSQL's ranking
_LAST_POSITION = 16_383

Words = dict[str, list[str]]


def searched_text(field: SearchField, record: Mapping[str, Any]) -> str:
    """Return the text of a record that may be found by, which is empty where it is withheld."""
    if field.withheld is not None and record[field.withheld[0]] == field.withheld[1]:
        return ""
    text = record[field.column] or ""
    return plain(text) if field.markup else text


def words_of(fields: Sequence[SearchField], record: Mapping[str, Any]) -> Words:
    """Return the terms of a record by column, as far as they are searched."""
    budget = _Budget()
    return {field.column: budget.take(terms(searched_text(field, record))) for field in fields}


def row(fields: Sequence[SearchField], record: Mapping[str, Any], dialect: str) -> dict[str, str]:
    """Return the parameters that store a record's terms: one for each searched column, for PostgreSQL `weighed` too."""
    words = words_of(fields, record)
    stored = {f"words_{name}": joined(found) for name, found in words.items()}
    return {**stored, "weighed": _weighed(fields, words)} if dialect == "postgresql" else stored


def joined(words: Iterable[str]) -> str:
    """Return terms as they are stored: each between spaces, so that a phrase can be looked for as text."""
    return f" {' '.join(words)} "


class _Budget:
    """Takes in terms until the index of one record is full."""

    def __init__(self) -> None:
        self._left = MOST_BYTES
        self._terms_left = MOST_TERMS
        self._seen: set[str] = set()

    def take(self, found: list[str]) -> list[str]:
        found = found[: self._terms_left]
        new = set(found) - self._seen
        cost = len("".join(new).encode()) + _TERM_OVERHEAD * len(new)
        if cost > self._left:
            found = self._until_full(found)
        else:
            self._left -= cost
            self._seen |= new
        self._terms_left -= len(found)
        return found

    def _until_full(self, found: list[str]) -> list[str]:
        for count, term in enumerate(found):
            if term not in self._seen:
                self._left -= len(term.encode()) + _TERM_OVERHEAD
                if self._left < 0:
                    self._left = self._terms_left = 0
                    return found[:count]
                self._seen.add(term)
        return found


def _weighed(fields: Sequence[SearchField], words: Words) -> str:
    """Return PostgreSQL's text form of a tsvector. Terms hold no quotes and no backslashes."""
    weighed: dict[str, list[str]] = {}
    start = 1
    for field in fields:
        places: dict[str, list[int]] = {}
        for position, term in enumerate(words[field.column], start):
            places.setdefault(term, []).append(position)
        start += len(words[field.column])
        for term, found in places.items():
            counted = [f"{min(position, _LAST_POSITION)}{field.weight}" for position in found[:_MOST_POSITIONS]]
            weighed.setdefault(term, []).extend(counted)
    return " ".join([f"'{term}':{','.join(found)}" for term, found in weighed.items()])
