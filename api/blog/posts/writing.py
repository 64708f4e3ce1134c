"""Plans what a new or changed post makes of the records: the post itself, its slug, tags and authors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.blog.authors import rules as authors
from api.blog.context import Context
from api.blog.posts import rules
from api.blog.posts.naming import Claim, name
from api.blog.posts.presentation import Included
from api.blog.posts.problems import EXTERNAL_ID_TAKEN
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.rendering import images_in, rendered, shown
from api.blog.revisions import history
from api.blog.revisions.history import Save
from api.blog.revisions.kinds import CREATED
from api.blog.series import rules as series
from api.blog.tags import rules as tags
from api.shared.auth import Caller
from api.shared.http import new_id
from api.shared.problems import Fault, Problem
from api.shared.store import Found, Operation, Record, insert, update

DEFAULTS: Mapping[str, Any] = {
    "summary": None,
    "markdown": "",
    "slug": None,
    "kind": "post",
    "status": "draft",
    "published_at": None,
    "visibility": "public",
    "featured": False,
    "tags": (),
    "authors": None,
    "series": None,
    "cover_id": None,
    "canonical_url": None,
    "seo": None,
    "language": None,
    "comments_open": True,
    "external_id": None,
}
AS_GIVEN = (
    "title", "summary", "kind", "visibility", "featured", "cover_id", "canonical_url", "language", "comments_open",
    "external_id",
)  # fmt: skip

Body = Mapping[str, Any]
Records = dict[str, dict[str, Record]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A post as it will be, what it refers to, and the operations that make it so."""

    post: Record
    included: Included
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Saving:
    """How a post is saved again: the kind of save, the version it demands, and how many plans were refused."""

    kind: str
    version: int
    attempt: int


def create(context: Context, caller: Caller, body: Body, attempt: int) -> Planned:
    """Plan a new post."""
    wanted = {**DEFAULTS, **body}
    now = context.now()
    post_id = new_id()
    references = _References(context, caller, attempt)
    _refuse_external_id(context, wanted["external_id"], post_id, attempt)
    claim = Claim(post_id, wanted["slug"], wanted["title"], wanted["kind"], attempt)
    slug, claiming = name(context, claim)
    values = {
        **{column: wanted[column] for column in AS_GIVEN},
        **references.resolve(wanted, post_id=post_id, present=()),
        **rules.begin(wanted, now),
        **rendering(context, wanted["markdown"], wanted["cover_id"]),
        "seo": _without_nulls(wanted["seo"]),
        "slug": slug,
        "created_at": now,
        "updated_at": now,
        "trashed_at": None,
        "translation_group": None,
        "seen_at": None,
    }
    post = {"id": post_id, "version": 1, **values}
    post["history"], recording = history.begin(Save(CREATED, caller.account_id), post, references.records, now)
    values["history"] = post["history"]
    operations = [*references.operations, *references.joining, insert("posts", post_id, values), *claiming, recording]
    return Planned(post, references.records, operations)


def replace(body: Body) -> Body:
    """Return the change that replacing a post comes to: everything takes its default, but its slug and authors stay."""
    return {**{field: value for field, value in DEFAULTS.items() if field not in {"slug", "authors"}}, **body}


def merged(post: Record, patch: Body) -> Body:
    """Return the change that a JSON Merge Patch (RFC 7396) comes to; `seo` merges too, and null takes a default."""
    change = {field: DEFAULTS.get(field) if value is None else value for field, value in patch.items()}
    if patch.get("seo") is not None:
        change["seo"] = {**(post["seo"] or {}), **patch["seo"]}
    return change


def revise(context: Context, caller: Caller, found: Found, change: Body, saving: Saving) -> Planned:
    """Plan a change of a post, and its revision. Raises 409 for one in the trash."""
    post = found.record
    rules.refuse_trashed(post)
    references = _References(context, caller, saving.attempt, found.included)
    _refuse_external_id(context, change.get("external_id"), post["id"], saving.attempt)
    wanted = {
        **{column: change[column] for column in AS_GIVEN if column in change},
        **references.resolve(change, post_id=post["id"], present=post["author_ids"]),
        **rules.revise(post, change, context.now()),
    }
    if "seo" in change:
        wanted["seo"] = _without_nulls(change["seo"])
    markdown, cover_id = change.get("markdown", post["markdown"]), change.get("cover_id", post["cover_id"])
    if markdown != post["markdown"]:
        wanted.update(rendering(context, markdown, cover_id))
    elif cover_id != post["cover_id"]:
        wanted["media_ids"] = shown(images_in(context, markdown), cover_id)
    slug, claiming = _renamed(context, post, change, saving.attempt)
    changes = _changes(context, post, {**wanted, "slug": slug})
    if not changes:
        return Planned(post, references.records, ())
    planned = {**post, **changes, "version": saving.version + 1}
    save = Save(saving.kind, caller.account_id)
    planned["history"], recording = history.follow(context, save, post, planned, references.records)
    changing = update("posts", post["id"], {**changes, "history": planned["history"]}, if_version=saving.version)
    return Planned(
        planned, references.records, [*references.operations, *references.joining, changing, *claiming, *recording]
    )


