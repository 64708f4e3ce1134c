"""Media: the routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from api.blog.incoming import context, demand_version, version_for
from api.blog.media import rules, schemas
from api.blog.media.kinds import LARGEST
from api.blog.media.presentation import present
from api.blog.media.problems import FILE_TOO_LARGE, IN_USE, NOT_AN_IMAGE
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID, INVALID_CURSOR, Fault, Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/media"
# room for the names and borders of a multipart body, and for the alternative text
ENVELOPE = 100_000

media = Resource("media", __name__, description="Uploaded images")


@media.operation(
    "GET", "/media", "listMedia", query=schemas.MediaQuery, returns=schemas.MediaList, problems=(INVALID_CURSOR,)
)
def list_media(call: Call) -> Answer:
    """List uploaded files, newest first: your own, or everybody's for editors."""
    page = rules.listed(context(), call.who, call.access, call.query)
    items = [present(record) for record in page.records]
    return Answer(envelope(page, items), fields=call.query["fields"], headers=link_header(page))


@media.operation(
    "POST", "/media", "uploadMedia",
    upload=schemas.MediaUpload, returns=schemas.Media, status=201, idempotent=True,
    problems=(FILE_TOO_LARGE, NOT_AN_IMAGE),
)  # fmt: skip
def upload_media(call: Call) -> Write:
    """Upload an image.

    What it is, is found by looking at the bytes; the file's name and the content type sent with it decide nothing. What
    is served says nothing of who took it where: it stands upright, without metadata. Smaller variants (`srcset`) are
    made within moments.
    The same bytes uploaded again answer with the file that is there. Refer to it by `url` in Markdown, or by `id` as
    the cover of a post.
    """
    file = call.body["file"]
    if not isinstance(file, FileStorage):
        raise Problem(INVALID, faults=[Fault("invalid", "Send the file as a file.", pointer="/file")])
    file.stream.seek(0)
    data = file.stream.read(LARGEST + 1)
    record, operations = rules.keep(context(), call.who, data, name=file.filename or "", alt=call.body.get("alt"))
    return _written(record, operations, location=f"{ROOT}/{record['id']}")


@media.operation("GET", "/media/<uuid:media_id>", "getMedia", returns=schemas.Media)
def get_media(call: Call, media_id: str) -> Answer:
    """Read what is known about a file."""
    record = rules.one(context(), call.who, call.access, media_id)
    return Answer(present(record), version=record["version"])


@media.operation(
    "PATCH", "/media/<uuid:media_id>", "updateMedia",
    body=schemas.MediaPatch, returns=schemas.Media, versioned=True,
)  # fmt: skip
def update_media(call: Call, media_id: str) -> Write:
    """Change the text that stands for an image."""
    record = rules.one(context(), call.who, call.access, media_id)
    demand_version(call, record)
    return _written(*rules.revise(context(), record, call.body, version_for(call, record)))


@media.operation("DELETE", "/media/<uuid:media_id>", "deleteMedia", versioned=True, status=204, problems=(IN_USE,))
def delete_media(call: Call, media_id: str) -> Write:
    """Delete a file, unless a post shows it; `listPosts` with `media` finds those that do."""
    record = rules.one(context(), call.who, call.access, media_id)
    demand_version(call, record)
    return Write(rules.remove(context(), call.who, record, version_for(call, record), call.attempt), Answer())


def _written(record: Mapping[str, Any], operations: Sequence[Any], location: str | None = None) -> Write:
    return Write(operations, Answer(present(record), version=record["version"], location=location))


# flask-smorest has no types
@media.before_request  # type: ignore[untyped-decorator]
def _let_files_be_larger() -> None:
    if request.method == "POST":
        request.max_content_length = LARGEST + ENVELOPE
