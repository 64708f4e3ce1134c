"""What may happen to a post, and who may see it.

Public is computed: a published post is public once its time has come. *Scheduled* is what a published post is called
before; nothing stores it, and nothing has to run for a post to appear at its minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.blog.posts.problems import NOT_PUBLISHED, NOT_SCHEDULED, NOT_TRASHED, SEEN_BY_READERS, TRASHED
from api.shared.auth import Access, Caller
from api.shared.problems import FORBIDDEN, INVALID, UNAUTHENTICATED, Fault, Problem
from api.shared.store import Record

LISTED = ("public", "members")


def status_of(post: Record, now: str) -> str:
    """Return where a post stands at a moment, `scheduled` included."""
    if post["status"] == "published" and post["published_at"] > now:
        return "scheduled"
    return str(post["status"])


def was_seen(post: Record, now: str) -> bool:
    """Tell whether readers see a post, or saw it once."""
    return post["seen_at"] is not None or status_of(post, now) == "published"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at posts at a moment: an anonymous reader, or a caller whose token lets them see more."""

    caller: Caller | None
    now: str

    @classmethod
    def of(cls, caller: Caller | None, access: Access, now: str) -> "Viewer":
        """Return how a caller sees posts; a token without the operation's scope sees what readers see."""
        if caller is not None and caller.scopes is not None and access.scope not in caller.scopes:
            return cls(None, now)
        return cls(caller, now)

    @property
    def edits_everything(self) -> bool:
        """Tell whether every post is open to the viewer."""
        return self.caller is not None and self.caller.is_at_least("editor")

    def may_edit(self, post: Record) -> bool:
        """Tell whether the viewer is one of the post's authors, or edits everybody's posts."""
        if self.caller is None or not self.caller.is_at_least("author"):
            return False
        return self.edits_everything or self.caller.account_id in post["author_ids"]

    def may_see(self, post: Record) -> bool:
        """Tell whether the post is there at all for the viewer."""
        return status_of(post, self.now) == "published" or self.may_edit(post)

    def may_read(self, post: Record) -> bool:
        """Tell whether the viewer may read the text of a post that is there."""
        return post["visibility"] != "members" or self.caller is not None


def demand_editing(caller: Caller | None, access: Access) -> Caller:
    """Let only a caller pass who may edit posts at all. Raises a 401 or 403 Problem."""
    if caller is None:
        raise Problem(UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
    if not caller.is_at_least("author"):
        raise Problem(FORBIDDEN, f"This needs the role author; yours is {caller.role}.")
    if caller.scopes is not None and access.scope not in caller.scopes:
        raise Problem(FORBIDDEN, f"The token lacks the scope {access.scope}.")
    return caller


def begin(wanted: Mapping[str, Any], now: str) -> dict[str, Any]:
    """Return how a new post stands."""
    published = wanted["status"] == "published"
    return {"status": wanted["status"], "published_at": wanted["published_at"] or (now if published else None)}


def revise(post: Record, wanted: Mapping[str, Any], now: str) -> dict[str, Any]:
    """Return how a post stands after a change that may name a status and a time."""
    status = wanted.get("status", post["status"])
    moment = wanted.get("published_at", post["published_at"])
    if status == "published":
        # a published post always has a time: taking it away leaves the one it has
        moment = moment or post["published_at"] or now
    return {"status": status, "published_at": moment}


def publish(post: Record, moment: str | None, now: str) -> dict[str, Any]:
    """Return how a post stands once it is published: at a time, when it was public before, or now."""
    refuse_trashed(post)
    past = post["published_at"] if post["published_at"] is not None and post["published_at"] <= now else None
    return {"status": "published", "published_at": moment or past or now}


def schedule(post: Record, moment: str, now: str) -> dict[str, Any]:
    """Return how a post stands once it is to appear at a time to come. Raises 409 for one that readers see, and 422."""
    refuse_trashed(post)
    if status_of(post, now) == "published":
        raise Problem(SEEN_BY_READERS)
    demand_future(moment, now, "/published_at")
    return {"status": "published", "published_at": moment}


def call_off(post: Record, now: str) -> dict[str, Any]:
    """Return how a scheduled post stands once it is not to appear any more. Raises 409."""
    if status_of(post, now) != "scheduled":
        raise Problem(NOT_SCHEDULED)
    return {"status": _hidden(post), "published_at": None}


def unpublish(post: Record) -> dict[str, Any]:
    """Return how a post stands once it is taken back."""
    if post["status"] != "published":
        raise Problem(NOT_PUBLISHED)
    return {"status": "unpublished"}


def trash(post: Record, now: str) -> dict[str, Any]:
    """Return how a post stands in the trash; nothing changes for one that is there."""
    return {} if post["status"] == "trashed" else {"status": "trashed", "trashed_at": now}


def restore(post: Record) -> dict[str, Any]:
    """Return how a post stands once it is out of the trash; never public."""
    if post["status"] != "trashed":
        raise Problem(NOT_TRASHED)
    return {"status": _hidden(post), "trashed_at": None}


def _hidden(post: Record) -> str:
    return "draft" if post["seen_at"] is None else "unpublished"


def demand_future(moment: str, now: str, pointer: str) -> None:
    """Refuse a time that has passed. Raises 422."""
    if moment <= now:
        raise Problem(INVALID, faults=[Fault("not_in_the_future", "This time has passed.", pointer=pointer)])


def refuse_trashed(post: Record) -> None:
    """Refuse to change a post in the trash."""
    if post["status"] == "trashed":
        raise Problem(TRASHED)
