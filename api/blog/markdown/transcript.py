"""The text of an article by itself, as it is heard while its elements go by."""

import re

_LINE_ENDS = re.compile(r"\s*\n\s*")


class Transcript:
    """All text of an article, the part of it that is prose, and its paragraphs."""

    def __init__(self) -> None:
        self._all: list[str] = []
        self._prose: list[str] = []
        self._first_paragraph = ""
        self._first_at_the_top = ""

    def __len__(self) -> int:
        """Return how many pieces were heard: a place to come back to with `since`."""
        return len(self._all)

    def add(self, text: str, *, is_code: bool = False) -> None:
        """Hear the next piece of text."""
        self._all.append(text)
        if not is_code:
            self._prose.append(text)

    def since(self, place: int) -> str:
        """Return in one line what was heard since `place`."""
        return " ".join("".join(self._all[place:]).split())

    def take_back(self, length: int) -> None:
        """Forget that many characters at the end of the last piece."""
        for pieces in (self._all, self._prose):
            pieces[-1] = pieces[-1][:-length]

    def end_paragraph(self, place: int, *, at_the_top: bool) -> None:
        """Remember the paragraph heard since `place` if it is the first with text."""
        if self._first_at_the_top or (self._first_paragraph and not at_the_top):
            return
        text = self.since(place)
        self._first_paragraph = self._first_paragraph or text
        if at_the_top:
            self._first_at_the_top = text

    @property
    def first_paragraph(self) -> str:
        """The first paragraph that stands by itself; without one, the first in a list or a quotation."""
        return self._first_at_the_top or self._first_paragraph

    @property
    def prose(self) -> str:
        """The text without blocks of code."""
        return "".join(self._prose)

    @property
    def text(self) -> str:
        """All text, with a line for each block."""
        return _LINE_ENDS.sub("\n", "".join(self._all)).strip()
