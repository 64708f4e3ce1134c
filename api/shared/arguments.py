"""Reads what a request brings, strictly: unknown names, wrong content types and bad JSON are refused with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import marshmallow
from flask import Request
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequestKeyError, HTTPException, RequestEntityTooLarge

from api.shared import json_text
from api.shared.json_text import JsonRefused
from api.shared.problems import BAD_REQUEST, INVALID, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, Fault, Problem

JSON_TYPES = frozenset({"application/json", "application/merge-patch+json"})
MULTIPART = "multipart/form-data"
MOST_POINTER = 500


class StrictParser(FlaskParser):
    """webargs' parser with the refusals of our contract, and a `multipart` location for files with fields."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE, "multipart": RAISE}  # noqa: RUF012 - webargs reads it as a class attribute
    __location_map__ = {**FlaskParser.__location_map__, "multipart": "load_multipart"}  # noqa: RUF012

    def load_json(self, req: Request, schema: Any) -> Any:
        """Return the JSON body. Raises 415 for another content type and 400 for bad JSON."""
        if not req.content_length and may_be_left_out(req.method, schema):
            return {}
        _refuse_encoded(req)
        if req.mimetype not in JSON_TYPES:
            raise Problem(UNSUPPORTED_MEDIA_TYPE, f"Send the body as application/json{_instead_of(req)}.")
        try:
            return json_text.loads(req.get_data())
        except JsonRefused as error:
            raise Problem(BAD_REQUEST, f"The body is not valid JSON: {error}.") from error
        except RequestEntityTooLarge as error:
            raise Problem(TOO_LARGE) from error

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """Return the query. A parameter given twice where one is meant is refused."""
        for name, values in req.args.lists():
            field = schema.fields.get(name)
            if len(values) > 1 and not isinstance(field, marshmallow.fields.List):
                raise Problem(INVALID, faults=[Fault("repeated", "Give this once.", parameter=name)])
        return super().load_querystring(req, schema)

    def load_multipart(self, req: Request, schema: Any) -> Any:
        """Return the fields and files of a multipart body."""
        _refuse_encoded(req)
        if req.mimetype != MULTIPART:
            raise Problem(UNSUPPORTED_MEDIA_TYPE, f"Send the body as multipart/form-data{_instead_of(req)}.")
        try:
            return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)
        except RequestEntityTooLarge as error:
            raise Problem(TOO_LARGE) from error
        except (BadRequestKeyError, HTTPException) as error:
            raise Problem(BAD_REQUEST, "The multipart body could not be read.") from error

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002 - webargs' signature
        schema: marshmallow.Schema,
        *,
        error_status_code: int | None,  # noqa: ARG002 - same
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Turn marshmallow's messages into faults with JSON pointers or parameter names."""
        messages = error.messages if isinstance(error.messages, dict) else {"json": error.messages}
        location, tree = next(iter(messages.items()))
        in_body = location in {"json", "multipart"}
        known = _names_known(schema, "field" if in_body else "parameter")
        faults = faults_of(tree, (), in_body=in_body)
        raise Problem(INVALID, faults=(replace(each, detail=known) if _at_the_top(each) else each for each in faults))


def may_be_left_out(method: str, schema: marshmallow.Schema) -> bool:
    """Tell whether an action needs no body, because nothing in it has to be said; a change without one is a slip."""
    return method == "POST" and not any(field.required for field in schema.fields.values())


def _refuse_encoded(req: Request) -> None:
    if req.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Problem(UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without a Content-Encoding.")


def _instead_of(req: Request) -> str:
    return f", not as {req.mimetype}" if req.mimetype else ""


def _names_known(schema: marshmallow.Schema, what: str) -> str:
    names = sorted(field.data_key or name for name, field in schema.fields.items() if not field.dump_only)
    return f"There is no such {what}. There are: {', '.join(names)}." if names else f"There is no such {what}."


def _at_the_top(fault: Fault) -> bool:
    return fault.code == "unknown" and (fault.pointer is None or fault.pointer.count("/") <= 1)


def faults_of(tree: Any, path: tuple[str, ...] = (), *, in_body: bool) -> Iterator[Fault]:
    """Yield what marshmallow's messages say as faults with JSON pointers or parameter names."""
    if isinstance(tree, dict):
        for key, branch in tree.items():
            yield from faults_of(branch, path if key == "_schema" else (*path, str(key)), in_body=in_body)
        return
    details = [str(detail) for detail in tree] if isinstance(tree, list) else [str(tree)]
    for detail in details:
        if in_body:
            yield Fault(_code(detail), detail, pointer=_pointer(path))
        else:
            yield Fault(_code(detail), detail, parameter=path[0] if path else "")


def _pointer(path: tuple[str, ...]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place; one that is too long is named by what holds it."""
    pointer = ""
    for step in path:
        longer = f"{pointer}/{step.replace('~', '~0').replace('/', '~1')}"
        if len(longer) > MOST_POINTER:
            break
        pointer = longer
    return pointer


def _code(detail: str) -> str:
    if detail == "Unknown field.":
        return "unknown"
    if detail.startswith("Missing data"):
        return "required"
    return "invalid"
