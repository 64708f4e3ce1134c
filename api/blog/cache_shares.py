"""How the response cache divides its memory: what readers come back to, and the questions that anybody can invent."""

from collections.abc import Iterator
from typing import Protocol
from urllib.parse import parse_qsl

Key = tuple[str, str]

# parameters whose values are without number: a flood of them must not cost readers the posts they come back to
INVENTED = frozenset({"q", "cursor", "published_after", "published_before"})
QUESTIONS_PART = 8
SHARES = ("pages", "questions")


class Remembered(Protocol):
    """What a share needs to know of an answer."""

    used: bool

    @property
    def size(self) -> int:
        """Return roughly how many bytes it takes."""


class Share:
    """A part of the memory, bounded in bytes; what was not asked for since the last round goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: dict[Key, Remembered] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, key: Key, answer: Remembered) -> None:
        """Take an answer in."""
        self._kept[key] = answer
        self.bytes += answer.size

    def forget(self, key: Key) -> None:
        """Give up an answer, if it is here."""
        answer = self._kept.pop(key, None)
        if answer is not None:
            self.bytes -= answer.size

    def surplus(self) -> Iterator[Key]:
        """Yield what has to be forgotten, one after the other, until the rest fits."""
        while self.bytes > self._most_bytes:
            oldest = next(iter(self._kept))
            answer = self._kept[oldest]
            if answer.used:
                answer.used = False
                self._kept[oldest] = self._kept.pop(oldest)
            else:
                yield oldest


def shares_of(most_bytes: int) -> dict[str, Share]:
    """Return the shares of a memory by their names."""
    questions = most_bytes // QUESTIONS_PART
    return {"pages": Share(most_bytes - questions), "questions": Share(questions)}


def share_for(key: Key) -> str:
    """Return the name of the share in which the answer to a path and a query is kept."""
    names = {name for name, _ in parse_qsl(key[1], keep_blank_values=True)}
    return "pages" if names.isdisjoint(INVENTED) else "questions"
