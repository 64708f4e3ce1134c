"""How much a comment looks like spam: a few rules, each of which says why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.shared.clock import Clock, rfc3339
from api.shared.store import Record

SPAM = 5  # from here on it is spam
DOUBTFUL = 2  # from here on somebody looks at it, whatever the site's policy is
FREE_LINKS = 2
MOST_WORDS = 5
HASTE = timedelta(minutes=1)
HASTY = 3
GUESTS_OWN = ("name", "email", "website")
OF_THE_TEXT = frozenset({"links", "words"})

_LINK = re.compile(r'<a [^>]*href="https?:')


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that a comment broke, what that weighs, and what about it."""

    rule: str
    points: int
    detail: str

    def to_wire(self) -> dict[str, Any]:
        """Return the form that is kept and shown."""
        return {"rule": self.rule, "points": self.points, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is judged: the text and what it renders to, who says it was written by, and what a trap caught."""

    markdown: str
    html: str
    about: str
    digest: str
    trapped: bool = False


def about(values: Mapping[str, Any]) -> str:
    """Return what guests say of themselves, in the body of a request or in a comment that is kept."""
    return "\n".join(values.get(name) or "" for name in GUESTS_OWN)


def judge(remark: Remark, words: Sequence[str]) -> list[Reason]:
    """Return what a comment says against itself."""
    reasons = []
    links = len(_LINK.findall(remark.html))
    if links > FREE_LINKS:
        reasons.append(Reason("links", links - FREE_LINKS, f"{links} links; {FREE_LINKS} are free"))
    found = sorted({word for word in words if _holds(f"{remark.about}\n{remark.markdown}", word)})
    if found:
        reasons.append(Reason("words", 2 * min(len(found), MOST_WORDS), ", ".join(found[:MOST_WORDS])))
    if remark.trapped:
        reasons.append(Reason("honeypot", SPAM, "filled in a field that people do not see"))
    return reasons


def judge_commenter(remark: Remark, recent: Sequence[Record], clock: Clock) -> list[Reason]:
    """Return what the commenter's newest comments say against another one."""
    reasons = []
    since = rfc3339(clock.now() - HASTE)
    hasty = sum(each["at"] > since for each in recent)
    if hasty >= HASTY:
        reasons.append(Reason("speed", hasty, f"{hasty + 1} comments within a minute"))
    repeats = sum(each["digest"] == remark.digest for each in recent)
    if repeats:
        reasons.append(Reason("repeats", 3 * repeats, f"the same text was sent {repeats} times before"))
    return reasons


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text.casefold()) is not None
