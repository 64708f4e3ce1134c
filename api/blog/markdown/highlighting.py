"""Code, coloured by class when it is rendered, so that the page's theme decides about colours."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from pygments.token import STANDARD_TYPES, Name, Punctuation, Token, Whitespace, _TokenType

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Many lexers are quadratic in what they do not recognise, and a few are worse. So what no program looks like stays
# plain, as does what is longer than anybody reads: seconds at most, where whole days were possible.
_LONGEST = 20_000
_NO_PROGRAM = re.compile(r"(?<![\w\s])[\w\s]{600}|(.{1,6}?)\1{200}", re.DOTALL)
# What no theme sets apart from the text; leaving it be halves the HTML.
_PLAIN = frozenset({Name, Punctuation, Whitespace})
_WORD = re.compile(r"\w+")


def highlighted(code: str, language: str) -> str:
    """Return `code` as HTML with a `<span class>` (Pygments' short names) for each piece of its syntax.

    Code in a language that Pygments does not know, or that no lexer could read in reasonable time, is only escaped.
    """
    lexer_name = _lexer_names().get(language.lower())
    if lexer_name is None or not _readable(code):
        return escape(code, quote=False)
    return _highlighted(code, lexer_name)


def _readable(code: str) -> bool:
    if not code.strip() or len(code) > _LONGEST:
        return False
    return not _NO_PROGRAM.search(code) and not _NO_PROGRAM.search(_WORD.sub("a", code))


# The editor renders a draft again after each pause, and almost all of its code is as before.
@lru_cache(maxsize=128)
def _highlighted(code: str, lexer_name: str) -> str:
    return "".join(_spans(_lexer(lexer_name), code))


def _spans(lexer: "Lexer", code: str) -> Iterator[str]:
    for name, tokens in groupby(lexer.get_tokens(code), key=lambda token: _class(token[0])):
        text = escape("".join(value for _, value in tokens), quote=False)
        yield f'<span class="{name}">{text}</span>' if name else text


@cache
def _class(kind: _TokenType) -> str:
    if kind in _PLAIN:
        return ""
    while kind not in STANDARD_TYPES:
        kind = kind.parent or Token
    return STANDARD_TYPES[kind]


@cache
def _lexer_names() -> dict[str, str]:
    # not at the top: only who writes code waits for the list of lexers
    from pygments.lexers import get_all_lexers  # noqa: PLC0415

    return {alias: name for name, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


@cache
def _lexer(name: str) -> "Lexer":
    from pygments.lexers import find_lexer_class  # noqa: PLC0415 - as above

    lexer_class = find_lexer_class(name)
    if lexer_class is None:
        raise LookupError(f"Pygments lists {name} among its lexers but has none")
    return lexer_class(stripnl=False)
