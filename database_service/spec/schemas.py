"""The schemas of the published contract, made from the declarations of the collections."""

from collections.abc import Sequence
from typing import Any

from api.shared.problems import GENERAL_KINDS
from database_service.column_types import LARGEST_INTEGER, WireType
from database_service.declaration import Aside, Calendar, Collection, Kin, Neighbour
from database_service.errors import KINDS as OWN_KINDS
from database_service.operations import MOST_OPERATIONS
from database_service.registry import SCHEMAS
from database_service.spec.parts import Schema, closed, pascal, reference
from database_service.tables import KEY_LENGTH

KINDS = (*GENERAL_KINDS, *OWN_KINDS)
VERSION: Schema = {
    "type": "integer",
    "minimum": 1,
    "maximum": LARGEST_INTEGER,
    "description": "Starts with 1 and grows by one with each change",
}


def record_name(collection: Collection) -> str:
    """Name the schema of a collection's records."""
    return pascal(collection.database, collection.name, "record")


def every_schema() -> dict[str, Schema]:
    """Return all schemas of the document."""
    schemas: dict[str, Schema] = {
        "Problem": _problem(),
        "RetryKey": _retry_key(),
        "Backup": _backup(),
        "Database": _database(),
        "Finding": _finding(),
    }
    for database, schema in SCHEMAS.items():
        for collection in schema.collections.values():
            schemas[record_name(collection)] = _record(collection)
            schemas.update(_operations(collection))
        schemas[pascal(database, "included")] = _included(database)
        schemas[pascal(database, "commit")] = _commit(database)
        schemas[pascal(database, "change")] = _change(database)
    return schemas


def example_record(collection: Collection) -> dict[str, Any]:
    """Return a record such as the collection holds."""
    record: dict[str, Any] = {"id": collection.id_type.example(), "version": 1}
    for name, column in collection.visible.items():
        record[name] = None if column.nullable else collection.types[name].example()
    return {**record, **collection.example}


def example_values(collection: Collection) -> dict[str, Any]:
    """Return the values with which the example record was made."""
    return {name: value for name, value in example_record(collection).items() if name not in {"id", "version"}}


def _column(wire_type: WireType, doc: str | None, *, nullable: bool) -> Schema:
    schema = wire_type.json_schema()
    if nullable:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return {**schema, "description": doc}


def _columns(collection: Collection) -> dict[str, Schema]:
    return {
        name: _column(collection.types[name], column.doc, nullable=bool(column.nullable))
        for name, column in collection.visible.items()
    }


def _record(collection: Collection) -> Schema:
    tallies = {
        tally.name: {"type": "integer", "minimum": 0, "description": f"With include={tally.name}: how many are public"}
        for tally in collection.tallies
    }
    asides = {aside.name: _aside(aside) for aside in collection.asides}
    id_schema = {**collection.id_type.json_schema(), "description": "Its id, made by the service that owns it"}
    return {
        "type": "object",
        "description": collection.doc,
        "properties": {"id": id_schema, "version": VERSION, **_columns(collection), **tallies, **asides},
        # With view=brief the bulky columns stay behind
        "required": ["id", "version", *(name for name in collection.visible if name not in collection.bulky)],
        "additionalProperties": False,
    }


def _aside(aside: Aside) -> Schema:
    said = f"With include={aside.name}: "
    match aside:
        case Neighbour():
            return {"type": ["string", "null"], "description": f"{said}the id of the public record next to it"}
        case Kin():
            ids: Schema = {"type": "array", "items": {"type": "string"}}
            return {**ids, "description": f"{said}ids of public records with the same {aside.members}, closest first"}
        case Calendar():
            month: Schema = {"type": "string", "description": "Year and month"}
            count: Schema = {"type": "integer", "minimum": 1, "description": "How many are public"}
            months: Schema = {"type": "array", "items": closed({"month": month, "count": count})}
            return {**months, "description": f"{said}the months of its time zone that hold some, newest first"}


def _operations(collection: Collection) -> dict[str, Schema]:
    """Return the schemas of the steps a commit may have with a collection."""
    needed = [name for name, column in collection.visible.items() if not column.nullable]
    values: Schema = {"type": "object", "properties": _columns(collection), "additionalProperties": False}
    inserted = {**values, "required": needed, "description": "Every column; those that may be null may be left out"}
    updated = {**values, "description": "The columns that change"}
    if_version = {**VERSION, "description": "Refuse unless the record has this version"}
    if_absent: Schema = {"const": True, "description": "Refuse if there is such a record"}
    steps: dict[str, tuple[Schema, ...]] = {"require": ({"if_version": if_version}, {"if_absent": if_absent})}
    if not collection.follows:
        steps["insert"] = ({"values": inserted},)
        steps["update"] = ({"values": updated, "if_version": if_version},)
        steps["delete"] = ({"if_version": if_version},)
    return {_step_name(collection, op): _step(collection, op, variants) for op, variants in steps.items()}


def _step(collection: Collection, op: str, variants: Sequence[Schema]) -> Schema:
    shapes = [
        {
            "type": "object",
            "properties": {
                "op": {"const": op, "description": "What to do"},
                "collection": {"const": collection.name, "description": "Where to do it"},
                "id": {**collection.id_type.json_schema(), "description": "Which record"},
                **properties,
            },
            "required": ["op", "collection", "id", *(["values"] if "values" in properties else [])],
            "additionalProperties": False,
        }
        for properties in variants
    ]
    return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}


