"""Declares an operation once and gets everything the contract promises of every operation.

`Resource.operation` takes what is special about an operation - its schemas, its status, whether it is versioned - and
adds authentication by `api/access.toml`, strict arguments, conditional and idempotent requests, one commit at the
edge, and the operation's part of the published spec.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from itertools import count
from typing import Any, TypedDict, Unpack, cast
from uuid import UUID

from flask import Response, current_app, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from api.shared import http
from api.shared.arguments import MULTIPART, StrictParser, may_be_left_out
from api.shared.auth import Access, Authenticator, Caller
from api.shared.deprecation import Deprecation, tell
from api.shared.documentation import document, forget_notes
from api.shared.paging import NoQuery
from api.shared.problems import NOT_ACCEPTABLE, Kind, Problem
from api.shared.responses import Answer, Saved, respond, respond_saved, save
from api.shared.store import Operation, Store
from api.shared.unit_of_work import Write, commit, replayed

EXTENSION = "flask-blog-operations"

View = Callable[..., Answer | Write]


class Options(TypedDict, total=False):
    """What may be special about an operation."""

    body: type[Schema]
    upload: type[Schema]
    query: type[Schema]
    returns: type[Schema]
    content_type: str
    status: int
    versioned: bool
    idempotent: bool
    redirects: bool
    bearer: bool
    sets_cookie: bool
    parameters: Sequence[Mapping[str, Any]]
    problems: Sequence[Kind]
    deprecated: Deprecation


@dataclass(frozen=True, slots=True)
class Contract:
    """An operation as it is declared; see `Options`.

    `content_type` is given where the answer is bytes of that type, instead of JSON by a schema.
    `bearer` is false where a password or a cookie is the credential: an expired token beside it is not looked at.
    `parameters` are headers and cookies that the view reads by itself, as OpenAPI describes them.
    """

    method: str
    rule: str
    name: str
    body: type[Schema] | None = None
    upload: type[Schema] | None = None
    query: type[Schema] = NoQuery
    returns: type[Schema] | None = None
    content_type: str | None = None
    status: int = 200
    versioned: bool = False
    idempotent: bool = False
    redirects: bool = False
    bearer: bool = True
    sets_cookie: bool = False
    parameters: Sequence[Mapping[str, Any]] = ()
    problems: Sequence[Kind] = ()
    deprecated: Deprecation | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """An operation's contract, and the view that does it."""

    contract: Contract
    view: "View"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked: who calls, with what, against which version.

    `attempt` counts from 0 how often the view was run before, because its plan met a concurrent change.
    """

    access: Access
    caller: Caller | None
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    if_version: int | None
    attempt: int = 0

    @property
    def who(self) -> Caller:
        """Return the caller of an operation that needs one."""
        if self.caller is None:
            raise RuntimeError("the access table lets anonymous callers in here")
        return self.caller


def _ignore(_operations: Sequence[Operation]) -> None:
    """Do nothing after a commit."""


def _unrecorded(_call: Call, _write: Write) -> Sequence[Operation]:
    """Add nothing to a commit."""
    return ()


@dataclass(frozen=True, slots=True)
class Runtime:
    """What operations need of their service.

    `recorded` adds to each commit what shall be known of it later; `committed` is told of each before it is
    acknowledged.
    """

    store: Store
    authenticator: Authenticator
    access: Mapping[str, Access]
    publicly_cacheable: bool
    committed: Callable[[Sequence[Operation]], None] = field(default=_ignore)
    recorded: Callable[[Call, Write], Sequence[Operation]] = field(default=_unrecorded)


def runtime() -> Runtime:
    """Return the runtime of the service that answers now."""
    return cast("Runtime", current_app.extensions[EXTENSION])


def declared_at(endpoint: str) -> Declared | None:
    """Return the operation that stands at an endpoint of the application that answers now, if one does."""
    declared: Declared | None = getattr(current_app.view_functions[endpoint], "declared", None)
    return declared


def looks_at_tokens(endpoint: str) -> bool:
    """Tell whether a token says who calls what stands at an endpoint; elsewhere anybody may send any."""
    declared = declared_at(endpoint) if endpoint in current_app.view_functions else None
    return declared is not None and declared.contract.bearer


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A flask-smorest blueprint whose operations follow the conventions of the public API."""

    ARGUMENTS_PARSER = StrictParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {  # noqa: RUF012 - as the class above has it
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "multipart": MULTIPART,
    }

    def operation(self, method: str, rule: str, name: str, **options: Unpack[Options]) -> Callable[[View], View]:
        """Register a view as an operation; its docstring becomes summary and description.

        The view is called as `view(call, **path_parameters)` and returns an `Answer`, or a `Write` to be committed.
        """
        contract = Contract(method, rule, name, **options)

        def decorator(view: View) -> View:
            endpoint = _with_arguments(self, contract, _edge(contract, view))
            endpoint = document(self, contract, _guard(contract, endpoint))
            endpoint.__doc__ = view.__doc__
            endpoint.declared = Declared(contract, view)
            self.add_url_rule(rule, name, endpoint, methods=[method])
            forget_notes(endpoint)
            return view

        return decorator


