"""docs/asvs.yaml answers every requirement of ASVS 5.0.0, level 1, and names only tests that exist."""

import yaml

from tests.house.named_tests import missing
from tests.house.sources import ROOT, assert_none

TABLE = yaml.safe_load((ROOT / "docs" / "asvs.yaml").read_text("utf-8"))
ANSWERS = {"shown", "reason"}
# How many requirements of level 1 each section has, and which: OWASP ASVS 5.0.0, May 2025
LEVEL_1 = {
    "V1.2": "1-5", "V1.3": "1-2", "V1.5": "1", "V2.1": "1", "V2.2": "1-2", "V2.3": "1", "V3.2": "1-2", "V3.3": "1",
    "V3.4": "1-2", "V3.5": "1-3", "V4.1": "1", "V4.4": "1", "V5.2": "1-2", "V5.3": "1-2", "V6.1": "1", "V6.2": "1-8",
    "V6.3": "1-2", "V6.4": "1-2", "V7.2": "1-4", "V7.4": "1-2", "V8.1": "1", "V8.2": "1-2", "V8.3": "1", "V9.1": "1-3",
    "V9.2": "1", "V10.4": "1-5", "V11.3": "1-2", "V11.4": "1", "V12.1": "1", "V12.2": "1-2", "V13.4": "1",
    "V14.2": "1", "V14.3": "1", "V15.1": "1", "V15.2": "1", "V15.3": "1",
}  # fmt: skip


def required() -> set[str]:
    bounds = {section: span.split("-") for section, span in LEVEL_1.items()}
    return {f"{section}.{n}" for section, span in bounds.items() for n in range(int(span[0]), int(span[-1]) + 1)}


def test_a_test_that_is_not_there_is_found():
    assert missing(["house/test_asvs.py::test_of_something_else", "house/test_nothing.py::test_a", "house::"]) != []
    assert missing(["house/test_asvs.py::test_a_test_that_is_not_there_is_found"]) == []


def test_every_requirement_of_level_one_is_answered_once():
    assert len(required()) == 70
    assert sorted(TABLE) == sorted(required())
    assert_none(f"{name}: says nothing" for name, row in TABLE.items() if not row.keys() & ANSWERS or not row["asks"])
    assert_none(f"{name}: {row.keys()}" for name, row in TABLE.items() if row.keys() - ANSWERS - {"asks"})


def test_every_test_that_shows_something_is_there():
    assert_none(f"{name}: {each}" for name, row in TABLE.items() for each in missing(row.get("shown", [])))
