"""Gates 1 and 3 of the contract: the committed specs are the generated ones, and nothing is missing from them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.contract import METHODS, OPENAPI, spec
from tests.support.services import generated, routes

NAMES = ("blog", "users", "database")


def operations(name: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in spec(name).document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


@pytest.mark.parametrize("name", NAMES)
def test_regenerating_reproduces_the_committed_spec_byte_for_byte(name):
    assert generated(name) == (OPENAPI / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_spec_is_valid_openapi_3_1(name):
    document = spec(name).document
    assert document["openapi"].startswith("3.1.")
    validate(document)


@pytest.mark.parametrize("name", NAMES)
def test_the_spec_names_no_host(name):
    text = (OPENAPI / f"{name}.json").read_text("utf-8")
    hosts = set(re.findall(r"https?://([^/\"\s`)]+)", text))
    assert {host for host in hosts if not host.endswith(("example.org", "example.com"))} == set()


# The Database Service's routes take the collection as a parameter; its own tests hold them against the registry.
@pytest.mark.parametrize("name", ["blog", "users"])
def test_every_route_is_in_the_spec_and_every_path_has_a_route(name):
    described = {(re.sub(r"{[^}]+}", "{}", path), method) for path, method, _ in operations(name)}
    assert {(path, method) for path, method in described if spec(name).covers(path)} == routes(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_says_what_it_does(name):
    ids = [operation["operationId"] for _, _, operation in operations(name)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(name):
        for part in ("summary", "description", "tags", "operationId"):
            assert operation.get(part), f"{method} {path} lacks {part}"


@pytest.mark.parametrize("name", NAMES)
def test_every_body_has_an_example_that_fits_its_schema(name):
    contract = spec(name)
    for path, method, operation in operations(name):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for body in map(contract.resolve, [*bodies, *operation["responses"].values()]):
            for kind, media in body.get("content", {}).items():
                if not kind.endswith("json"):
                    continue
                examples = [each["value"] for each in media.get("examples", {}).values()]
                examples += [media["example"]] if "example" in media else []
                assert examples, f"{method} {path}: {kind} without an example"
                for example in examples:
                    assert contract.faults(media["schema"], example) == [], f"{method} {path}: {json.dumps(example)}"


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_and_field_is_described(name):
    document = spec(name).document
    bare = [
        f"{schema}.{field}"
        for schema, body in document.get("components", {}).get("schemas", {}).items()
        for field, each in body.get("properties", {}).items()
        if not (each.get("description") or "$ref" in each)
    ]
    bare += [
        f"{method} {path} ?{parameter['name']}"
        for path, method, operation in operations(name)
        for parameter in map(spec(name).resolve, operation.get("parameters", ()))
        if not parameter.get("description")
    ]
    assert bare == []


def test_only_these_contracts_are_published():
    assert sorted(file.stem for file in Path(OPENAPI).glob("*.json")) == sorted(NAMES)
