"""Does one item of a batch as it would be done alone: the same route, access, schemas and view."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import orjson
from flask import current_app, g
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from api.shared import http
from api.shared.arguments import faults_of
from api.shared.operations import Call, Declared, declared_at, runtime
from api.shared.problems import INVALID, Fault, Problem
from api.shared.responses import Answer, Saved, save
from api.shared.store import Operation

ROOT = "/api/blog/v1"

Done = tuple[Sequence[Operation], Saved]


def done(item: Mapping[str, Any], attempt: int) -> Done:
    """Plan one item; returns its operations and its answer. Raises Problem."""
    declared, path, query = _routed(item)
    contract = declared.contract
    access = runtime().access[contract.name]
    access.demand(g.caller)
    version = http.required_version(item.get("if_match")) if contract.versioned else None
    body = _loaded(contract.body, item.get("body") or {}, in_body=True) if contract.body is not None else {}
    call = Call(access, g.caller, _loaded(contract.query, query, in_body=False), body, version, attempt)
    result = declared.view(call, **path)
    answer, operations = (result, ()) if isinstance(result, Answer) else (result.answer, result.operations)
    return operations, save(contract, answer)


def shown(saved: Saved) -> dict[str, Any]:
    """Return an item's answer as the batch lists it."""
    return {
        "status": saved.status,
        "etag": saved.headers.get("ETag"),
        "location": saved.headers.get("Location"),
        "body": orjson.loads(saved.body) if saved.body else None,
    }


def _routed(item: Mapping[str, Any]) -> tuple[Declared, Mapping[str, Any], Mapping[str, str]]:
    """Return the operation that an item means, and what its path and query say. Raises 422."""
    try:
        parts = urlsplit(f"{ROOT}{item['path']}")
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        endpoint, path = current_app.url_map.bind("").match(parts.path, method=item["method"])
    except (HTTPException, ValueError) as error:
        raise _no_write() from error
    declared = declared_at(endpoint)
    if declared is None or not _may_be_in_a_batch(declared) or len(dict(pairs)) < len(pairs):
        raise _no_write()
    return declared, {name: str(each) if isinstance(each, UUID) else each for name, each in path.items()}, dict(pairs)


def _may_be_in_a_batch(declared: Declared) -> bool:
    """Tell whether an operation is a write whose answer may be kept: no upload, no secret, no batch in a batch."""
    contract = declared.contract
    repeatable = contract.idempotent or contract.versioned or contract.method == "DELETE"
    return repeatable and contract.upload is None and contract.name != "batch"


def _loaded(schema: Any, given: Mapping[str, Any], *, in_body: bool) -> Mapping[str, Any]:
    try:
        loaded: Mapping[str, Any] = schema().load(given, unknown="raise")
    except ValidationError as error:
        raise Problem(INVALID, faults=faults_of(error.messages, in_body=in_body)) from error
    return loaded


def _no_write() -> Problem:
    detail = "No write that may stand in a batch: uploads, secrets and batches stand alone."
    return Problem(INVALID, faults=[Fault("not_in_a_batch", detail, parameter="path")])
