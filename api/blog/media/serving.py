"""Serves uploaded bytes at `/media/…`: for ever the same under one name, and never able to act on the page."""

from flask import Blueprint, Response, request

from api.blog.incoming import context
from api.blog.media import rules
from api.blog.media.kinds import SVG
from api.blog.media.problems import NOT_THAT_LONG
from api.blog.media.rules import Served
from api.shared.problems import NOT_FOUND, Problem
from api.shared.responses import SHOWS_KEY

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=5"
POLICY = "default-src 'none'; sandbox"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

serving = Blueprint("media_files", __name__)


@serving.get("/media/<name>")
def media_file(name: str) -> Response:
    """Answer with the bytes, all or a range of them."""
    found = rules.served(context(), name)
    if found.instead is not None:
        # not made yet, or never: the picture itself, until somebody asks again
        return Response(status=302, headers={"Location": found.instead, "Cache-Control": FOR_A_MOMENT})
    response = Response(status=200, content_type=found.content_type)
    tag = name.rpartition(".")[0] if name.startswith(f"{found.media['digest']}.") else name
    response.set_etag(tag)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = SVG_POLICY if found.content_type == SVG else POLICY
    if request.if_none_match.contains(tag):
        response.make_conditional(request)
    else:
        _fill(response, name, found)
    request.environ[SHOWS_KEY] = (frozenset({f"media/{found.media['id']}"}), None)
    return response


def _fill(response: Response, name: str, found: Served) -> None:
    """Give the answer the bytes that were asked for. Raises 404 and 416."""
    response.accept_ranges = "bytes"
    start, length = 0, found.size
    wanted = request.range if request.if_range.etag in {None, response.get_etag()[0]} else None
    if wanted is not None and len(wanted.ranges) == 1:
        bounds = wanted.range_for_length(found.size)
        if bounds is None:
            raise Problem(NOT_THAT_LONG, headers={"Content-Range": f"bytes */{found.size}"})
        start, length = bounds[0], bounds[1] - bounds[0]
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{bounds[1] - 1}/{found.size}"
    data = context().blobs.read(name, start, length)
    if data is None:
        raise Problem(NOT_FOUND)
    response.set_data(data)
