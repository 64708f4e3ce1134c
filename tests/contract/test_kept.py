"""Gate 5 of the contract: nothing that the last release promised is broken, unless it was approved with its reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.contract import OPENAPI
from tests.support.promises import Approval, Break, approvals, breaks, unapproved

APPROVED = (OPENAPI / "approved-changes.txt").read_text("utf-8")
POSTS = "/api/blog/v1/posts"

Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("name", ["blog", "users"])
def test_what_the_last_release_promised_is_kept(name):
    changes = breaks(OPENAPI / "released" / f"{name}.json", OPENAPI / f"{name}.json")
    assert unapproved(changes, approvals(APPROVED)) == []


def test_no_approval_outlives_the_change_it_was_for():
    changes = [
        change
        for name in ("blog", "users")
        for change in breaks(OPENAPI / "released" / f"{name}.json", OPENAPI / f"{name}.json")
    ]
    assert [each for each in approvals(APPROVED) if not any(map(each.covers, changes))] == []


def _require_a_new_field(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["TagIn"]
    schema["properties"]["colour"] = {"type": "string"}
    schema["required"] = [*schema.get("required", ()), "colour"]


BREAKS: dict[str, tuple[Edit, str, str]] = {
    "a removed field": (
        lambda document: document["components"]["schemas"]["Post"]["properties"].pop("excerpt"),
        f"GET {POSTS}/{{post_id}}",
        "response-optional-property-removed",
    ),
    "a new required field": (_require_a_new_field, "POST /api/blog/v1/tags", "new-required-request-property"),
    "a removed status": (
        lambda document: document["paths"][POSTS]["post"]["responses"].pop("201"),
        f"POST {POSTS}",
        "response-success-status-removed",
    ),
    "a removed parameter": (
        lambda document: document["paths"][POSTS]["get"]["parameters"].pop(0),
        f"GET {POSTS}",
        "request-parameter-removed",
    ),
    "a removed operation": (lambda document: document["paths"][POSTS].pop("post"), f"POST {POSTS}", "api-removed"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_caught_until_it_is_approved(what, tmp_path: Path):
    edit, operation, rule = BREAKS[what]
    released, broken = OPENAPI / "blog.json", tmp_path / "broken.json"
    document = json.loads(released.read_text("utf-8"))
    edit(document)
    broken.write_text(json.dumps(document))
    found = breaks(released, broken)
    assert any(change.operation == operation and change.rule.startswith(rule) for change in found), found
    assert len(unapproved(found, [])) == len(found)
    assert unapproved(found, [Approval("* *", change.rule, "a test") for change in found]) == []


def test_an_added_field_parameter_and_operation_break_nothing(tmp_path: Path):
    document = json.loads((OPENAPI / "blog.json").read_text("utf-8"))
    document["components"]["schemas"]["Tag"]["properties"]["colour"] = {"type": "string"}
    colour = {"name": "colour", "in": "query", "schema": {"type": "string"}}
    document["paths"][POSTS]["get"]["parameters"].append(colour)
    document["paths"]["/api/blog/v1/colours"] = {"get": document["paths"]["/api/blog/v1/site"]["get"]}
    added = tmp_path / "added.json"
    added.write_text(json.dumps(document))
    assert breaks(OPENAPI / "blog.json", added) == []


def test_an_approval_is_for_one_rule_and_one_operation_and_has_a_reason():
    [approval] = approvals("# why\nGET /api/x thing-removed: nobody ever used it\n")
    assert approval.covers(Break("GET /api/x", "thing-removed", ""))
    assert not approval.covers(Break("GET /api/y", "thing-removed", ""))
    assert not approval.covers(Break("GET /api/x", "other-thing-removed", ""))
    with pytest.raises(AssertionError):
        approvals("GET /api/x thing-removed:\n")
