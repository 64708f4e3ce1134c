"""The routes of the wire contract: arguments in, one call, raw JSON out. What is not declared has no route."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import select

from api.shared import json_text
from api.shared.problems import BAD_REQUEST, NOT_FOUND, UNSUPPORTED_MEDIA_TYPE, Problem
from database_service import changes
from database_service.column_types import Unacceptable
from database_service.declaration import Collection
from database_service.operations import read_commit
from database_service.query import read_list, read_number, read_shape, refuse_parameters, refuse_unknown_parameters
from database_service.registry import SCHEMAS
from database_service.service import Service

View = Callable[..., Response]


def json_response(body: object, status: int = 200) -> Response:
    """Return an answer that no one in between may keep."""
    response = Response(orjson.dumps(body), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask, service: Service) -> None:
    """Add the routes of every database and collection."""
    for name, schema in SCHEMAS.items():
        for collection in schema.collections.values():
            route(app, f"/v1/{name}/{collection.name}", "GET", _finding(service, collection))
            route(app, f"/v1/{name}/{collection.name}/<record_id>", "GET", _getting(service, collection))
        route(app, f"/v1/{name}/commit", "POST", _committing(service, name))
        route(app, f"/v1/{name}/changes", "GET", _following(service, name))
        route(app, f"/v1/{name}/idempotency/<path:key>", "GET", _replaying(service, name))


def route(app: Flask, rule: str, method: str, view: View) -> None:
    """Add a route that answers one method; what else it may be asked is refused."""
    app.add_url_rule(rule, f"{method} {rule}", view, methods=[method], provide_automatic_options=False)


def _authorize(service: Service, database: str, operation: Any) -> str:
    return service.credentials.authorize(request.headers.get("Authorization"), database, operation)


def _getting(service: Service, collection: Collection) -> View:
    reader = service.readers[collection.database]

    def view(record_id: str) -> Response:
        _authorize(service, collection.database, "read")
        shape = read_shape(collection, request.args)
        try:
            collection.id_type.accept(record_id)
        except Unacceptable as error:
            raise Problem(NOT_FOUND) from error
        return json_response(reader.get(collection, record_id, shape))

    return view


def _finding(service: Service, collection: Collection) -> View:
    reader = service.readers[collection.database]

    def view() -> Response:
        _authorize(service, collection.database, "read")
        return json_response(reader.find(collection, read_list(collection, request.args, service.cursors)))

    return view


def _committing(service: Service, database: str) -> View:
    schema = SCHEMAS[database]

    def view() -> Response:
        _authorize(service, database, "commit")
        refuse_parameters(request.args)
        commit = read_commit(read_json(), schema)
        outcome = service.commit(database, commit)
        if outcome.answer is not None:
            return json_response({"replayed": True, "answer": orjson.Fragment(outcome.answer)})
        results = [
            {"collection": operation.collection.name, "id": operation.id, "version": version}
            for operation, version in zip(commit.operations, outcome.versions, strict=True)
        ]
        return json_response({"results": results, "head": outcome.head, "replayed": False})

    return view


def _following(service: Service, database: str) -> View:
    def view() -> Response:
        follower = _authorize(service, database, "changes")
        arguments = request.args
        refuse_unknown_parameters(arguments, {"after", "limit"})
        after = read_number(arguments, "after", default=0, least=0, most=changes.LAST_POSITION)
        limit = read_number(arguments, "limit", default=changes.DEFAULT_CHANGES, least=1, most=changes.MOST_CHANGES)
        stretch = changes.since(service.databases[database], after, limit)
        service.watch.head(database, stretch["head"])
        service.watch.followed(database, follower, after)
        return json_response(stretch)

    return view


def _replaying(service: Service, database: str) -> View:
    table = SCHEMAS[database].idempotency
    columns = (table.c["fingerprint"], table.c["answer"])

    def view(key: str) -> Response:
        _authorize(service, database, "replay")
        refuse_parameters(request.args)
        with service.databases[database].reading() as connection:
            row = connection.execute(select(*columns).where(table.c["key"] == key)).first()
        if row is None:
            raise Problem(NOT_FOUND)
        return json_response({"fingerprint": row.fingerprint, "answer": orjson.Fragment(row.answer)})

    return view


def read_json() -> object:
    """Return the JSON body of the request. Raises Problem for another content type or bad JSON."""
    if request.mimetype != "application/json":
        raise Problem(UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
    try:
        body: object = json_text.loads(request.get_data(cache=False))
    except json_text.JsonRefused as error:
        raise Problem(BAD_REQUEST, f"The body is not valid JSON: {error}.") from error
    return body
