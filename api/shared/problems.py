"""Errors as RFC 9457 problem details: one shape, stable codes, made in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

PROBLEM_JSON = "application/problem+json"
SERVER_ERROR = 500
# an answer that grew with its request would cost many times what the request did
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, stable code, title and the sentence that explains it on its page."""

    status: int
    code: str
    title: str
    explanation: str


BAD_REQUEST = Kind(400, "bad_request", "Bad request", "The request could not be read as HTTP or JSON.")
UNAUTHENTICATED = Kind(
    401,
    "unauthenticated",
    "Sign-in needed",
    "The operation needs a valid access token or personal access token in `Authorization: Bearer …`. "
    "Expired, revoked and unknown tokens get this answer too.",
)
FORBIDDEN = Kind(
    403, "forbidden", "Not allowed", "You are known, but your role or the token's scopes do not allow this."
)
NOT_FOUND = Kind(404, "not_found", "Not found", "There is nothing here, or nothing that you may see.")
METHOD_NOT_ALLOWED = Kind(
    405,
    "method_not_allowed",
    "Method not allowed",
    "The resource exists; the `Allow` header lists what it can do.",
)
NOT_ACCEPTABLE = Kind(406, "not_acceptable", "Not acceptable", "The API answers in JSON only.")
CONFLICT = Kind(409, "conflict", "Conflict", "Another request changed the same thing at the same moment; try again.")
GONE = Kind(410, "gone", "Gone", "This was here once and will not come back.")
LENGTH_REQUIRED = Kind(
    411, "length_required", "Length required", "Send a `Content-Length`; chunked bodies are refused."
)
PRECONDITION_FAILED = Kind(
    412,
    "version_mismatch",
    "Changed by someone else",
    "The `If-Match` version is no longer the current one. The problem carries the current `version` and `etag`: "
    "read the resource again, merge and retry.",
)
TOO_LARGE = Kind(413, "too_large", "Too large", "The body is larger than this operation accepts.")
UNSUPPORTED_MEDIA_TYPE = Kind(
    415,
    "unsupported_media_type",
    "Unsupported media type",
    "Send the content type that the operation documents.",
)
INVALID = Kind(
    422,
    "invalid",
    "Invalid input",
    "The input is well-formed but breaks a rule. `errors` names each place by JSON pointer or parameter.",
)
INVALID_CURSOR = Kind(
    422,
    "invalid_cursor",
    "Invalid cursor",
    "The cursor was altered or belongs to another list; start again without it.",
)
IDEMPOTENCY_KEY_REUSED = Kind(
    422,
    "idempotency_key_reused",
    "Key used before",
    "This `Idempotency-Key` was sent with a different request.",
)
PRECONDITION_REQUIRED = Kind(
    428,
    "precondition_required",
    "If-Match needed",
    "Changing or deleting this resource needs `If-Match` with the ETag you read, so that nobody's work is overwritten.",
)
TOO_MANY_REQUESTS = Kind(
    429, "too_many_requests", "Too many requests", "Wait for the seconds given in `Retry-After`, then go on."
)
INTERNAL = Kind(500, "internal", "Internal error", "Something broke on our side; the request id finds it in the log.")
UNAVAILABLE = Kind(503, "unavailable", "Unavailable", "A part of the service is away. Nothing was changed; try again.")

GENERAL_KINDS = (
    BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, CONFLICT, GONE,
    LENGTH_REQUIRED, PRECONDITION_FAILED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID, INVALID_CURSOR,
    IDEMPOTENCY_KEY_REUSED, PRECONDITION_REQUIRED, TOO_MANY_REQUESTS, INTERNAL, UNAVAILABLE,
)  # fmt: skip
_BY_STATUS = {kind.status: kind for kind in reversed(GENERAL_KINDS)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One place in the input that broke a rule: `pointer` into the body (RFC 6901) or a `parameter` name."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def to_wire(self) -> dict[str, str]:
        """Return the JSON shape, without the absent half."""
        where = {"pointer": self.pointer} if self.pointer is not None else {"parameter": self.parameter or ""}
        return {**where, "code": self.code, "detail": self.detail}


class Problem(Exception):
    """Stops a request with an RFC 9457 answer."""

    def __init__(
        self,
        kind: Kind,
        detail: str | None = None,
        *,
        faults: Iterable[Fault] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or kind.title)
        self.kind = kind
        self.detail = detail or kind.explanation
        self.faults = tuple(islice(faults, MOST_FAULTS))
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


def problem_response(problem: Problem, *, docs_url: str) -> Response:
    """Serialise a problem; `docs_url` is the address under which each code has its page."""
    body: dict[str, Any] = {
        "type": f"{docs_url}/{problem.kind.code}",
        "title": problem.kind.title,
        "status": problem.kind.status,
        "detail": problem.detail,
        "code": problem.kind.code,
        "request_id": g.get("request_id", ""),
        **problem.extra,
    }
    if problem.faults:
        body["errors"] = [fault.to_wire() for fault in problem.faults]
    response = Response(orjson.dumps(body), status=problem.kind.status, content_type=PROBLEM_JSON)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(problem.headers)
    return response


def from_http_exception(error: HTTPException) -> Problem:
    """Turn a framework error into ours, keeping headers such as `Allow` and `Retry-After`."""
    status = error.code or SERVER_ERROR
    kind = _BY_STATUS.get(status) or (BAD_REQUEST if status < SERVER_ERROR else INTERNAL)
    headers = {name: value for name, value in error.get_headers() if name.lower() in {"allow", "retry-after"}}
    return Problem(kind, headers=headers)


def install(app: Flask, *, docs_url: str) -> None:
    """Make every error of an application a problem document."""
    log = structlog.get_logger("problems")

    def on_problem(problem: Problem) -> Response:
        return problem_response(problem, docs_url=docs_url)

    def on_http_exception(error: HTTPException) -> Response:
        return problem_response(from_http_exception(error), docs_url=docs_url)

    def on_exception(error: Exception) -> Response:
        log.error("unexpected error", exc_info=error)
        return problem_response(Problem(INTERNAL), docs_url=docs_url)

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(HTTPException, on_http_exception)
    app.register_error_handler(Exception, on_exception)
