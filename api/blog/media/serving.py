"""Serves uploaded bytes at `/media/…`: for ever the same under one name, and never able to act on the page."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from api.blog.incoming import context
from api.blog.media import rules
from api.blog.media.kinds import SVG
from api.blog.media.problems import NOT_THAT_LONG
from api.shared.problems import NOT_FOUND, Problem
from api.shared.responses import SHOWS_KEY

FOR_EVER = "public, max-age=31536000, immutable"
POLICY = "default-src 'none'; sandbox"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

serving = Blueprint("media_files", __name__)


@serving.get("/media/<name>")
def media_file(name: str) -> Response:
    """Answer with the bytes, all or a range of them."""
    record = rules.served(context(), name)
    response = Response(status=200, content_type=record["content_type"])
    response.set_etag(record["digest"])
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = SVG_POLICY if record["content_type"] == SVG else POLICY
    if not request.if_none_match.contains(record["digest"]):
        data = context().blobs.read(name)
        if data is None:
            raise Problem(NOT_FOUND)
        response.set_data(data)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=record["bytes"])
    except RequestedRangeNotSatisfiable as error:
        raise Problem(NOT_THAT_LONG, headers={"Content-Range": f"bytes */{record['bytes']}"}) from error
    request.environ[SHOWS_KEY] = (frozenset({f"media/{record['id']}"}), None)
    return response
