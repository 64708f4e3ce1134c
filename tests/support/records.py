"""Values for the records that tests make; what a test cares about it says itself."""

from typing import Any

from api.shared.http import new_id
from api.shared.store import Operation, insert

NOW = "2026-11-23T09:00:00.000000Z"
# an id that no record has, and the same in every worker of a run
ABSENT = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"


def post(slug: str, **values: Any) -> dict[str, Any]:
    return {
        "kind": "post", "slug": slug, "title": f"About {slug}", "summary": None, "excerpt": "It begins",
        "markdown": "*m*", "html": "<p>h</p>", "toc": [], "status": "published", "visibility": "public",
        "featured": False, "language": None, "canonical_url": None, "seo": None, "comments_open": True,
        "cover_id": None, "word_count": 1, "reading_minutes": 1, "published_at": NOW, "created_at": NOW,
        "updated_at": NOW, "trashed_at": None, "external_id": None, "renderer_version": 1,
        "author_ids": [], "tag_ids": [], "media_ids": [], "series_id": None, "translation_group": None, "history": None,
        "seen_at": None,
        **values,
    }  # fmt: skip


def tag(name: str, **values: Any) -> dict[str, Any]:
    key = name.casefold()
    return {
        "slug": key, "name": name, "name_key": key, "description": None, "created_at": NOW, "updated_at": NOW, **values,
    }  # fmt: skip


def author(username: str, **values: Any) -> dict[str, Any]:
    return {
        "username": username, "name": username.title(), "bio": None, "website": None, "avatar_url": None,
        "account_id": None, "created_at": NOW, "updated_at": NOW, **values,
    }  # fmt: skip


def medium(digest: str, **values: Any) -> dict[str, Any]:
    return {
        "digest": digest, "filename": "a.png", "content_type": "image/png", "bytes": 1, "width": 1, "height": 1,
        "alt": None, "uploader_id": new_id(), "created_at": NOW, "updated_at": NOW, **values,
    }  # fmt: skip


def account(username: str, **values: Any) -> dict[str, Any]:
    return {
        "username": username, "username_key": username.casefold(), "email": f"{username}@example.org",
        "email_key": f"{username.casefold()}@example.org", "name": username.title(), "role": "reader",
        "state": "active", "password_hash": "secret-hash", "bio": None, "website": None, "avatar_url": None,
        "created_at": NOW, "updated_at": NOW, **values,
    }  # fmt: skip


def session(account_id: str, digest: str, **values: Any) -> dict[str, Any]:
    return {
        "account_id": account_id, "refresh_digest": digest, "previous_digest": None, "rotated_at": None,
        "user_agent": None, "address": None, "created_at": NOW, "used_at": NOW,
        "expires_at": "2026-12-23T09:00:00.000000Z", "revoked_at": None, **values,
    }  # fmt: skip


def token(account_id: str, digest: str, **values: Any) -> dict[str, Any]:
    return {
        "account_id": account_id, "name": "a program", "digest": digest, "hint": "…abcd", "scopes": ["posts:read"],
        "expires_at": None, "used_at": None, "revoked_at": None, "created_at": NOW, **values,
    }  # fmt: skip


def new_post(slug: str, **values: Any) -> Operation:
    return insert("posts", new_id(), post(slug, **values))


def new_tag(name: str, **values: Any) -> Operation:
    return insert("tags", new_id(), tag(name, **values))


def new_author(username: str, **values: Any) -> Operation:
    return insert("authors", new_id(), author(username, **values))
