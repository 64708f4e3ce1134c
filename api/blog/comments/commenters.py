"""Who comments: what is known of them, how often they may, and what they said just now."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.blog.comments.problems import BANNED, DUPLICATE
from api.blog.comments.tokens import address_key
from api.blog.context import Context
from api.shared.auth import Caller
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.problems import TOO_MANY_REQUESTS, Problem
from api.shared.store import Operation, Record, insert, update

MOST_RECENT = 20
WINDOW = timedelta(minutes=5)
MOST_IN_WINDOW = 10
MEMORY = timedelta(days=1)
_NOBODY: Record = {"version": 0, "approved": 0, "recent": [], "banned": False, "note": None}


@dataclass(frozen=True, slots=True)
class Commenter:
    """Somebody who comments, with their record; `version` 0 when they are new."""

    record: Record
    is_new: bool = field(default=False)

    @property
    def recent(self) -> list[Record]:
        """Return their newest comments, in short."""
        newest: list[Record] = self.record["recent"]
        return newest

    def refuse(self, context: Context, said: Mapping[str, Any]) -> None:
        """Refuse who is banned, who says the same again, and who comments too often. Raises Problem."""
        if self.record["banned"]:
            raise Problem(BANNED)
        if any(all(each[name] == said[name] for name in ("digest", "post", "parent")) for each in self.recent):
            raise Problem(DUPLICATE)
        since = rfc3339(context.clock.now() - WINDOW)
        if sum(each["at"] > since for each in self.recent) >= MOST_IN_WINDOW:
            raise Problem(TOO_MANY_REQUESTS, headers={"Retry-After": str(int(WINDOW.total_seconds()))})

    def remember(self, context: Context, said: Mapping[str, Any], *, name: str | None, approved: bool) -> Operation:
        """Plan what is known of them once they have said it."""
        now = context.now()
        values = {
            "name": name,
            "approved": self.record["approved"] + approved,
            "recent": [dict(said), *self.recent][:MOST_RECENT],
            "updated_at": now,
        }
        if self.is_new:
            fixed = {name: self.record[name] for name in ("key", "account_id", "banned", "note")}
            return insert("commenters", self.record["id"], {**fixed, **values, "created_at": now})
        return update("commenters", self.record["id"], values, if_version=self.record["version"])


def commenter(context: Context, caller: Caller | None, address: str, salt: str) -> Commenter:
    """Return what is known of a caller or, for guests, of whoever comes from an address."""
    key = caller.key if caller is not None else f"address:{address_key(salt, address)}"
    page = context.store.find("commenters", {"key": key}, limit=1)
    if page.records:
        known, forgotten = page.records[0], rfc3339(context.clock.now() - MEMORY)
        return Commenter({**known, "recent": [each for each in known["recent"] if each["at"] > forgotten]})
    account_id = None if caller is None else caller.account_id
    return Commenter({**_NOBODY, "id": new_id(), "key": key, "account_id": account_id}, is_new=True)


def said(context: Context, post_id: str, parent_id: str | None, markdown: str) -> dict[str, Any]:
    """Return a comment in short: when, where, and a digest of its words."""
    words = " ".join(markdown.casefold().split())
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    return {"at": context.now(), "post": post_id, "parent": parent_id, "digest": digest}
