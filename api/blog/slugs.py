"""Slugs: the part of a URL that says what is there, in the writing of its language.

Latin letters lose their accents (`Über` → `uber`), because readers type them; every other script is kept as it is,
because a transliteration by machine reads as nonsense to those who know the language.
"""

import unicodedata

from slugify import slugify as transliterate

from api.shared.http import new_id

LONGEST = 80
# what the Database Service takes for one, and can have kept
LONGEST_KEPT = 200
# of hyphens alone no slug is made, and no username
NOBODYS = "-"
TRIES = 50
KEPT = frozenset("LMN")
FORMAT_CHARACTER = "Cf"
APOSTROPHES = "'\u2019\u02bc"


def slugify(text: str) -> str:
    """Return the slug of a text; empty when nothing of it can stand in a slug."""
    slug = whole(text)
    if len(slug) <= LONGEST:
        return slug
    head, hyphen, _ = slug[: LONGEST + 1].rpartition("-")
    return head if hyphen else slug[:LONGEST]


def whole(text: str) -> str:
    """Return the slug of a text, however long it is."""
    words = [_written(word) for word in _words(unicodedata.normalize("NFKC", text).casefold())]
    return "-".join(word for word in words if word)


def asked(slug: str) -> str:
    """Return a slug that is asked for as it is kept: browsers and files write `é` in one or in two characters.

    What is longer than any slug becomes one that nothing has.
    """
    kept = unicodedata.normalize("NFC", slug)
    return kept if len(kept) <= LONGEST_KEPT else NOBODYS


def candidates(slug: str, *, crowded: bool = False) -> list[str]:
    """Return a slug and its sisters, best first: `crab`, `crab-2`, `crab-3` … and one that nobody else thinks of.

    Where it is crowded the numbers are left out: the next one would be gone again before it could be taken.
    """
    numbers = range(2, 2 if crowded else TRIES)
    return [slug, *(f"{slug}-{number}" for number in numbers), f"{slug}-{new_id()[-8:]}"]


def _words(text: str) -> list[str]:
    kept = (
        character if unicodedata.category(character)[0] in KEPT else " "
        for character in text
        if character not in APOSTROPHES and unicodedata.category(character) != FORMAT_CHARACTER
    )
    return "".join(kept).split()


def _written(word: str) -> str:
    if all(_is_latin(character) for character in word):
        return str(transliterate(word))
    return unicodedata.normalize("NFC", word)


def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith(("LATIN", "COMBINING"))
