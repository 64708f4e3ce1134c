"""Plans a new comment: who may write it, where it stands in the conversation, whether it waits for approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.blog.comments import policy, spam, tokens
from api.blog.comments.commenters import Commenter, commenter, said
from api.blog.comments.problems import COMMENTS_CLOSED
from api.blog.comments.rules import marked, rendered, standing
from api.blog.comments.spam import GUESTS_OWN
from api.blog.context import Context
from api.blog.posts.rules import Viewer
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.auth import Access, Caller
from api.shared.http import new_id
from api.shared.problems import FORBIDDEN, INVALID, UNAUTHENTICATED, Fault, Problem
from api.shared.store import Operation, Record, insert, require, update

DEEPEST = 3
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A new comment, the post it is about, what changes with it, and the secret of a guest."""

    comment: Record
    post: Record
    operations: Sequence[Operation]
    secret: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody wants to comment: who, from which address, and what."""

    viewer: Viewer
    address: str
    body: Body

    @property
    def caller(self) -> Caller | None:
        """Return the member; None for a guest."""
        return self.viewer.caller


def viewer_of(caller: Caller | None, access: Access, now: str) -> Viewer:
    """Return how a caller sees posts. Raises 403 for a token that may not comment."""
    if caller is not None and caller.scopes is not None and access.scope not in caller.scopes:
        raise Problem(FORBIDDEN, f"The token lacks the scope {access.scope}.")
    return Viewer(caller, now)


def write(context: Context, site: Record, post: Record, attempt: Attempt) -> Written:
    """Plan a new comment. Raises 401, 403, 409, 422 and 429."""
    body = attempt.body
    _refuse_who_may_not(site, post, attempt, context.now())
    parent = _parent(context, post, body.get("parent_id"))
    writer = commenter(context, attempt.caller, attempt.address, site["address_salt"])
    remembered = said(context, post["id"], body.get("parent_id"), body["markdown"])
    writer.refuse(context, remembered)
    html = rendered(body["markdown"])
    digest, trapped = remembered["digest"], bool(body.get("subject"))
    remark = spam.Remark(body["markdown"], html, spam.about(body), digest, trapped=trapped)
    reasons = [*spam.judge(remark, site["comment_words"]), *spam.judge_commenter(remark, writer.recent, context.clock)]
    if _is_trusted(attempt.viewer, post):
        reasons = []
    status = _status(site, attempt, post, writer, sum(reason.points for reason in reasons))
    secret = tokens.draw() if attempt.caller is None else None
    comment = _record(context, post, parent, attempt, {
        "commenter_id": writer.record["id"],
        "secret_digest": tokens.digest(secret) if secret is not None else None,
        "html": html,
        "score": sum(reason.points for reason in reasons),
        "reasons": [reason.to_wire() for reason in reasons],
        **standing({"answered": False}, status),
    })  # fmt: skip
    approved = status == "approved"
    operations = [
        require("posts", post["id"], if_version=post["version"]),
        require("site", site["id"], if_version=site["version"]),
        *_answering(parent),
        insert("comments", comment["id"], {name: comment[name] for name in comment if name not in {"id", "version"}}),
        writer.remember(context, remembered, name=comment["name"], approved=approved),
        *(marked(context, [post["id"]]) if approved else ()),
    ]
    return Written(comment, post, operations, secret)


def _refuse_who_may_not(site: Record, post: Record, attempt: Attempt, now: str) -> None:
    accepted, is_guest = policy.accepts(site, post, now), attempt.caller is None
    if accepted == policy.NOBODY:
        raise Problem(COMMENTS_CLOSED)
    if is_guest and accepted == policy.MEMBERS:
        raise Problem(UNAUTHENTICATED, "Members alone may comment here.", headers={"WWW-Authenticate": "Bearer"})
    if is_guest and attempt.body.get("name") is None:
        raise Problem(INVALID, faults=[Fault("required", "Guests give a name.", pointer="/name")])
    given = [name for name in GUESTS_OWN if not is_guest and attempt.body.get(name) is not None]
    if given:
        detail = "You comment under the name of your account."
        raise Problem(INVALID, faults=[Fault("not_for_members", detail, pointer=f"/{name}") for name in given])


def _parent(context: Context, post: Record, parent_id: str | None) -> Record | None:
    if parent_id is None:
        return None
    found = context.store.get("comments", parent_id)
    if found is None or found.record["post_id"] != post["id"] or found.record["status"] != "approved":
        fault = Fault("unknown_comment", "No comment under this post has this id.", pointer="/parent_id")
        raise Problem(UNKNOWN_REFERENCE, faults=[fault])
    return found.record


def _answering(parent: Record | None) -> list[Operation]:
    """Plan that a comment is answered: nobody takes it back at the same moment without keeping its place."""
    if parent is None:
        return []
    if parent["answered"]:
        return [require("comments", parent["id"], if_version=parent["version"])]
    return [update("comments", parent["id"], {"answered": True}, if_version=parent["version"])]


def _is_trusted(viewer: Viewer, post: Record) -> bool:
    return viewer.may_edit(post)


def _status(site: Record, attempt: Attempt, post: Record, writer: Commenter, score: int) -> str:
    if _is_trusted(attempt.viewer, post):
        return "approved"
    if score >= spam.SPAM:
        return "spam"
    held = site["comments"]["hold"]
    is_first = held == "first_timers" and not writer.record["approved"]
    return "pending" if score >= spam.DOUBTFUL or held == "everything" or is_first else "approved"


def _record(
    context: Context, post: Record, parent: Record | None, attempt: Attempt, judged: Mapping[str, Any]
) -> Record:
    comment_id, now, body = new_id(), context.now(), attempt.body
    own = dict.fromkeys(GUESTS_OWN) if attempt.caller is not None else {name: body.get(name) for name in GUESTS_OWN}
    return {
        "id": comment_id,
        "version": 1,
        "post_id": post["id"],
        "parent_id": None if parent is None else parent["id"],
        **_place(comment_id, parent),
        "answered": False,
        "account_id": None if attempt.caller is None else attempt.caller.account_id,
        **own,
        "markdown": body["markdown"],
        "created_at": now,
        "edited_at": None,
        "updated_at": now,
        **judged,
    }


def _place(comment_id: str, parent: Record | None) -> dict[str, Any]:
    """Return where a comment stands: ids made later sort later, and what is deeper than deep stands side by side."""
    if parent is None:
        return {"path": comment_id, "depth": 1}
    if parent["depth"] < DEEPEST:
        return {"path": f"{parent['path']}/{comment_id}", "depth": parent["depth"] + 1}
    beside, _, _ = parent["path"].rpartition("/")
    return {"path": f"{beside}/{comment_id}", "depth": DEEPEST}
