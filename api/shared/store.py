"""The client of the Database Service: the only way a service reaches its data.

One `Store` speaks for one service about one database. Reads answer with plain records (dictionaries that always
hold `id` and `version`); all writes go through `commit`, which is all or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from api.shared.transport import Reply, ServiceUnavailable, Transport

Record = dict[str, Any]
FilterValue = str | int | bool | Sequence[str]

UNAVAILABLE_STATUS = 500


class StoreError(Exception):
    """The Database Service refused a request; the cause is in the subclass."""


class StoreUnavailable(StoreError):
    """The Database Service could not be reached, or could not answer now."""


class InvalidCursor(StoreError):
    """A page cursor was altered, or belongs to another list."""


class VersionMismatch(StoreError):
    """A precondition of a commit did not hold; `current` is the record as it stands, or None if there is none."""

    def __init__(self, operation: int, current: Record | None) -> None:
        super().__init__(f"operation {operation} met another version")
        self.operation = operation
        self.current = current


class AlreadyExists(StoreError):
    """An insert or update met a record with the same unique fields."""

    def __init__(self, operation: int, fields: Sequence[str]) -> None:
        super().__init__(f"operation {operation} repeats {', '.join(fields)}")
        self.operation = operation
        self.fields = tuple(fields)


class MissingReference(StoreError):
    """A record names another one that does not exist."""

    def __init__(self, operation: int, name: str) -> None:
        super().__init__(f"operation {operation} names a missing record in {name}")
        self.operation = operation
        self.field = name


class StillReferenced(StoreError):
    """A record cannot be deleted while others name it."""


class IdempotencyKeyReused(StoreError):
    """The same idempotency key came with another request."""


class FeedCompacted(StoreError):
    """The change feed no longer reaches back to the position asked for; `head` is where it ends now."""

    def __init__(self, head: int) -> None:
        super().__init__("the change feed no longer reaches back that far")
        self.head = head


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a commit: insert, update, delete or require."""

    op: str
    collection: str
    id: str
    values: Mapping[str, Any] | None = None
    if_version: int | None = None
    if_absent: bool = False

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON shape of the Database Service's contract."""
        wire: dict[str, Any] = {"op": self.op, "collection": self.collection, "id": self.id}
        if self.values is not None:
            wire["values"] = dict(self.values)
        if self.if_version is not None:
            wire["if_version"] = self.if_version
        if self.if_absent:
            wire["if_absent"] = True
        return wire


def insert(collection: str, record_id: str, values: Mapping[str, Any]) -> Operation:
    """Make a record that must not exist yet; it starts with version 1."""
    return Operation("insert", collection, record_id, values)


def update(collection: str, record_id: str, values: Mapping[str, Any], *, if_version: int | None = None) -> Operation:
    """Change the given columns of a record; its version grows by one."""
    return Operation("update", collection, record_id, values, if_version)


def delete(collection: str, record_id: str, *, if_version: int | None = None) -> Operation:
    """Remove a record."""
    return Operation("delete", collection, record_id, None, if_version)


