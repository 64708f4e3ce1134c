"""Turns text into terms. Both engines are given terms, never text, so that what matches is decided here alone.

A word becomes one term: case-folded, without diacritics, in its compatibility form (full width is half width).
Scripts that are written without spaces have no words to a machine that knows no dictionary: their characters are
taken in overlapping pairs, and the last of a run alone as well, so that a word inside a sentence is found by its
pairs, and a single character as the beginning of a pair. Terms hold letters, digits and marks, nothing else: they
can carry no syntax of any query language.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_TERM = 64

# Latin letters that have no decomposition and that people type without their stroke
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "_": " ", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Combining accents, Hebrew points, Arabic vowel signs and the tatweel: written or left out at will
_OPTIONAL = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0640\u064b-\u065f\u0670]")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"  # Hangul, kana, Han
)
# Marks that belong to words, such as the vowel signs of Indian scripts; Python's \w leaves them out
_MARKED_BLOCKS = (range(0x0300, 0x2000), range(0xA800, 0xAC00), range(0x11000, 0x12000))
_MARKS = "".join(chr(c) for block in _MARKED_BLOCKS for c in block if unicodedata.category(chr(c)) in {"Mn", "Mc"})
_WORDS = re.compile(f"[\\w{_MARKS}]+")
# Curly quotes, dashes and the like, which keep most English text from being ASCII; no letter is among them
_PUNCTUATION = re.compile("[\u2010-\u2027\u2030-\u205e]")
_ASCII_WORDS = re.compile("[0-9a-z]+")
_WRITTEN = re.compile(r"\S+")
_UNSPACED_RUN = re.compile(f"([{_UNSPACED}]+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a text, where it stands there, and whether it is a single character of an unspaced script."""

    text: str
    start: int
    end: int
    single: bool = False


def fold(text: str) -> str:
    """Return the form in which text is compared."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # The underscore is no part of words; taken out here, it need not be told from what \w means otherwise
    return unicodedata.normalize("NFC", _OPTIONAL.sub("", folded).translate(_PLAIN))


def terms(text: str) -> list[str]:
    """Return the terms of a text in their order."""
    folded = fold(_PUNCTUATION.sub(" ", text))
    if folded.isascii():
        return [word[:LONGEST_TERM] for word in _ASCII_WORDS.findall(folded)]
    found: list[str] = []
    for word in _WORDS.findall(folded):
        if word.isascii():
            found.append(word[:LONGEST_TERM])
        else:
            found += [term.text for term in _split(word, 0)]
    return found


def located(text: str) -> Iterator[Term]:
    """Yield the terms of a text with their places in the text as it is written."""
    text = _PUNCTUATION.sub(" ", text)
    if text.isascii():
        for word in _ASCII_WORDS.finditer(text.lower()):
            yield Term(word.group()[:LONGEST_TERM], word.start(), word.end())
        return
    for word in _WRITTEN.finditer(text):
        if word.group().isascii():
            for part in _ASCII_WORDS.finditer(word.group().lower()):
                yield Term(part.group()[:LONGEST_TERM], word.start() + part.start(), word.start() + part.end())
            continue
        folded = fold(word.group())
        found = [term for part in _WORDS.finditer(folded) for term in _split(part.group(), part.start())]
        # Where folding changed the number of characters, only the whole word can be pointed at
        exact = len(folded) == len(word.group())
        for term in found:
            start, end = (term.start, term.end) if exact else (0, len(word.group()))
            yield Term(term.text, word.start() + start, word.start() + end, term.single)


def _split(word: str, start: int) -> Iterator[Term]:
    """Yield the terms of one folded word, which stands at `start`."""
    for index, part in enumerate(_UNSPACED_RUN.split(word)):
        if index % 2 == 0:
            if part:
                yield Term(part[:LONGEST_TERM], start, start + len(part))
        else:
            for i in range(len(part) - 1):
                yield Term(part[i : i + 2], start + i, start + i + 2)
            yield Term(part[-1], start + len(part) - 1, start + len(part), single=True)
        start += len(part)
