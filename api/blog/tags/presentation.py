"""How a tag is shown."""

from collections.abc import Mapping
from typing import Any

from api.blog.context import Context

SHOWN = ("id", "slug", "name", "description", "post_count", "created_at", "updated_at", "version")


def present(context: Context, tag: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tag as the API shows it."""
    return {**{name: tag[name] for name in SHOWN}, "url": context.address("tags", tag["slug"])}
