"""How an author is shown."""

from collections.abc import Mapping
from typing import Any

from api.blog.context import Context

SHOWN = (
    "id", "username", "name", "bio", "website", "avatar_url", "post_count", "created_at", "updated_at", "version",
)  # fmt: skip


def present(context: Context, author: Mapping[str, Any]) -> dict[str, Any]:
    """Return an author as the API shows them."""
    return {**{name: author[name] for name in SHOWN}, "url": context.address("authors", author["username"])}
