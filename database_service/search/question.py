"""What a reader typed, as the terms that have to be there."""

import re
from dataclasses import dataclass

from database_service.column_types import Unacceptable
from database_service.search.analysis import Term, located

LONGEST_QUESTION = 200
SHORTEST_BEGINNING = 2

_PARTS = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that stand side by side; the last may be only the beginning of one."""

    terms: tuple[str, ...]
    open_ended: bool = False

    @property
    def needle(self) -> str:
        """Return what the terms look like among the stored terms of a text."""
        return f" {' '.join(self.terms)}{'' if self.open_ended else ' '}"


@dataclass(frozen=True, slots=True)
class Question:
    """Phrases that all have to be in a record; without any, nothing is found."""

    phrases: tuple[Phrase, ...]

    @property
    def fts5(self) -> str:
        """Return the question for SQLite. Terms hold letters and digits, so that quotes hold them."""
        return " AND ".join(f'"{" ".join(phrase.terms)}"{" *" if phrase.open_ended else ""}' for phrase in self.phrases)

    @property
    def tsquery(self) -> str:
        """Return the question for PostgreSQL's index, which knows nothing of what stands side by side."""
        closed = {term for phrase in self.phrases for term in phrase.terms[: -1 if phrase.open_ended else None]}
        begun = {phrase.terms[-1] for phrase in self.phrases if phrase.open_ended}
        return " & ".join([*(f"'{term}'" for term in sorted(closed)), *(f"'{term}':*" for term in sorted(begun))])

    @property
    def needles(self) -> list[str]:
        """Return what has to be among the stored terms of one column, where the index alone cannot tell."""
        return [phrase.needle for phrase in self.phrases if len(phrase.terms) > 1]


def read(text: str) -> Question:
    """Read words and `"phrases"`; the last word may be unfinished. Raises Unacceptable."""
    if len(text) > LONGEST_QUESTION:
        raise Unacceptable(f"must have at most {LONGEST_QUESTION} characters")
    if "\0" in text:
        raise Unacceptable("must not contain the NUL character")
    parts = list(_PARTS.finditer(text))
    phrases = []
    for part in parts:
        unfinished = part is parts[-1] and part.group(2) is not None and part.end() == len(text.rstrip())
        if (phrase := _phrase(part.group(1) or part.group(2) or "", unfinished=unfinished)) is not None:
            phrases.append(phrase)
    return Question(tuple(dict.fromkeys(phrases)))


def _phrase(text: str, *, unfinished: bool) -> Phrase | None:
    found = list(located(text))
    if not found:
        return None
    last = found[-1]
    if _is_rest_of_pair(found):
        # 中文 is one pair; the single 文 that ends a text stands beside others inside one
        return Phrase(tuple(term.text for term in found[:-1]))
    begun = last.single or (unfinished and len(last.text) >= SHORTEST_BEGINNING)
    return Phrase(tuple(term.text for term in found), open_ended=begun)


def _is_rest_of_pair(found: list[Term]) -> bool:
    return len(found) > 1 and found[-1].single and not found[-2].single and found[-2].text.endswith(found[-1].text)
