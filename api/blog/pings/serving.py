"""Serves the key that shows search engines whose site it is (IndexNow): a file at the root, named as what is in it."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from api.blog.incoming import context
from api.shared.problems import NOT_FOUND, Problem

serving = Blueprint("ping_files", __name__)


@serving.get("/<key>.txt")
def key_file(key: str) -> Answer:
    """Answer with the key under its own name; other such addresses may be old ones. Raises 404."""
    known = context()
    if key == known.pings.indexnow_key and key:
        return Response(key, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=60"})
    old = known.store.find("redirects", {"from_path": request.path}, sort="from_path", limit=1).records
    if not old:
        raise Problem(NOT_FOUND)
    return redirect(old[0]["to_path"], 301)
