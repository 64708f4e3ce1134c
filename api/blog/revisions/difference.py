"""The difference of two texts, word by word, in time that is bounded whatever the texts are.

Whole lines are compared first, then the words of what remains between them. Both comparisons find a longest common
subsequence and cost the product of the two lengths; where that exceeds what is left of the budget, the stretch is
given as taken out and put in whole. The parts always add up: without the insertions they are the older text, without
the deletions the newer one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz.distance import Indel

# a tenth of a second and some 50 MB, should two texts have nothing in common
MOST_COMPARISONS = 400_000_000

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|[^\S\n]+|[\W_]")

Kind = Literal["equal", "delete", "insert"]
Stretch = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that stays, goes or comes."""

    op: Kind
    text: str


@dataclass(slots=True)
class _Parts:
    """Gathers parts, so that neighbours are of different kinds and what goes stands before what comes."""

    done: list[Part] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def keep(self, words: Sequence[str]) -> None:
        self.kept += words

    def change(self, old: Sequence[str], new: Sequence[str]) -> None:
        # between two changed words, a space alone would make the change harder to read
        if self.kept and (self.gone or self.come) and "".join(self.kept).isspace() and "\n" not in "".join(self.kept):
            self.gone += self.kept
            self.come += self.kept
            self.kept = []
        elif self.kept:
            self._flush()
        self.gone += old
        self.come += new

    def all(self) -> list[Part]:
        self._flush()
        return self.done

    def _flush(self) -> None:
        for op, words in (("delete", self.gone), ("insert", self.come), ("equal", self.kept)):
            if words:
                self.done.append(Part(op, "".join(words)))  # type: ignore[arg-type]  # each is one of the three
        self.gone, self.come, self.kept = [], [], []


class _Budget:
    """What may still be compared."""

    def __init__(self, most: int) -> None:
        self._left = most

    def would_allow(self, old: Sequence[str], new: Sequence[str]) -> bool:
        return len(old) * len(new) <= self._left

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        if not self.would_allow(old, new):
            return False
        self._left -= len(old) * len(new)
        return True


def difference(older: str, newer: str, *, most: int = MOST_COMPARISONS) -> list[Part]:
    """Return the parts that lead from the older text to the newer one."""
    parts, budget = _Parts(), _Budget(most)
    for equal, (old_lines, new_lines) in _stretches(_LINES.findall(older), _LINES.findall(newer), budget):
        if equal:
            parts.keep(old_lines)
            continue
        for old, new in _comparable(old_lines, new_lines, budget):
            for same, (gone, come) in _stretches(_words(old), _words(new), budget):
                if same:
                    parts.keep(gone)
                else:
                    parts.change(gone, come)
    return parts.all()


def _comparable(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Sequence[Stretch]:
    """Pair the lines of a long stretch one by one, where there are as many on both sides."""
    if len(old) == len(new) and not budget.would_allow(_words(old), _words(new)):
        return [([each], [other]) for each, other in zip(old, new, strict=True)]
    return [(old, new)]


def _words(lines: Sequence[str]) -> list[str]:
    return [word for line in lines for word in _WORDS.findall(line)]


def _stretches(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[tuple[bool, Stretch]]:
    """Yield the stretches that are equal (as True) and those that are not, in order."""
    begin = _common(old, new)
    end = _common(old[begin:][::-1], new[begin:][::-1])
    yield True, (old[:begin], new[:begin])
    old, tail, new = old[begin : len(old) - end], old[len(old) - end :], new[begin : len(new) - end]
    if old and new and budget.allows(old, new):
        yield from _aligned(old, new)
    elif old or new:
        yield False, (old, new)
    yield True, (tail, tail)


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Stretch]]:
    """Yield the stretches along a longest common subsequence."""
    here = there = 0
    for block in Indel.opcodes(*_numbered(old, new)):
        if block.tag != "equal":
            continue
        if (here, there) != (block.src_start, block.dest_start):
            yield False, (old[here : block.src_start], new[there : block.dest_start])
        here, there = block.src_end, block.dest_end
        yield True, (old[block.src_start : here], new[block.dest_start : there])
    if (here, there) != (len(old), len(new)):
        yield False, (old[here:], new[there:])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    return next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _numbered(old: Sequence[str], new: Sequence[str]) -> tuple[list[int], list[int]]:
    """Give each word a number: the library compares by hash, and two words might share one."""
    numbers: dict[str, int] = {}
    return tuple([numbers.setdefault(word, len(numbers)) for word in words] for words in (old, new))  # type: ignore[return-value]  # two of two
