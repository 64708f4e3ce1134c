"""The operations that every collection and every database has."""

from collections.abc import Sequence
from typing import Any

from api.shared.problems import IDEMPOTENCY_KEY_REUSED, NOT_FOUND, UNSUPPORTED_MEDIA_TYPE
from database_service import changes, query
from database_service.column_types import EXAMPLE_TIME
from database_service.declaration import Collection, Filter, MemberFilter
from database_service.errors import FEED_COMPACTED, VERSION_MISMATCH
from database_service.registry import SCHEMAS
from database_service.search.question import LONGEST_QUESTION
from database_service.spec.parts import (
    Schema,
    closed,
    json_body,
    operation,
    pascal,
    path_parameter,
    query_parameter,
    reference,
)
from database_service.spec.schemas import example_record, example_values, record_name
from database_service.statements import SEARCH


def paths(database: str) -> dict[str, Any]:
    """Return the paths of one database."""
    found: dict[str, Any] = {}
    for collection in SCHEMAS[database].collections.values():
        root = f"/v1/{database}/{collection.name}"
        found[root] = {"get": _list(collection)}
        found[f"{root}/{{record_id}}"] = {"get": _get(collection)}
    found[f"/v1/{database}/commit"] = {"post": _commit(database)}
    found[f"/v1/{database}/changes"] = {"get": _follow(database)}
    found[f"/v1/{database}/idempotency/{{key}}"] = {"get": _replay(database)}
    return found


def _list(collection: Collection) -> Schema:
    cursor = {"type": ["string", "null"]}
    page = closed(
        {
            "records": {"type": "array", "items": reference(record_name(collection))},
            "included": reference(pascal(collection.database, "included")),
            "next": {**cursor, "description": "The cursor of the page after this one"},
            "prev": {**cursor, "description": "The cursor of the page before this one"},
            "total": {"type": "integer", "minimum": 0, "description": "With count=exact: how many there are in all"},
        },
        optional=["total"],
    )
    if collection.search is not None:
        page["properties"]["excerpts"] = _excerpts(collection)
    example: dict[str, Any] = {"records": [example_record(collection)], "included": {}, "next": None, "prev": None}
    return operation(
        f"list{pascal(collection.database, collection.name)}",
        collection.database,
        f"List {collection.name}",
        f"{collection.doc} Pages are walked by cursors and cost the same however deep they lie.",
        answer=json_body(page, example),
        parameters=[
            *_filters(collection),
            *_searching(collection),
            *_paging(collection),
            *_shape(query.allowed_includes(collection)),
        ],
    )


def _get(collection: Collection) -> Schema:
    found = closed(
        {
            "record": reference(record_name(collection)),
            "included": reference(pascal(collection.database, "included")),
        }
    )
    return operation(
        f"getFrom{pascal(collection.database, collection.name)}",
        collection.database,
        f"Get one of {collection.name}",
        collection.doc,
        answer=json_body(found, {"record": example_record(collection), "included": {}}),
        parameters=[
            path_parameter("record_id", "The record's id", collection.id_type.json_schema()),
            *_shape([*query.allowed_includes(collection), *query.aside_names(collection)]),
        ],
        refusals=[NOT_FOUND],
    )


def _filters(collection: Collection) -> list[Schema]:
    parameters = []
    for declared in collection.filters:
        schema = _filter_schema(collection, declared)
        if isinstance(declared, Filter) and declared.many:
            several = {"type": "array", "items": schema, "minItems": 1, "maxItems": query.MOST_VALUES}
            parameters.append(query_parameter(declared.name, _meaning(declared), several, style="form", explode=True))
        else:
            parameters.append(query_parameter(declared.name, _meaning(declared), schema))
    return parameters


def _filter_schema(collection: Collection, declared: Filter | MemberFilter) -> Schema:
    if isinstance(declared, Filter):
        return collection.types[declared.column].json_schema()
    members = next(m for m in collection.members if m.name == declared.members)
    return SCHEMAS[collection.database].collections[members.target].types[declared.by].json_schema()


def _meaning(declared: Filter | MemberFilter) -> str:
    if isinstance(declared, MemberFilter):
        return f"Only records whose {declared.members} name the record with this {declared.by}"
    comparison = {"=": "is", "<=": "is at most", ">=": "is at least"}[declared.relation]
    return f"Only records whose {declared.column} {comparison} {'one of these' if declared.many else 'this'}"


def _searching(collection: Collection) -> list[Schema]:
    if collection.search is None:
        return []
    asked = {"type": "string", "maxLength": LONGEST_QUESTION, "pattern": "^[^\\u0000]*$"}
    meaning = (
        f'Only records that hold all these words and `"phrases"` in {", ".join(collection.search.columns)}; the last '
        "word may be unfinished. Case, diacritics and width do not matter"
    )
    return [
        query_parameter(SEARCH, meaning, asked),
        query_parameter("excerpts", "`marked` adds `excerpts` to a search", {"enum": ["marked"]}),
    ]