def _step_name(collection: Collection, op: str) -> str:
    return pascal(op, collection.database, collection.name)


def _commit(database: str) -> Schema:
    collections = SCHEMAS[database].collections.values()
    steps = [
        reference(_step_name(collection, op))
        for collection in collections
        for op in (("require",) if collection.follows else ("insert", "update", "delete", "require"))
    ]
    return {
        "type": "object",
        "properties": {
            "operations": {
                "type": "array",
                "items": {"anyOf": steps},
                "maxItems": MOST_OPERATIONS,
                "description": "What to do, in this order: all of it or nothing",
            },
            "idempotency": reference("RetryKey"),
        },
        "required": ["operations"],
        "additionalProperties": False,
    }


def _retry_key() -> Schema:
    line = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[^\\u0000]*$"}
    return closed(
        {
            "key": {**line, "description": "The caller's key, scoped by the caller"},
            "fingerprint": {**line, "description": "A digest of what was asked"},
            "answer": {"description": "Any JSON: given again when the same key and fingerprint come again"},
        }
    )


def _included(database: str) -> Schema:
    collections = SCHEMAS[database].collections
    targets = sorted({include.target for c in collections.values() for include in c.includes})
    return {
        "type": "object",
        "description": "The records included, by collection and id",
        "properties": {
            target: {
                "type": "object",
                "additionalProperties": reference(record_name(collections[target])),
                "description": f"Included records of {target}",
            }
            for target in targets
        },
        "additionalProperties": False,
    }


def _change(database: str) -> Schema:
    whole = {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER}
    return closed(
        {
            "seq": {**whole, "description": "Its number: without gaps, in the order of the commits"},
            "collection": {"enum": sorted(SCHEMAS[database].collections), "description": "Where it happened"},
            "id": {"type": "string", "description": "The record's id"},
            "op": {"enum": ["insert", "update", "delete"], "description": "What happened"},
            "version": {**VERSION, "description": "The record's version; of a deletion, the last one"},
            "at": {"type": "string", "format": "date-time", "description": "When it was committed"},
            "record": {
                "type": "object",
                "description": "The record without its private columns; of a deletion, as it last was",
            },
        }
    )


def _problem() -> Schema:
    text = {"type": "string"}
    place = {"type": "object", "additionalProperties": text}
    required = ("type", "title", "status", "detail", "code", "request_id")
    problem = closed(
        {
            "type": {**text, "description": "Names the kind of problem"},
            "title": {**text, "description": "The kind in a few words"},
            "status": {"type": "integer", "description": "The HTTP status"},
            "detail": {**text, "description": "What happened here"},
            "code": {"enum": sorted({kind.code for kind in KINDS}), "description": "The kind, stable"},
            "request_id": {**text, "description": "Finds this request in the log"},
            "errors": {"type": "array", "items": place, "description": "Each place in the input that broke a rule"},
            "operation": {"type": "integer", "minimum": 0, "description": "Which operation of the commit was refused"},
            "current": {"type": ["object", "null"], "description": "The record as it stands, or null"},
            "fields": {"type": "array", "items": text, "description": "The columns that another record has the same"},
            "field": {**text, "description": "The column that names a record that is not there"},
            "collection": {**text, "description": "Where records still name the one that was to go"},
            "floor": {"type": "integer", "description": "The feed reaches back to this position"},
            "head": {"type": "integer", "description": "The position of the newest change"},
        }
    )
    return {**problem, "required": list(required)}


def _backup() -> Schema:
    number = {"type": "integer", "minimum": 0}
    held = {"type": "object", "additionalProperties": {"type": "object"}}
    return closed(
        {
            "name": {"type": "string", "description": "Names the set"},
            "made_at": {"type": "string", "format": "date-time", "description": "When it was made"},
            "bytes": {**number, "description": "Its size"},
            "files": {**number, "description": "How many files it has"},
            "databases": {**held, "description": "Engine, schema and head of the feed of each database"},
        }
    )


def _database() -> Schema:
    number = {"type": "integer", "minimum": 0}
    pool = {"type": "object", "additionalProperties": {"type": "integer"}}
    return closed(
        {
            "name": {"enum": sorted(SCHEMAS), "description": "Which database"},
            "engine": {"enum": ["postgresql", "sqlite"], "description": "What it runs on"},
            "revision": {"type": ["string", "null"], "description": "Its schema"},
            "newest_revision": {"type": "string", "description": "The schema this version of the service wants"},
            "bytes": {**number, "description": "Its size"},
            "pool": {**pool, "description": "How many connections there are, and how many are in use"},
            "head": {**number, "description": "The position of the newest change"},
            "floor": {**number, "description": "The feed reaches back to this position"},
        }
    )


def _finding() -> Schema:
    text = {"type": "string"}
    return closed(
        {
            "check": {**text, "description": "What was looked for"},
            "database": {**text, "description": "Where it was found"},
            "collection": {**text, "description": "In which collection, if it is in one"},
            "id": {**text, "description": "Which record, if it is one"},
            "detail": {**text, "description": "What is wrong"},
        }
    )
