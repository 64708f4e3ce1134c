"""Shows why a record was found: its searched texts with the matches marked, the long ones cut to the sentence.

Marked text travels as a list of segments, each with the text and whether it matches. There is no markup in it that
could be mistaken for the page's own.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from database_service.declaration import SearchField
from database_service.search.analysis import Term, fold, located
from database_service.search.index import searched_text
from database_service.search.question import Phrase, Question

Segment = dict[str, Any]
Span = tuple[int, int]

LONGEST_EXCERPT = 240
_STRETCH = 1_200  # characters looked at in one go
_OVERLAP = 200
_MOST_COMPARED = 100
_BEFORE = 80
_SENTENCE_END = re.compile("[.!?…]\\s+|[\u3002\uff01\uff1f]")


def of(fields: Sequence[SearchField], record: Mapping[str, Any], question: Question) -> dict[str, list[Segment]]:
    """Return the marked text of each searched column in which something matches."""
    found = {}
    for field in fields:
        text = searched_text(field, record)
        if (match := _first(text, question)) is not None:
            found[field.column] = _excerpt(text, match, question)
    return found


def _first(text: str, question: Question) -> Span | None:
    """Return the best match of the first stretch that has any."""
    for start in range(0, max(len(text) - _OVERLAP, 1), _STRETCH - _OVERLAP):
        stretch = text[start : start + _STRETCH]
        if _worth_a_look(stretch, question) and (spans := _matches(stretch, question)):
            first, last = _densest(spans[:_MOST_COMPARED])
            return start + first, start + last
    return None


def _worth_a_look(text: str, question: Question) -> bool:
    folded = fold(text)
    return any(phrase.terms[0] in folded for phrase in question.phrases)


def _matches(text: str, question: Question) -> list[Span]:
    """Return where the phrases stand, in order and without overlaps."""
    found = list(located(text))
    spans = [
        (found[place].start, _end(found[place + len(phrase.terms) - 1], phrase))
        for phrase in question.phrases
        for place in range(len(found))
        if _stands(found, place, phrase)
    ]
    return _merged(sorted(spans))


def _stands(found: Sequence[Term], place: int, phrase: Phrase) -> bool:
    wanted = phrase.terms
    if not found[place].text.startswith(wanted[0]):
        return False
    here = [term.text for term in found[place : place + len(wanted)]]
    if len(here) < len(wanted) or here[:-1] != list(wanted[:-1]):
        return False
    return here[-1].startswith(wanted[-1]) if phrase.open_ended else here[-1] == wanted[-1]


def _end(last: Term, phrase: Phrase) -> int:
    # a single character is looked for as the beginning of a pair; the other one was not asked for
    return last.start + 1 if phrase.open_ended and len(phrase.terms[-1]) == 1 else last.end


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _excerpt(text: str, match: Span, question: Question) -> list[Segment]:
    """Cut what surrounds a match, from the beginning of its sentence where that is near."""
    start, end = 0, len(text)
    if end > LONGEST_EXCERPT:
        start = _beginning(text, match[0])
        end = min(len(text), start + LONGEST_EXCERPT)
    if end < len(text):
        end = _word_end(text, match[1], end)
    shown = text[start:end]
    segments = _segments(shown, _matches(shown, question))
    if start > 0:
        segments.insert(0, {"text": "…", "match": False})
    if end < len(text):
        segments.append({"text": "…", "match": False})
    return segments


def _densest(spans: Sequence[Span]) -> Span:
    """Return the first match of the stretch with the most of them."""

    def following(span: Span) -> int:
        return sum(span[0] <= start < span[0] + LONGEST_EXCERPT // 2 for start, _ in spans)

    return max(spans, key=following)


def _beginning(text: str, match: int) -> int:
    least = max(0, match - _BEFORE)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, least, match)]
    if ends:
        return ends[-1]
    space = text.find(" ", least, match)
    return 0 if least == 0 else space + 1 if space >= 0 else least


def _word_end(text: str, match_end: int, end: int) -> int:
    space = text.rfind(" ", match_end, end)
    return space if space >= 0 else max(end, match_end)


def _segments(text: str, spans: Sequence[Span]) -> list[Segment]:
    segments: list[Segment] = []
    at = 0
    for begin, stop in spans:
        segments += [{"text": text[at:begin], "match": False}, {"text": text[begin:stop], "match": True}]
        at = stop
    segments.append({"text": text[at:], "match": False})
    return [segment for segment in segments if segment["text"]]
