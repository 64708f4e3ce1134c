"""The conventions of the public API, row by row, asked of every operation that a contract describes.

A `Conventions` is made of a contract and a function that sends a request as somebody who may do everything. Each check
returns the operations that do otherwise, each with what it did.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.support.contract import METHODS, Spec

AN_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
JSON = "application/json"
PROBLEM = "application/problem+json"
# what a list cannot be asked without
REQUIRED = {"/api/blog/v1/search": "&q=word"}
NO_TEXT = "te\0xt"
NEVER_GIVEN = '"no version of ours"'


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation with an address that can be asked."""

    method: str
    path: str
    template: str
    described: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def headers(self) -> set[str]:
        return {each["name"] for each in self.described.get("parameters", ()) if each.get("in") == "header"}

    @property
    def body(self) -> dict[str, Any] | None:
        content = self.described.get("requestBody", {}).get("content", {})
        return content.get(JSON)

    @property
    def is_versioned(self) -> bool:
        return "If-Match" in self.headers

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Return the schemas of the query's parameters, by their names."""
        return {each["name"]: each["schema"] for each in self.described.get("parameters", ()) if each["in"] == "query"}

    @property
    def answers_json(self) -> bool:
        return any(JSON in each.get("content", {}) for each in self.described["responses"].values())


