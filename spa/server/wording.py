"""The interface's words, shared with the SPA: both read spa/src/messages."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

_PARAMETER = re.compile(r"\{(\w+)\}")


class Wording:
    """Looks up interface texts; `count` picks the singular or the plural, as src/lib/messages.js does."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        self._messages = messages

    @classmethod
    def load(cls, file: Path) -> "Wording":
        """Read a message file."""
        return cls(json.loads(file.read_text("utf-8")))

    def __call__(self, key: str, **values: str | int) -> str:
        """Return the text with its `{parameters}` filled in. Raises KeyError for an unknown key."""
        if "count" in values:
            key = f"{key}.one" if values["count"] == 1 else f"{key}.other"
        return _PARAMETER.sub(lambda match: str(values[match[1]]), self._messages[key])
