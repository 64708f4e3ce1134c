"""An operation's part of the published spec, derived from its contract."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response

from api.shared import deprecation, problems
from api.shared.fields import Problem as ProblemSchema
from api.shared.http import WITH_BODY
from api.shared.problems import PROBLEM_JSON, Kind

if TYPE_CHECKING:
    from api.shared.operations import Contract, Resource

CREATED = 201
NO_CONTENT = 204
# what is saved to a file, not looked at
DOWNLOADED = frozenset({"application/zip"})

IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True,
    "description": "The ETag you read. Without it 428; if the resource has changed since, 412.",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[1-9][0-9]{0,17}(-[0-9a-f]+)?")$'}, "example": '"3"',
}  # fmt: skip
IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False,
    "description": "An ETag you hold: 304 without a body if it is still current.",
    "schema": {"type": "string"}, "example": '"3"',
}  # fmt: skip
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Makes a retry safe: the same key and body get the first answer again, for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}  # fmt: skip


def document(resource: "Resource", contract: "Contract", endpoint: Callable[..., Response]) -> Any:
    """Attach everything the spec says about an operation to its endpoint."""
    for status, kinds in sorted(_by_status(_kinds(contract)).items()):
        endpoint = _problem(resource, status, kinds)(endpoint)
    if contract.method == "GET" and _says_something(contract):
        endpoint = resource.alt_response(304, response="NotModified")(endpoint)
    if contract.redirects:
        endpoint = resource.alt_response(301, response="Moved")(endpoint)
    # the media type alone: its parameters belong to the header
    media_type = contract.content_type.partition(";")[0] if contract.content_type else None
    schema: Any = contract.returns
    if media_type is not None:
        schema = {"type": "object"} if media_type.endswith("json") else {"type": "string"}
        if media_type in DOWNLOADED:
            schema["format"] = "binary"
    content: dict[str, Any] = {"content_type": media_type, "headers": _headers(contract)}
    endpoint = resource.response(contract.status, schema, **content)(endpoint)
    described: dict[str, Any] = {"operationId": contract.name}
    if not contract.bearer:
        described["security"] = []
    if contract.deprecated is not None:
        described["deprecated"] = True
    documented: Any = resource.doc(**described)(endpoint)
    # beside the query's parameters: `doc(parameters=…)` would replace them
    documented._apidoc["arguments"]["parameters"] += _header_parameters(contract)  # noqa: SLF001
    return documented


def forget_notes(endpoint: Callable[..., Response]) -> None:
    """Let go of what is no longer needed once an endpoint is registered: each decorator kept a copy of all notes."""
    inner: Any = endpoint
    while inner is not None:
        inner.__dict__.pop("_apidoc", None)
        inner = getattr(inner, "__wrapped__", None)


def _says_something(contract: "Contract") -> bool:
    return contract.returns is not None or contract.content_type is not None


def _problem(resource: "Resource", status: int, kinds: Sequence[Kind]) -> Any:
    if len(kinds) == 1 and kinds[0] in problems.GENERAL_KINDS:
        return resource.alt_response(status, response=component_name(kinds[0]))
    description = " ".join(f"`{kind.code}`: {kind.explanation}" for kind in kinds)
    examples = {kind.code: {"value": problem_example(kind)} for kind in kinds}
    return resource.alt_response(
        status, schema=ProblemSchema, content_type=PROBLEM_JSON, description=description, examples=examples
    )


def component_name(kind: Kind) -> str:
    """Return the name of a general problem among the spec's response components."""
    return "".join(word.capitalize() for word in kind.code.split("_"))


def problem_example(kind: Kind) -> dict[str, Any]:
    """Return an example of a problem, without a host."""
    return {
        "type": f"/docs/errors/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.explanation,
        "code": kind.code,
        "request_id": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d",
    }


def _kinds(contract: "Contract") -> list[Kind]:
    kinds = [
        problems.BAD_REQUEST, problems.UNAUTHENTICATED, problems.FORBIDDEN, problems.NOT_ACCEPTABLE,
        problems.INVALID, problems.TOO_MANY_REQUESTS, problems.INTERNAL, problems.UNAVAILABLE,
    ]  # fmt: skip
    if "<" in contract.rule:
        kinds.append(problems.NOT_FOUND)
    if contract.method in WITH_BODY:
        kinds.append(problems.LENGTH_REQUIRED)
    if contract.body or contract.upload:
        kinds += [problems.TOO_LARGE, problems.UNSUPPORTED_MEDIA_TYPE]
    if contract.method != "GET":
        kinds.append(problems.CONFLICT)
    if contract.idempotent:
        kinds.append(problems.IDEMPOTENCY_KEY_REUSED)
    if contract.versioned:
        kinds += [problems.PRECONDITION_FAILED, problems.PRECONDITION_REQUIRED]
    return kinds + [kind for kind in contract.problems if kind not in kinds]


def _by_status(kinds: Sequence[Kind]) -> dict[int, list[Kind]]:
    grouped: dict[int, list[Kind]] = defaultdict(list)
    for kind in kinds:
        grouped[kind.status].append(kind)
    return grouped


def _headers(contract: "Contract") -> dict[str, Any]:
    names = ["X-Request-ID", "RateLimit", "RateLimit-Policy", "Cache-Control"]
    if _says_something(contract):
        names.append("ETag")
    if contract.status == CREATED:
        names.append("Location")
    if contract.sets_cookie:
        names.append("Set-Cookie")
    if contract.content_type in DOWNLOADED:
        names.append("Content-Disposition")
    if contract.idempotent:
        names.append("Idempotency-Replayed")
    if contract.returns is not None and "items" in contract.returns._declared_fields:  # noqa: SLF001 - as in responses
        names.append("Link")
    told = deprecation.described(contract.deprecated) if contract.deprecated is not None else {}
    return {**{name: {"$ref": f"#/components/headers/{name}"} for name in names}, **told}


def _header_parameters(contract: "Contract") -> list[dict[str, Any]]:
    parameters = [dict(parameter) for parameter in contract.parameters]
    if contract.versioned:
        parameters.append(IF_MATCH)
    if contract.idempotent:
        parameters.append(IDEMPOTENCY_KEY)
    if contract.method == "GET" and _says_something(contract):
        parameters.append(IF_NONE_MATCH)
    return parameters