def require(collection: str, record_id: str, *, if_version: int | None = None, if_absent: bool = False) -> Operation:
    """Demand that a record exists, has a version, or is absent, without changing it."""
    return Operation("require", collection, record_id, None, if_version, if_absent)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """What makes a retried commit have one effect: the caller's key, the request's digest and the answer to repeat."""

    key: str
    fingerprint: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Found:
    """One record and what was included with it: collection → id → record."""

    record: Record
    included: Mapping[str, Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `next` and `prev` are opaque cursors, `total` only when it was asked for.

    `excerpts` show what a search found: record id → column → segments with `text` and `match`.
    """

    records: Sequence[Record]
    included: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    next: str | None = None
    prev: str | None = None
    total: int | None = None
    excerpts: Mapping[str, Mapping[str, Sequence[Record]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did. When `replayed`, nothing was written and `answer` is the stored one."""

    versions: Sequence[int]
    head: int | None
    replayed: bool
    answer: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """A stretch of the change feed and the position of its newest change."""

    changes: Sequence[Record]
    head: int


class Store:
    """Speaks to the Database Service about one database, with one service's key."""

    def __init__(self, transport: Transport, *, database: str, key: str) -> None:
        self._transport = transport
        self._root = f"/v1/{database}"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def get(self, collection: str, record_id: str, *, include: Sequence[str] = (), brief: bool = False) -> Found | None:
        """Return one record by its id, or None; `brief` leaves out what is bulky about it."""
        path = f"{self._root}/{collection}/{quote(record_id, safe='')}"
        query = {**({"include": ",".join(include)} if include else {}), **({"view": "brief"} if brief else {})}
        if query:
            path += f"?{urlencode(query, safe=',')}"
        reply = self._request("GET", path)
        if reply.status == 404:  # noqa: PLR2004 - HTTP's own number
            return None
        body = _body(reply)
        return Found(body["record"], body["included"])

    def find(  # noqa: PLR0913 - each is one declared part of a query
        self,
        collection: str,
        filters: Mapping[str, FilterValue | None] | None = None,
        *,
        sort: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
        include: Sequence[str] = (),
        brief: bool = False,
        count: bool = False,
        marked: bool = False,
    ) -> Page:
        """Return a page of records by declared filters; a filter that is None is left out. Raises InvalidCursor.

        `brief` records come without what is bulky about them; of a search, `marked` shows what matches.
        """
        query: list[tuple[str, str]] = [("limit", str(limit))]
        for name, value in (filters or {}).items():
            query += [(name, text) for text in _texts(value)]
        options = {"sort": sort, "cursor": cursor, "include": ",".join(include) or None}
        query += [(name, value) for name, value in options.items() if value is not None]
        if brief:
            query.append(("view", "brief"))
        if count:
            query.append(("count", "exact"))
        if marked:
            query.append(("excerpts", "marked"))
        body = _body(self._request("GET", f"{self._root}/{collection}?{urlencode(query)}"))
        return Page(
            body["records"], body["included"], body["next"], body["prev"], body.get("total"), body.get("excerpts", {})
        )

    def commit(self, operations: Sequence[Operation], *, idempotency: Idempotency | None = None) -> Committed:
        """Do all operations or none.

        Raises VersionMismatch, AlreadyExists, MissingReference, IdempotencyKeyReused, StoreUnavailable.
        """
        request: dict[str, Any] = {"operations": [operation.to_wire() for operation in operations]}
        if idempotency is not None:
            request["idempotency"] = {
                "key": idempotency.key,
                "fingerprint": idempotency.fingerprint,
                "answer": idempotency.answer,
            }
        body = _body(self._request("POST", f"{self._root}/commit", orjson.dumps(request)))
        versions = [result["version"] for result in body.get("results", ())]
        return Committed(versions, body.get("head"), body["replayed"], body.get("answer"))

    def replay(self, key: str) -> Idempotency | None:
        """Return what was answered to an idempotency key before, or None."""
        reply = self._request("GET", f"{self._root}/idempotency/{quote(key, safe='')}")
        if reply.status == 404:  # noqa: PLR2004 - HTTP's own number
            return None
        body = _body(reply)
        return Idempotency(key, body["fingerprint"], body["answer"])

    def changes(self, after: int, *, limit: int = 500) -> Changes:
        """Return what was committed after a position, in order. Raises FeedCompacted."""
        body = _body(self._request("GET", f"{self._root}/changes?after={after}&limit={limit}"))
        return Changes(body["changes"], body["head"])

    def _request(self, method: str, path: str, body: bytes = b"") -> Reply:
        try:
            reply = self._transport.request(method, path, headers=self._headers, body=body)
        except ServiceUnavailable as error:
            raise StoreUnavailable(str(error)) from error
        if reply.status >= UNAVAILABLE_STATUS:
            raise StoreUnavailable(f"the Database Service answered {reply.status}")
        return reply


def _texts(value: FilterValue | None) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str | int):
        return [str(value)]
    return list(value)


def _body(reply: Reply) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(reply.body)
    if reply.status < 400:  # noqa: PLR2004 - HTTP's own number
        return body
    raise _refusal(body)


def _refusal(problem: Mapping[str, Any]) -> StoreError:
    code = problem.get("code")
    if code == "version_mismatch":
        return VersionMismatch(problem["operation"], problem["current"])
    if code == "already_exists":
        return AlreadyExists(problem["operation"], problem["fields"])
    if code == "missing_reference":
        return MissingReference(problem["operation"], problem["field"])
    if code == "feed_compacted":
        return FeedCompacted(problem["head"])
    named = _NAMED.get(str(code), StoreError)
    return named(f"{code}: {problem.get('detail')}")


_NAMED: Mapping[str, type[StoreError]] = {
    "idempotency_key_reused": IdempotencyKeyReused,
    "invalid_cursor": InvalidCursor,
    "still_referenced": StillReferenced,
}