def _with_arguments(resource: Resource, contract: Contract, endpoint: Callable[..., Response]) -> Any:
    """Parse the query and the body with flask-smorest; parsed parts are appended to the positional arguments."""
    if contract.body is not None:
        needed = not may_be_left_out(contract.method, contract.body())
        endpoint = resource.arguments(contract.body, location="json", required=needed)(endpoint)
    elif contract.upload is not None:
        endpoint = resource.arguments(contract.upload, location="multipart")(endpoint)
    return resource.arguments(contract.query, location="query")(endpoint)


def _guard(contract: Contract, endpoint: Callable[..., Response]) -> Callable[..., Response]:
    """Check who calls, before anything of the request is looked at."""

    @wraps(endpoint)
    def guarded(**path: Any) -> Response:
        _refuse_unacceptable(contract, request.headers.get("Accept", ""))
        service = runtime()
        g.caller = service.authenticator.caller(request.headers.get("Authorization")) if contract.bearer else None
        service.access[contract.name].demand(g.caller)
        if contract.versioned:
            g.if_version = http.required_version(request.headers.get("If-Match"))
        response = endpoint(**{name: str(value) if isinstance(value, UUID) else value for name, value in path.items()})
        if contract.deprecated is not None:
            tell(contract.deprecated, response)
        return response

    return guarded


def _refuse_unacceptable(contract: Contract, header: str) -> None:
    """Refuse who cannot read JSON, or says of another type that it is not wanted: readers of feeds name odd ones."""
    if contract.content_type is None:
        if not http.acceptable(header, *http.JSON_ANSWERS):
            raise Problem(NOT_ACCEPTABLE)
    elif http.acceptable(header, http.bare(contract.content_type)) is False:
        raise Problem(NOT_ACCEPTABLE, f"This answer is {http.bare(contract.content_type)}.")


def _edge(contract: Contract, view: View) -> Callable[..., Response]:
    """Call the view, commit what it plans, and answer."""

    def answered(*arguments: Mapping[str, Any], **path: Any) -> Response:
        # the decorators append: the query first, then the body, if there is one
        query, body = arguments[0], arguments[1] if len(arguments) > 1 else {}
        service = runtime()
        call = Call(service.access[contract.name], g.caller, query, body, g.get("if_version"))
        retry = http.retry_key(request, _scope(g.caller)) if contract.idempotent else None
        if retry is not None and (known := replayed(service.store, retry)) is not None:
            return respond_saved(known, replayed=True)

        attempts = count()

        def plan() -> tuple[Sequence[Operation], Saved]:
            result = view(replace(call, attempt=next(attempts)), **path)
            write = result if isinstance(result, Write) else Write((), result)
            recorded = service.recorded(call, write) if write.operations else ()
            g.answer = write.answer
            return [*write.operations, *recorded], save(contract, write.answer)

        operations, saved, again = commit(service.store, plan, retry=retry, if_version=call.if_version)
        if operations and not again:
            service.committed(operations)
        if again:
            return respond_saved(saved, replayed=True)
        return respond(saved, g.answer, anonymous=g.caller is None, cacheable=service.publicly_cacheable)

    return answered


def _scope(caller: Caller | None) -> str:
    return caller.key if caller is not None else f"address:{request.remote_addr}"