def stand(
    context: Context, post: Record, standing: Mapping[str, Any], *, version: int
) -> tuple[Record, list[Operation]]:
    """Plan that a post stands elsewhere in its life; nothing when it stands there already."""
    changes = _changes(context, post, standing)
    if not changes:
        return post, []
    operations = [update("posts", post["id"], changes, if_version=version)]
    return {**post, **changes, "version": version + 1}, operations


class _References:
    """What a post refers to: looked up, and made where that is allowed."""

    def __init__(self, context: Context, caller: Caller, attempt: int, included: Included | None = None) -> None:
        self._context = context
        self._caller = caller
        self._attempt = attempt
        self.operations: Sequence[Operation] = ()
        self.joining: Sequence[Operation] = ()
        self.records: Records = {name: dict(records) for name, records in (included or {}).items()}

    def resolve(self, wanted: Body, *, post_id: str, present: Sequence[str]) -> dict[str, Any]:
        """Return the columns that name authors, tags and series, as far as the body speaks of them. Raises Problem."""
        columns: dict[str, Any] = {}
        if "authors" in wanted:
            columns["author_ids"] = self._keep("authors", self._authors(wanted["authors"], present))
        if "tags" in wanted:
            tagged = tags.named(self._context, wanted["tags"], self._attempt)
            self.operations = tagged.operations
            columns["tag_ids"] = self._keep("tags", tagged.records)
        if "series" in wanted:
            columns["series_id"] = self._series(wanted["series"], post_id)
        if wanted.get("cover_id") is not None:
            self._keep("media", [self._cover(wanted["cover_id"])])
        return columns

    def _authors(self, usernames: Sequence[str] | None, present: Sequence[str]) -> Sequence[Record]:
        if usernames is None:
            return [authors.own(self._context, self._caller)]
        return authors.named(self._context, self._caller, usernames, present)

    def _series(self, slug: str | None, post_id: str) -> str | None:
        if slug is None:
            return None
        joined, self.joining = series.joined(self._context, slug, post_id)
        return self._keep("series", [joined])[0]

    def _cover(self, media_id: str) -> Record:
        found = self._context.store.get("media", media_id)
        if found is None:
            raise Problem(
                UNKNOWN_REFERENCE, faults=[Fault("unknown_media", "There is no such file.", pointer="/cover_id")]
            )
        return found.record

    def _keep(self, collection: str, records: Sequence[Record]) -> list[str]:
        self.records.setdefault(collection, {}).update({record["id"]: record for record in records})
        return [record["id"] for record in records]


def _renamed(context: Context, post: Record, change: Body, attempt: int) -> tuple[str, Sequence[Operation]]:
    if "slug" not in change:
        return post["slug"], ()
    title, kind = change.get("title", post["title"]), change.get("kind", post["kind"])
    slug, operations = name(context, Claim(post["id"], change["slug"], title, kind, attempt))
    return (slug, ()) if slug == post["slug"] else (slug, operations)


def _changes(context: Context, post: Record, wanted: Mapping[str, Any]) -> dict[str, Any]:
    changes = {column: value for column, value in wanted.items() if post[column] != value}
    if not changes:
        return {}
    now = context.now()
    if rules.status_of(post, now) == "published" != rules.status_of({**post, **changes}, now):
        changes["seen_at"] = now
    return {**changes, "updated_at": now}


def _refuse_external_id(context: Context, external_id: str | None, post_id: str, attempt: int) -> None:
    """Refuse an identity that another post has; asked only once the commit refused something."""
    if external_id is None or attempt == 0:
        return
    page = context.store.find("posts", {"external_id": external_id}, sort="-published_at", limit=1, brief=True)
    if any(post["id"] != post_id for post in page.records):
        fault = Fault("taken", "Another post was imported under this identity.", pointer="/external_id")
        raise Problem(EXTERNAL_ID_TAKEN, faults=[fault])


def rendering(context: Context, markdown: str, cover_id: str | None) -> dict[str, Any]:
    """Return the columns that hold a text, what it renders to, and which files it shows beside its cover."""
    images = images_in(context, markdown)
    text = rendered(context, markdown, images)
    return {
        "markdown": markdown,
        "media_ids": shown(images, cover_id),
        "html": text.html,
        "toc": text.toc,
        "excerpt": text.excerpt,
        "word_count": text.word_count,
        "reading_minutes": text.reading_minutes,
        "renderer_version": text.renderer_version,
    }


def _without_nulls(seo: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {field: value for field, value in (seo or {}).items() if value is not None} or None
