"""The words of an HTML text, without its markup."""

import html
import re

# Values in quotes may hold a `>`; both alternatives begin differently, so that no text makes this slow
_TAG = re.compile(r"""</?([a-zA-Z][a-zA-Z0-9]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_SPACE = re.compile(r"\s+")
# Elements inside a line of text: a word may run on across their tags. All others begin and end one.
_INLINE = re.compile(
    "a|abbr|b|bdi|bdo|cite|code|data|del|dfn|em|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strong|sub|sup|time|u|"
    "var|wbr",
    re.IGNORECASE,
)


def plain(markup: str) -> str:
    """Return the text of sanitised HTML on one line."""
    text = _TAG.sub(_gap, markup) if "<" in markup else markup
    return _SPACE.sub(" ", html.unescape(text)).strip()


def _gap(tag: re.Match[str]) -> str:
    return "" if _INLINE.fullmatch(tag.group(1)) else " "
