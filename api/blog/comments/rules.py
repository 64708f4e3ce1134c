"""What may happen to comments once they are there: reading, changing, taking back, moderating."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.blog.comments import spam, tokens
from api.blog.comments.presentation import GRACE, INCLUDES
from api.blog.comments.problems import EDITING_OVER
from api.blog.context import Context
from api.blog.markdown.remarks import remark
from api.blog.posts.rules import Viewer
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.clock import parse_rfc3339
from api.shared.problems import FORBIDDEN, INVALID, NOT_FOUND, PRECONDITION_FAILED, Fault, Problem
from api.shared.store import Found, Operation, Record, insert, update

Planned = tuple[Record, Sequence[Operation]]


def one(context: Context, viewer: Viewer, comment_id: str, secret: str | None = None) -> Found:
    """Return a comment with what it includes. Raises 404 when it is not there for the viewer."""
    found = context.store.get("comments", comment_id, include=INCLUDES, brief=True)
    if found is None or not _may_see(viewer, found, secret):
        raise Problem(NOT_FOUND)
    return found


def _may_see(viewer: Viewer, found: Found, secret: str | None) -> bool:
    comment, post = found.record, found.included["posts"][found.record["post_id"]]
    if viewer.edits_everything:
        return True
    if comment["status"] == "deleted" or not viewer.may_see(post) or not viewer.may_read(post):
        return False
    return comment["status"] == "approved" or _wrote(viewer, comment, secret)


def _wrote(viewer: Viewer, comment: Record, secret: str | None) -> bool:
    if comment["account_id"] is not None:
        return viewer.caller is not None and viewer.caller.account_id == comment["account_id"]
    return tokens.opens(secret, comment["secret_digest"])


def changeable(context: Context, viewer: Viewer, comment_id: str, secret: str | None) -> Found:
    """Return a comment that its writer may change for a quarter of an hour, and moderators always.

    Raises 403 for somebody else's, 404, and 409 when it is too late.
    """
    found = one(context, viewer, comment_id, secret)
    if viewer.edits_everything:
        return found
    if not _wrote(viewer, found.record, secret):
        raise Problem(FORBIDDEN, "This is somebody else's.")
    if context.clock.now() > parse_rfc3339(found.record["created_at"]) + GRACE:
        raise Problem(EDITING_OVER)
    return found


def rendered(markdown: str) -> str:
    """Return what a comment's Markdown renders to. Raises 422 when there is nothing to see."""
    html = remark(markdown)
    if not html:
        raise Problem(INVALID, faults=[Fault("nothing_to_see", "There is nothing to see in it.", pointer="/markdown")])
    return html


def revise(context: Context, site: Record, comment: Record, markdown: str, version: int) -> Planned:
    """Plan a change of what a comment says; a text that looks like spam by itself waits for approval again."""
    if markdown == comment["markdown"]:
        return comment, ()
    now, html = context.now(), rendered(markdown)
    reasons = spam.judge(spam.Remark(markdown, html, spam.about(comment), ""), site["comment_words"])
    kept = [each for each in comment["reasons"] if each["rule"] not in spam.OF_THE_TEXT]
    wanted: dict[str, Any] = {"markdown": markdown, "html": html, "edited_at": now, "updated_at": now}
    wanted["reasons"] = [*kept, *(reason.to_wire() for reason in reasons)]
    wanted["score"] = sum(each["points"] for each in wanted["reasons"])
    if comment["status"] == "approved" and wanted["score"] >= max(spam.DOUBTFUL, comment["score"] + 1):
        wanted |= standing(comment, "pending")
    return _changed(context, comment, wanted, version)


def take_back(context: Context, comment: Record, version: int) -> Planned:
    """Plan that a comment goes; its place is kept where answers follow."""
    return _changed(context, comment, {**standing(comment, "deleted"), "updated_at": context.now()}, version)


def standing(comment: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Return the columns that say where a comment stands, and so what readers see of it."""
    if status == "approved":
        return {"status": status, "shown": "comment"}
    return {"status": status, "shown": "place" if comment["answered"] else "nothing"}


def _changed(context: Context, comment: Record, wanted: Mapping[str, Any], version: int) -> Planned:
    after = {**comment, **wanted, "version": version + 1}
    operations = [update("comments", comment["id"], wanted, if_version=version)]
    if {comment["shown"], after["shown"]} != {"nothing"}:
        operations += marked(context, [comment["post_id"]])
    return after, operations


def marked(context: Context, post_ids: Iterable[str]) -> list[Operation]:
    """Plan to move the marks of posts under which readers see something else."""
    wanted, now = sorted(set(post_ids)), context.now()
    if not wanted:
        return []
    page = context.store.find("discussions", {"id": wanted}, sort="id", limit=len(wanted))
    known = {each["id"] for each in page.records}
    values = {"updated_at": now}
    # without a version: whoever moves a mark last is right
    return [update("discussions", each, values) if each in known else insert("discussions", each, values)
            for each in wanted]  # fmt: skip


def moderate(context: Context, items: Sequence[Mapping[str, Any]], status: str) -> tuple[Found, Sequence[Operation]]:
    """Plan where comments stand from now on, all or none. Raises 422 for unknown ones, 412 for changed ones.

    What is found is returned as it will be, in `included["comments"]`.
    """
    ids = [item["id"] for item in items]
    if len(set(ids)) < len(ids):
        raise Problem(INVALID, faults=[Fault("repeated", "Name each comment once.", pointer="/items")])
    page = context.store.find("comments", {"id": ids}, limit=len(ids), include=INCLUDES, brief=True)
    comments = {each["id"]: each for each in page.records}
    _refuse_unknown_and_changed(items, comments)
    now = context.now()
    after, operations, posts = dict(comments), [], set()
    approvals: Counter[str] = Counter()
    for comment in comments.values():
        wanted = standing(comment, status)
        if comment["status"] == status:
            continue
        if comment["commenter_id"] is not None:
            approvals[comment["commenter_id"]] += (status == "approved") - (comment["status"] == "approved")
        if wanted["shown"] != comment["shown"]:
            posts.add(comment["post_id"])
        operations.append(
            update("comments", comment["id"], {**wanted, "updated_at": now}, if_version=comment["version"])
        )
        after[comment["id"]] = {**comment, **wanted, "version": comment["version"] + 1}
    operations += _counted(page.included.get("commenters", {}), approvals, now)
    operations += marked(context, posts)
    return Found({}, {**page.included, "comments": {each: after[each] for each in ids}}), operations


def _counted(commenters: Mapping[str, Record], approvals: Mapping[str, int], now: str) -> list[Operation]:
    return [
        update(
            "commenters", each["id"], {"approved": max(0, each["approved"] + approvals[each["id"]]), "updated_at": now},
            if_version=each["version"],
        )
        for each in commenters.values()
        if approvals.get(each["id"])
    ]  # fmt: skip


def _refuse_unknown_and_changed(items: Sequence[Mapping[str, Any]], comments: Mapping[str, Record]) -> None:
    unknown = [
        Fault("unknown_comment", "There is no such comment.", pointer=f"/items/{number}/id")
        for number, item in enumerate(items)
        if item["id"] not in comments
    ]
    if unknown:
        raise Problem(UNKNOWN_REFERENCE, faults=unknown)
    changed = [
        Fault("version_mismatch", f"Its version is {comments[item['id']]['version']}.", pointer=f"/items/{n}/version")
        for n, item in enumerate(items)
        if item["version"] != comments[item["id"]]["version"]
    ]
    if changed:
        raise Problem(PRECONDITION_FAILED, "Some of the comments were changed since; nothing was done.", faults=changed)
