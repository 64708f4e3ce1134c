"""The Database Service as a dictionary: what tags and posts, commits, lists and the feed are meant to do."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from api.shared.store import Operation
from database_service.column_types import NO_TIME

Record = dict[str, Any]
UNIQUE = {"tags": ("slug", "name_key"), "posts": ("slug",)}


class Refused(Exception):
    """A commit is refused: the code, the operation, and what the refusal may name."""

    def __init__(self, code: str, operation: int, *names: Any) -> None:
        super().__init__(code)
        self.code = code
        self.operation = operation
        self.names = names


@dataclass
class Model:
    """Records by collection and id, the feed, and the answers to idempotency keys."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {"tags": {}, "posts": {}})
    feed: list[tuple[str, str, str, int, Record]] = field(default_factory=list)
    answers: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def commit(self, operations: list[Operation], key: tuple[str, str, Any] | None = None) -> Any:
        """Return the versions after the commit, or ("replayed", answer). Raises Refused and changes nothing."""
        if key is not None and key[0] in self.answers:
            fingerprint, answer = self.answers[key[0]]
            if fingerprint != key[1]:
                raise Refused("idempotency_key_reused", 0)
            return ("replayed", answer)
        trial = deepcopy(self)
        versions = [trial.step(position, operation) for position, operation in enumerate(operations)]
        if key is not None:
            trial.answers[key[0]] = (key[1], key[2])
        self.records, self.feed, self.answers = trial.records, trial.feed, trial.answers
        return versions

    def list_posts(self, *, tag: str | None, statuses: list[str] | None, sort: str) -> list[str]:
        """Return the ids of a list, in its order."""
        wanted = None if tag is None else {each["id"] for each in self.records["tags"].values() if each["slug"] == tag}
        found = [
            record
            for record in self.records["posts"].values()
            if (statuses is None or record["status"] in statuses)
            and (wanted is None or wanted & set(record["tag_ids"]))
        ]
        column = sort.removeprefix("-")
        found.sort(key=lambda record: (record[column] or NO_TIME, record["id"]), reverse=sort.startswith("-"))
        return [record["id"] for record in found]

    def step(self, position: int, operation: Operation) -> int:
        """Do one operation; return the version. Raises Refused."""
        here = self.records[operation.collection]
        current = here.get(operation.id)
        if operation.op == "require" and operation.if_absent:
            if current is not None:
                raise Refused("already_exists", position, "id")
            return 0
        if operation.op == "insert":
            record = {"id": operation.id, "version": 1, **operation.values}
            self._check(position, operation.collection, record, repeated=current is not None)
        else:
            if current is None or operation.if_version not in {None, current["version"]}:
                raise Refused("version_mismatch", position, current and current["version"])
            if operation.op == "require":
                return int(current["version"])
            if operation.op == "delete":
                return self._delete(position, operation, current)
            record = {**current, **operation.values, "version": current["version"] + 1}
            self._check(position, operation.collection, record, repeated=False)
        here[operation.id] = record
        self._tell(operation.op, operation, record)
        return int(record["version"])

    def _check(self, position: int, collection: str, record: Record, *, repeated: bool) -> None:
        others = [each for each in self.records[collection].values() if repeated or each["id"] != record["id"]]
        taken = [name for name in UNIQUE[collection] if any(each[name] == record[name] for each in others)]
        if taken or repeated:
            raise Refused("already_exists", position, *taken, *(["id"] if repeated else []))
        if collection == "posts" and not set(record["tag_ids"]) <= set(self.records["tags"]):
            raise Refused("missing_reference", position, "tag_ids")

    def _delete(self, position: int, operation: Operation, current: Record) -> int:
        if operation.collection == "tags" and any(operation.id in p["tag_ids"] for p in self.records["posts"].values()):
            raise Refused("still_referenced", position, "posts")
        del self.records[operation.collection][operation.id]
        self._tell("delete", operation, current)
        return int(current["version"])

    def _tell(self, op: str, operation: Operation, record: Record) -> None:
        self.feed.append((operation.collection, operation.id, op, record["version"], record))
