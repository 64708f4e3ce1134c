"""What can be said about a text without its markup: its length, how long it takes to read, how it begins."""

import math
import re

WORDS_PER_MINUTE = 230
# Chinese and Japanese readers' pace; a character counts as a word, as word processors have it.
CHARACTERS_PER_MINUTE = 500
LONGEST_EXCERPT = 300

# Han, kana and what extends them: scripts that put no space between words.
_CHARACTERS = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def lengths(prose: str) -> tuple[int, int]:
    """Return the number of words in `prose` and the minutes it takes to read, at least one."""
    spaced, characters = _CHARACTERS.subn(" ", prose)
    words = sum(any(map(str.isalnum, word)) for word in spaced.split())
    minutes = words / WORDS_PER_MINUTE + characters / CHARACTERS_PER_MINUTE
    return words + characters, max(1, math.ceil(minutes))


def excerpt(paragraph: str) -> str:
    """Return the paragraph in one line, cut after a whole word and with an ellipsis to stay within 300 characters."""
    text = " ".join(paragraph.split())
    if len(text) <= LONGEST_EXCERPT:
        return text
    cut = text[:LONGEST_EXCERPT]
    if " " in cut[LONGEST_EXCERPT // 2 :]:
        cut = cut.rpartition(" ")[0]
    return cut[: LONGEST_EXCERPT - 1].rstrip(" ,;:-") + "…"
