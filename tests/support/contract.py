"""A test client that is the contract test: every request and response is checked against the committed spec.

Errors are checked too. No test has to remember it: `contract_client(app, "blog")` is used like Flask's own client.
"""

import json
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

OPENAPI = Path(__file__).parents[2] / "openapi"
METHODS = {"get", "post", "put", "patch", "delete"}
FIRST_ERROR = 400
BODILESS = {204, 301, 304}
# what HTTP itself, its servers and browsers' rules for foreign scripts put on any answer
UNDECLARED = {
    "content-type", "content-length", "date", "server", "x-content-type-options", "referrer-policy",
    "content-security-policy", "access-control-expose-headers", "access-control-allow-credentials",
    "strict-transport-security",
}  # fmt: skip


class ContractBroken(AssertionError):
    """A request or response differs from the published contract."""


@cache
def spec(name: str) -> "Spec":
    """Return the committed spec of a service by the name of its file."""
    return Spec(OPENAPI / f"{name}.json")


class Spec:
    """A committed OpenAPI document and its operations."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.document: dict[str, Any] = json.loads(file.read_text("utf-8"))
        self._paths = [
            (re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(path)) + r"\Z"), path)
            for path in sorted(self.document["paths"], key=_generality)
        ]
        self.prefixes = {match[0] for _, path in self._paths if (match := re.match(r"/(api/\w+/)?v\d+/", path))}

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """Return the path template and operation that a request meets, or None."""
        for pattern, template in self._paths:
            found = self.document["paths"][template].get(method.lower())
            if found is not None and pattern.match(path):
                return template, found
        return None

    def covers(self, path: str) -> bool:
        """Tell whether a path lies under what the spec describes."""
        return any(path.startswith(prefix) for prefix in self.prefixes)

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Follow a reference inside the document."""
        while "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def faults(self, schema: dict[str, Any], value: object) -> list[str]:
        """Return what JSON Schema (2020-12) finds wrong with a value."""
        whole = {**schema, "components": self.document["components"]}
        validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(value)]


def _generality(path: str) -> tuple[int, int]:
    """Put first what leaves least open: `/{older}...{newer}` is no `/{number}`."""
    segments = sum("{" in segment for segment in path.split("/"))
    return segments, -len(re.sub(r"\{\w+\}", "", path))


def check(contract: Spec, response: TestResponse, sent: bytes) -> None:
    """Raise ContractBroken unless the exchange is the one that the spec describes."""
    request = response.request
    if not contract.covers(request.path) or request.method in {"OPTIONS", "HEAD"}:
        return
    where = f"{request.method} {request.path} → {response.status_code}"
    met = contract.operation(request.method, request.path)
    if met is None:
        if response.status_code < FIRST_ERROR and not request.path.endswith("openapi.json"):
            raise ContractBroken(f"{where}: no operation of {contract.file.name} describes it; declare the route there")
        return
    template, operation = met
    described = operation["responses"].get(str(response.status_code))
    if described is None:
        raise ContractBroken(f"{where}: {operation['operationId']} ({template}) does not document this status")
    described = contract.resolve(described)
    _check_headers(contract, described, response, where)
    _check_body(contract, described, response, where)
    if response.status_code < FIRST_ERROR:
        _check_request(contract, operation, response, sent, where)


def _check_body(contract: Spec, described: dict[str, Any], response: TestResponse, where: str) -> None:
    if response.status_code in BODILESS:
        if response.data:
            raise ContractBroken(f"{where}: a body where none belongs")
        return
    content = described.get("content", {}).get(response.mimetype)
    if content is None:
        raise ContractBroken(f"{where}: content type {response.mimetype} is not documented")
    if response.mimetype.endswith("json"):
        faults = contract.faults(content["schema"], json.loads(response.data))
        if faults:
            raise ContractBroken(f"{where}: the body breaks its schema: {faults}")


def _check_headers(contract: Spec, described: dict[str, Any], response: TestResponse, where: str) -> None:
    declared = described.get("headers", {})
    for name, header in declared.items():
        if contract.resolve(header).get("required") and name not in response.headers:
            raise ContractBroken(f"{where}: the header {name} is missing")
    known = UNDECLARED | {name.lower() for name in declared}
    unknown = {name for name, _ in response.headers if name.lower() not in known}
    if unknown:
        raise ContractBroken(f"{where}: the headers {sorted(unknown)} are not documented")


def _check_request(contract: Spec, operation: dict[str, Any], response: TestResponse, sent: bytes, where: str) -> None:
    known = {each["name"] for each in map(contract.resolve, operation.get("parameters", ())) if each["in"] == "query"}
    unknown = set(response.request.args) - known
    if unknown:
        raise ContractBroken(f"{where}: accepted undocumented parameters {sorted(unknown)}")
    taken = operation.get("requestBody", {})
    body = taken.get("content", {}).get("application/json")
    if body is not None and (sent or taken.get("required")):
        faults = contract.faults(body["schema"], json.loads(sent))
        if faults:
            raise ContractBroken(f"{where}: accepted a body that breaks its schema: {faults}")


def contract_client(app: Flask, name: str) -> FlaskClient:
    """Return a client of the application that checks every exchange against `openapi/{name}.json`."""
    contract = spec(name)

    class ContractClient(FlaskClient):
        def run_wsgi_app(self, environ: dict[str, Any], *, buffered: bool = False) -> Any:
            # the application reads the body away; keep what was sent for the check
            with environ["wsgi.input"] as stream:
                self.sent = stream.read()
            environ["wsgi.input"] = BytesIO(self.sent)
            return super().run_wsgi_app(environ, buffered=buffered)

        def open(self, *args: Any, **kwargs: Any) -> TestResponse:
            response = super().open(*args, **kwargs)
            check(contract, response, self.sent)
            return response

    return ContractClient(app, TestResponse, use_cookies=True)
