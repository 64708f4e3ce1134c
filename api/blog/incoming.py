"""What endpoints need of the request and of the application that answers it."""

from typing import cast

from flask import current_app, g

from api.blog.context import Context
from api.shared.http import version_mismatch
from api.shared.operations import Call
from api.shared.store import Record

EXTENSION = "flask-blog-context"


def context() -> Context:
    """Return what the rules work with; an item of a batch has a context of its own."""
    return cast("Context", g.get(EXTENSION) or current_app.extensions[EXTENSION])


def demand_version(call: Call, record: Record) -> None:
    """Refuse a change to a record that was read before somebody else changed it, before any other rule is asked.

    The commit demands the version again, in its `WHERE`: this is only the earlier and kinder answer. Raises 412.
    """
    if call.if_version is not None and call.if_version != record["version"]:
        raise version_mismatch(record["version"])


def version_for(call: Call, record: Record) -> int:
    """Return the version that a change demands: the client's own or, after `If-Match: *`, the one just read."""
    version: int = record["version"]
    return version if call.if_version is None else call.if_version