class Conventions:
    """Asks every operation of a contract to keep the conventions."""

    def __init__(self, contract: Spec, send: Callable[..., TestResponse], *, cookie_paths: str = "$^") -> None:
        self.contract = contract
        self._send = send
        self._cookie_paths = re.compile(cookie_paths)
        self.operations = [
            Operation(method.upper(), self._address(template, item), template, item[method])
            for template, item in contract.document["paths"].items()
            for method in item
            if method in METHODS
        ]

    def _address(self, template: str, item: dict[str, Any]) -> str:
        """Return a path with something that fits in each of its places."""
        described = [
            *item.get("parameters", ()),
            *(each for name in METHODS & set(item) for each in item[name].get("parameters", ())),
        ]
        numbers = {each["name"] for each in described if each.get("schema", {}).get("type") == "integer"}
        return re.sub(r"{([^}]+)}", lambda found: "1" if found[1] in numbers else AN_ID, template)

    def is_open(self, operation: Operation) -> bool:
        """Tell whether scripts of any origin may call: the operation is public, and no cookie decides."""
        return operation.path.startswith("/api/") and not self._cookie_paths.match(operation.path)

    def send(self, operation: Operation, query: str = "", **options: Any) -> TestResponse:
        """Send a request that is right but for what the options make wrong."""
        headers = {"If-Match": "*"} if operation.is_versioned else {}
        headers |= options.pop("headers", {})
        if operation.body is not None and not options.keys() & {"json", "data"}:
            options["json"] = self.example(operation)
        return self._send(operation.path + query, method=operation.method, headers=headers, **options)

    def example(self, operation: Operation) -> Any:
        media = operation.body or {}
        return media["example"] if "example" in media else next(iter(media["examples"].values()))["value"]

    def refused(
        self, status: int, asked: Iterator[tuple[Operation, TestResponse]], code: str | None = None
    ) -> list[str]:
        """Return the operations that did not refuse with this status, as a problem document."""
        wrong = []
        for operation, response in asked:
            problem = response.get_json(silent=True) if response.mimetype == PROBLEM else None
            if response.status_code != status or problem is None:
                wrong.append(f"{operation}: {response.status_code} {response.mimetype}")
            elif code is not None and code not in {each["code"] for each in problem.get("errors", [])}:
                wrong.append(f"{operation}: {problem}")
            elif problem["request_id"] != response.headers["X-Request-ID"]:
                wrong.append(f"{operation}: the request ids differ")
        return wrong

    def other_methods(self) -> Iterator[tuple[Operation, TestResponse]]:
        """Ask each path for a method that it does not have; what it has must stand in `Allow`."""
        for template, item in self.contract.document["paths"].items():
            for method in sorted(METHODS - set(item)):
                operation = Operation(method.upper(), self._address(template, item), template, {})
                if self.contract.operation(method, operation.path) is not None:
                    # the word of this path is an id of another one
                    continue
                response = self._send(operation.path, method=operation.method)
                allowed = set(response.headers.get("Allow", "").split(", "))
                assert {name.upper() for name in item if name in METHODS} <= allowed, operation
                yield operation, response

    def without_json(self) -> Iterator[tuple[Operation, TestResponse]]:
        """Ask each operation that answers in JSON for HTML."""
        for operation in self.operations:
            if operation.answers_json:
                yield operation, self.send(operation, headers={"Accept": "text/html"})

    def unknown_parameters(self) -> Iterator[tuple[Operation, TestResponse]]:
        """Send each operation a parameter it does not know."""
        for operation in self.operations:
            yield operation, self.send(operation, "?nonsense=1")

    def unknown_fields(self) -> Iterator[tuple[Operation, TestResponse]]:
        """Send each operation with a body a field it does not know, at the top and inside each object."""
        for operation in self.operations:
            if operation.body is None:
                continue
            example = self.example(operation)
            yield operation, self.send(operation, json={**example, "nonsense": 1})
            schema = self.contract.resolve(operation.body["schema"])
            for name, each in schema.get("properties", {}).items():
                if "$ref" in each or any("$ref" in part for part in each.get("anyOf", ())):
                    yield operation, self.send(operation, json={**example, name: {"nonsense": 1}})

    def no_texts(self) -> Iterator[tuple[Operation, TestResponse]]:
        """Send each operation a list, and a text with a NUL where none is tidied away, in the place of each text."""
        for operation in self.operations:
            properties = {} if operation.body is None else self.contract.resolve(operation.body["schema"])["properties"]
            for name, each in properties.items():
                if "string" in str(each.get("type")):
                    tidied = re.search(each.get("pattern", "^$"), NO_TEXT) is not None
                    for wrong in (["text"], *(() if tidied else (NO_TEXT,))):
                        yield operation, self.send(operation, json={**self.example(operation), name: wrong})

    def with_bodies(self, **options: Any) -> Iterator[tuple[Operation, TestResponse]]:
        """Send each operation that takes JSON something else."""
        for operation in self.operations:
            if operation.body is not None:
                yield operation, self.send(operation, **options)

    def versioned(self, headers: dict[str, str] | None) -> Iterator[tuple[Operation, TestResponse]]:
        """Send each operation on a version an `If-Match` of another kind, or none."""
        for operation in self.operations:
            if operation.is_versioned:
                example = {} if operation.body is None else {"json": self.example(operation)}
                yield operation, self._send(operation.path, method=operation.method, headers=headers or {}, **example)

    def keyed(self, key: str) -> Iterator[tuple[Operation, TestResponse]]:
        """Send each operation that takes an idempotency key this one."""
        for operation in self.operations:
            if "Idempotency-Key" in operation.headers and operation.body is not None:
                yield operation, self.send(operation, headers={"Idempotency-Key": key})

    def faults_of_lists(self) -> Iterator[tuple[Operation, str]]:
        """Ask each list for a page, and for those that nobody gave out."""
        for operation in self.operations:
            if "cursor" not in operation.parameters:
                continue
            page = self.send(operation, "?limit=1&count=exact" + REQUIRED.get(operation.template, ""))
            if page.status_code == 200 and not {"items", "next", "prev", "total"} <= set(page.json):
                yield operation, f"a page holds {sorted(page.json)}"
            if page.status_code == 200 and ("Link" in page.headers) != (page.json["next"] is not None):
                yield operation, f"Link: {page.headers.get('Link')} where next is {page.json['next']}"
            for query, code in (
                ("?cursor=forged", "invalid_cursor"),
                ("?limit=0", "invalid"),
                ("?limit=101", "invalid"),
            ):
                refused = self.send(operation, query + REQUIRED.get(operation.template, ""))
                if (refused.status_code, refused.json["code"]) != (422, code):
                    yield operation, f"{query}: {refused.status_code} {refused.json['code']}"

    def faults_of_sparse_answers(self) -> Iterator[tuple[Operation, str]]:
        """Ask each operation that answers with chosen fields for each of them alone."""
        for operation in self.operations:
            whole = self.send(operation)
            for name in operation.parameters.get("fields", {}).get("items", {}).get("enum", ()):
                answer = self.send(operation, f"?fields={name}")
                if "items" in whole.json and set(answer.json) != set(whole.json):
                    yield operation, f"{name}: the list says {set(answer.json)}, not {set(whole.json)}"
                shown = answer.json.get("items", [answer.json])[:1] if answer.status_code == 200 else []
                if answer.status_code not in {200, 404} or any(set(each) - {name} for each in shown):
                    yield operation, f"{name}: {answer.status_code} {shown}"

    def faults_of_heads(self) -> Iterator[tuple[Operation, str]]:
        """Ask for the head of everything that can be read: what GET says, without the body."""
        told = ("ETag", "Cache-Control", "Vary", "Content-Type", "Content-Length", "Link")
        for operation, whole in self.reads():
            head = self._send(operation.path, method="HEAD", headers={})
            if head.status_code != whole.status_code or head.data:
                yield operation, f"HEAD {head.status_code}, GET {whole.status_code}"
            differing = [name for name in told if head.headers.get(name) != whole.headers.get(name)]
            if whole.status_code == 200 and differing:
                yield operation, f"other {differing}"

    def faults_of_preflights(self, origin: str) -> Iterator[tuple[Operation, str]]:
        """Ask on behalf of a foreign script whether it may send each operation with a token."""
        for operation in self.operations:
            asked = {
                "Access-Control-Request-Method": operation.method,
                "Access-Control-Request-Headers": "authorization",
            }
            answer = self._send(operation.path, method="OPTIONS", headers={"Origin": origin, **asked})
            allowed = answer.headers.get("Access-Control-Allow-Methods", "").split(", ")
            if answer.status_code != 200 or operation.method not in allowed:
                yield operation, f"{answer.status_code} {allowed}"

    def faults_of_limits(self) -> Iterator[tuple[Operation, str]]:
        """Ask where every request is one too many: refused before anything else, with when to come back."""
        for operation in self.operations:
            answer = self.send(operation, "?nonsense=1", data="{", content_type="text/xml")
            told = {"Retry-After", "RateLimit", "RateLimit-Policy"} - set(answer.headers.keys())
            if answer.status_code != 429 or answer.json["code"] != "too_many_requests" or told:
                yield operation, f"{answer.status_code}, without {told}"

    def reads(self) -> Iterator[tuple[Operation, TestResponse]]:
        """Read everything that can be read without a body."""
        for operation in self.operations:
            if operation.method == "GET":
                yield operation, self.send(operation)


def lacking_headers(response: TestResponse) -> set[str]:
    """Return the headers that every answer has, and this one lacks."""
    always = {"X-Request-ID", "RateLimit", "RateLimit-Policy", "Cache-Control", "X-Content-Type-Options"}
    return {name for name in always if name not in response.headers}
