"""Texts that are measured with: the length, the headings, the links and the code of an ordinary post."""

TAGS = tuple(f"Subject {letter}" for letter in "ABCDEFGHIJKLMNOPQRST")
PARAGRAPH = (
    "A blog is for reading. The page is paper, the text is the design, and *everything else* steps back. "
    "Think of a well-set book, and of the calm of a good writing desk; see [the manual](https://example.org/manual).\n\n"
)
CODE = "```python\ndef greet(name: str) -> str:\n    return f'Hello, {name}'\n```\n\n"
WORDS_A_PARAGRAPH = len(PARAGRAPH.split())


def text(number: int, sections: int = 2) -> str:
    """Return the Markdown of a post; each number has a text of its own."""
    heading = f"## The matter number {number}\n\nThis is what subject{number} comes to.\n\n"
    return heading + (PARAGRAPH * 6 + CODE) * sections


def draft(words: int) -> str:
    """Return a text of about so many words."""
    return text(0, sections=max(1, words // (6 * WORDS_A_PARAGRAPH)))
