"""What tags are called: when two names are one tag, and which slug a name leads to."""

import unicodedata

from api.blog.slugs import asked, whole

LONGEST_KEY = 400
# `C`, `C++` and `C#` are three things
SPELT = {"+": " plus ", "#": " sharp "}


def key_of(name: str) -> str:
    """Return what two names of one tag have in common: neither case, nor spaces, nor width tells them apart."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()[:LONGEST_KEY]


def spelt(name: str) -> str:
    """Return a name with words for the signs that no slug keeps."""
    return "".join(SPELT.get(character, character) for character in unicodedata.normalize("NFKC", name))


def slug_meant(text: str) -> str:
    """Return the slug that somebody means who writes one by hand, or the name it was made of."""
    return asked(whole(spelt(text)) or text)
