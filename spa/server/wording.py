"""The interface's words, shared with the SPA: both read spa/src/messages, prepared by spa/scripts/server-files.js."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENGLISH = "en"
_PARAMETER = re.compile(r"\{(\w+)\}")
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Wording:
    """Looks up interface texts of one language and counts in it, as src/lib/messages.js does."""

    messages: Mapping[str, str]
    forms: Sequence[str]
    """The plural form of each number below 200; beyond, the last two digits decide."""
    group: str
    grouped_from: int
    digits: str

    def __call__(self, key: str, **values: str | int) -> str:
        """Return the text with its `{parameters}` filled in. Raises KeyError for an unknown key."""
        count = values.get("count")
        if isinstance(count, int):
            form = f"{key}.{self.forms[count if count < _HUNDRED else _HUNDRED + count % _HUNDRED]}"
            key = form if form in self.messages else f"{key}.other"
            values = {**values, "count": self.number(count)}
        return _PARAMETER.sub(lambda match: str(values[match[1]]), self.messages[key])

    def number(self, count: int) -> str:
        """Write a whole number as the language does."""
        written = f"{count:,}".replace(",", self.group) if count >= self.grouped_from else str(count)
        return written.translate({ord("0") + digit: char for digit, char in enumerate(self.digits)})


class Wordings:
    """The languages there are words in."""

    def __init__(self, languages: Mapping[str, Wording]) -> None:
        self._languages = languages

    @classmethod
    def load(cls, folder: Path) -> "Wordings":
        """Read the message files of a build."""
        return cls({file.stem: Wording(**_read(file)) for file in sorted(folder.glob("*.json"))})

    def of(self, language: str) -> Wording:
        """Return the words of a BCP 47 tag: its own, those of its first part, or English."""
        known = (language, language.partition("-")[0], ENGLISH)
        return next(self._languages[tag] for tag in known if tag in self._languages)


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))
