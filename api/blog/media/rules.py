"""Uploaded files: each kept once, by the digest of its bytes."""

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.blog.context import Context
from api.blog.jobs import rules as jobs
from api.blog.media.kinds import EXTENSIONS, VARIANT_FORMATS
from api.blog.media.presentation import file_name, names_of, original_name, path_of, variant_name, widths_of
from api.blog.media.problems import IN_USE
from api.blog.site import rules as site
from api.shared.auth import Access, Caller
from api.shared.http import new_id
from api.shared.problems import NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, delete, insert, update

LONGEST_NAME = 255
MOST_DIGESTS = 200
MOST_NAMED = 20
CONTROL = "C"
_NAME = re.compile(
    rf"([0-9a-f]{{64}})(?:\.(?:{'|'.join(EXTENSIONS.values())})|-([0-9]{{3,4}})\.({'|'.join(VARIANT_FORMATS)}))"
)

Planned = tuple[Record, Sequence[Operation]]


def listed(context: Context, caller: Caller, access: Access, query: Mapping[str, Any]) -> Page:
    """Return a page of files, newest first: the caller's own, or everybody's for editors."""
    uploader = query["uploader"]
    if uploader is not None:
        access.demand_own(caller, [uploader])
    elif not caller.is_at_least("editor"):
        uploader = caller.account_id
    return context.store.find(
        "media",
        {"uploader_id": uploader, "content_type": query["content_type"]},
        sort="-created_at",
        limit=query["limit"],
        cursor=query["cursor"],
        count=query["count"] is not None,
    )


def one(context: Context, caller: Caller, access: Access, media_id: str) -> Record:
    """Return a file that the caller may touch. Raises 404 and 403."""
    found = context.store.get("media", media_id)
    if found is None:
        raise Problem(NOT_FOUND)
    access.demand_own(caller, [found.record["uploader_id"]])
    return found.record


def keep(context: Context, caller: Caller, data: bytes, *, name: str, alt: str | None) -> Planned:
    """Keep the bytes, and plan their record; the same bytes have one record. Raises 413 and 415.

    What is served is `clean`; the file as it was uploaded is kept beside it, and its digest names both.
    """
    # Pillow takes memory and start-up time that a process without uploads need not spend
    from api.blog.media.inspection import inspect  # noqa: PLC0415 - see above

    picture = inspect(data)
    digest = hashlib.sha256(data).hexdigest()
    known = by_digest(context, [digest])
    if digest in known:
        return _kept_again(context, caller, known[digest], picture.clean, data)
    now = context.now()
    values = {
        "digest": digest,
        "filename": _plain(name) or f"upload.{EXTENSIONS[picture.content_type]}",
        "content_type": picture.content_type,
        "form": picture.form,
        "bytes": len(picture.clean),
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blur,
        "colour": picture.colour,
        "alt": alt,
        "uploader_id": caller.account_id,
        "created_at": now,
        "updated_at": now,
    }
    media_id = new_id()
    record = {"id": media_id, "version": 1, **values}
    # before the commit: a record never names bytes that are not there
    _store(context, record, picture.clean, data)
    return record, [insert("media", media_id, values), *_varying(context, caller, record)]


def _store(context: Context, media: Record, clean: bytes, data: bytes) -> None:
    context.blobs.keep(file_name(media), io.BytesIO(clean))
    if clean != data:
        context.blobs.keep(original_name(media), io.BytesIO(data))


def _kept_again(context: Context, caller: Caller, media: Record, clean: bytes, data: bytes) -> Planned:
    """Answer with the file that is there; where its bytes were lost, write them and have its variants made again."""
    if context.blobs.size(file_name(media)) == media["bytes"]:
        return media, ()
    _store(context, media, clean, data)
    variants = _varying(context, caller, media)
    if len(clean) == media["bytes"]:
        return media, variants
    # encoded by another version of what encodes
    changes = {"bytes": len(clean), "updated_at": context.now()}
    planned = {**media, **changes, "version": media["version"] + 1}
    return planned, [update("media", media["id"], changes, if_version=media["version"]), *variants]


def _varying(context: Context, caller: Caller, media: Record) -> Sequence[Operation]:
    """Plan the job that makes a picture's variants, if it is to have any."""
    return jobs.start(context, caller.account_id, "variants", subject=media["id"])[1] if widths_of(media) else ()


def revise(context: Context, media: Record, body: Mapping[str, Any], version: int) -> Planned:
    """Plan a change of what is said about a file."""
    changes = {name: value for name, value in body.items() if media[name] != value}
    if not changes:
        return media, ()
    changes["updated_at"] = context.now()
    return {**media, **changes, "version": version + 1}, [update("media", media["id"], changes, if_version=version)]


def remove(context: Context, caller: Caller, media: Record, version: int, attempt: int) -> Sequence[Operation]:
    """Plan the end of a file's record, without which its bytes are not served. Raises 409 while it is shown.

    The bytes stay for another day, until the orphans are collected: somebody may be uploading the same ones at this
    moment, and a backup that is being made may name them.
    """
    if attempt > 0:
        users = _users(context, media["id"])
        if users or site.current(context)["logo_id"] == media["id"]:
            raise Problem(IN_USE, faults=_named(users, caller))
    for name in names_of(media):
        context.blobs.renew(name)
    return [delete("media", media["id"], if_version=version)]


def _users(context: Context, media_id: str) -> Sequence[Record]:
    """Return posts that show a file, in their text or as their cover."""
    for name in ("media_id", "cover_id"):
        page = context.store.find("posts", {name: media_id}, sort="-published_at", limit=MOST_NAMED, brief=True)
        if page.records:
            return page.records
    return ()


def _named(posts: Iterable[Record], caller: Caller) -> list[Fault]:
    """Name the posts that the caller may edit; of others' drafts no title is told."""
    faults = []
    for post in posts:
        own = caller.is_at_least("editor") or caller.account_id in post["author_ids"]
        detail = f"/{post['kind']}s/{post['slug']}: {post['title']}" if own else "a post of somebody else"
        faults.append(Fault("in_use", detail, pointer=""))
    return faults


def by_digest(context: Context, digests: Iterable[str]) -> dict[str, Record]:
    """Return the files of these digests, as far as they are there."""
    wanted = sorted(set(digests))[:MOST_DIGESTS]
    if not wanted:
        return {}
    page = context.store.find("media", {"digest": wanted}, limit=len(wanted))
    return {record["digest"]: record for record in page.records}


@dataclass(frozen=True, slots=True)
class Served:
    """A blob that may be served, and of which file; `instead` is where the file itself is while a variant is made."""

    media: Record
    content_type: str
    size: int
    instead: str | None = None


def served(context: Context, name: str) -> Served:
    """Return what is served under a name. Raises 404."""
    match = _NAME.fullmatch(name)
    media = by_digest(context, [match[1]]).get(match[1]) if match else None
    if match is None or media is None:
        raise Problem(NOT_FOUND)
    if match[2] is None and file_name(media) == name:
        return Served(media, media["content_type"], media["bytes"])
    if (
        match[2] is None
        or int(match[2]) not in widths_of(media)
        or variant_name(media, int(match[2]), match[3]) != name
    ):
        raise Problem(NOT_FOUND)
    size = context.blobs.size(name)
    return Served(media, f"image/{match[3]}", size or 0, None if size else path_of(media))


def _plain(name: str) -> str:
    """Return the last step of a path, without characters that cannot be seen."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if unicodedata.category(c)[0] != CONTROL).strip()[:LONGEST_NAME]
