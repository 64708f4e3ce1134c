"""Renders for the editor's preview, exactly as publishing does."""

from typing import Any

from api.blog.context import Context
from api.blog.rendering import rendered


def preview(context: Context, markdown: str) -> dict[str, Any]:
    """Return what Markdown renders to."""
    text = rendered(context, markdown)
    return {
        "html": text.html,
        "toc": text.toc,
        "word_count": text.word_count,
        "reading_minutes": text.reading_minutes,
    }
