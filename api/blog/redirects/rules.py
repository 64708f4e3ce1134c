"""Redirects: one for each old path."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.context import Context
from api.blog.redirects.problems import PATH_TAKEN
from api.shared.http import new_id
from api.shared.problems import NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, delete, insert, update


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of redirects by their old path."""
    return context.store.find(
        "redirects",
        {"from_path": query["from_path"]},
        sort="from_path",
        limit=query["limit"],
        cursor=query["cursor"],
        count=query["count"] is not None,
    )


def one(context: Context, redirect_id: str) -> Record:
    """Return a redirect. Raises 404."""
    found = context.store.get("redirects", redirect_id)
    if found is None:
        raise Problem(NOT_FOUND)
    return found.record


def create(context: Context, body: Mapping[str, Any], attempt: int) -> tuple[Record, Sequence[Operation]]:
    """Plan a redirect. Raises 409 when the path has one already."""
    if attempt > 0:
        page = context.store.find("redirects", {"from_path": body["from_path"]}, sort="from_path", limit=1)
        if page.records:
            fault = Fault("taken", "There is a redirect from this path.", pointer="/from_path")
            raise Problem(PATH_TAKEN, faults=[fault])
    values = {**body, "created_at": context.now()}
    redirect_id = new_id()
    return {"id": redirect_id, "version": 1, **values}, [insert("redirects", redirect_id, values)]


def moved(context: Context, old: str, new: str) -> list[Operation]:
    """Plan that an old page of the site leads to a new one, and nothing away from the new one."""
    page = context.store.find("redirects", {"from_path": [old, new]}, sort="from_path")
    known = {record["from_path"]: record for record in page.records}
    operations = [delete("redirects", known[new]["id"])] if new in known else []
    if old in known:
        return [*operations, update("redirects", known[old]["id"], {"to_path": new})]
    values = {"from_path": old, "to_path": new, "created_at": context.now()}
    return [*operations, insert("redirects", new_id(), values)]


def remove(redirect: Record, version: int) -> Sequence[Operation]:
    """Plan the end of a redirect."""
    return [delete("redirects", redirect["id"], if_version=version)]