def _excerpts(collection: Collection) -> Schema:
    assert collection.search is not None  # noqa: S101 - asked only of collections that can be searched
    segment = closed(
        {
            "text": {"type": "string", "description": "A stretch of text"},
            "match": {"type": "boolean", "description": "Whether it is what was searched for"},
        }
    )
    marked = {"type": "array", "items": segment, "description": "The text, cut to the sentence when it is long"}
    return {
        "type": "object",
        "description": "With excerpts=marked: by record, the columns in which something matches",
        "additionalProperties": closed(
            dict.fromkeys(collection.search.columns, marked), optional=collection.search.columns
        ),
    }


def _paging(collection: Collection) -> list[Schema]:
    sorts = [sort.name for sort in collection.sorts]
    searched = [query.RELEVANCE.name] if collection.search is not None else []
    limit = {"type": "integer", "minimum": 1, "maximum": query.MOST_RECORDS, "default": query.DEFAULT_LIMIT}
    return [
        query_parameter("sort", _order(collection), {"enum": [*sorts, *searched], "default": sorts[0]}),
        query_parameter("limit", "How many records a page holds", limit),
        query_parameter("cursor", "The `next` or `prev` of another page of this list", {"type": "string"}),
        query_parameter("count", "`exact` adds `total`", {"enum": ["exact"]}),
    ]


def _order(collection: Collection) -> str:
    if collection.search is None:
        return "The order; `-` descends"
    return f"The order; `-` descends. With `search`, `-relevance`: the {query.MOST_BY_RELEVANCE} best matches"


def _shape(allowed: Sequence[str]) -> list[Schema]:
    parameters = [query_parameter("view", "`brief` leaves the bulky columns out", {"enum": ["brief"]})]
    if allowed:
        names = {"type": "array", "items": {"enum": list(allowed)}, "minItems": 1}
        meaning = "What travels with the records"
        parameters.append(query_parameter("include", meaning, names, style="form", explode=False))
    return parameters


def _commit(database: str) -> Schema:
    collection = SCHEMAS[database].collections["tags" if database == "blog" else "setup"]
    place = {"collection": collection.name, "id": example_record(collection)["id"]}
    asked = {
        "operations": [{"op": "insert", **place, "values": example_values(collection)}],
        "idempotency": {"key": "a1b2", "fingerprint": "c3d4", "answer": {"status": 201}},
    }
    result = closed(
        {
            "collection": {"type": "string", "description": "Where"},
            "id": {"type": "string", "description": "Which record"},
            "version": {"type": "integer", "minimum": 0, "description": "Its version; 0 for one that had to be absent"},
        }
    )
    outcome = closed(
        {
            "results": {"type": "array", "items": result, "description": "What became of each operation, in order"},
            "head": {"type": "integer", "minimum": 0, "description": "The position of the newest change"},
            "replayed": {"type": "boolean", "description": "Whether this was done before, and nothing now"},
            "answer": {"description": "When replayed: the answer stored then"},
        },
        optional=["results", "head", "answer"],
    )
    found = operation(
        f"commitTo{pascal(database)}",
        database,
        "Commit",
        "Inserts, updates and deletes records: all or nothing. Versions are checked by the database itself.",
        answer=json_body(outcome, {"results": [{**place, "version": 1}], "head": 1, "replayed": False}),
        refusals=[VERSION_MISMATCH, UNSUPPORTED_MEDIA_TYPE, IDEMPOTENCY_KEY_REUSED],
    )
    found["requestBody"] = {"required": True, **json_body(reference(pascal(database, "commit")), asked)}
    return found


def _follow(database: str) -> Schema:
    collection = next(iter(SCHEMAS[database].collections.values()))
    record = example_record(collection)
    feed = closed(
        {
            "changes": {"type": "array", "items": reference(pascal(database, "change"))},
            "head": {"type": "integer", "minimum": 0, "description": "The position of the newest change"},
        }
    )
    change = {"seq": 1, "collection": collection.name, "id": record["id"], "op": "insert", "version": 1}
    after = {"type": "integer", "minimum": 0, "maximum": changes.LAST_POSITION, "default": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": changes.MOST_CHANGES, "default": changes.DEFAULT_CHANGES}
    return operation(
        f"follow{pascal(database)}",
        database,
        "Follow the changes",
        "Every committed change exactly once, in order. 410 when the feed does not reach back to the position.",
        answer=json_body(feed, {"changes": [{**change, "at": EXAMPLE_TIME, "record": record}], "head": 1}),
        parameters=[
            query_parameter("after", "The position up to which changes are known already", after),
            query_parameter("limit", "How many changes to return", limit),
        ],
        refusals=[FEED_COMPACTED],
    )


def _replay(database: str) -> Schema:
    stored = closed(
        {
            "fingerprint": {"type": "string", "description": "The digest of what was asked"},
            "answer": {"description": "The answer stored with it"},
        }
    )
    return operation(
        f"replayFrom{pascal(database)}",
        database,
        "Look an idempotency key up",
        "Returns what was answered when the key was used. Keys are kept for 24 hours.",
        answer=json_body(stored, {"fingerprint": "c3d4", "answer": {"status": 201}}),
        parameters=[path_parameter("key", "The caller's key", {"type": "string", "minLength": 1})],
        refusals=[NOT_FOUND],
    )
