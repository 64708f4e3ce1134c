"""Tests that documents name, as file::test below tests/."""

import re
from collections.abc import Iterable

from tests.house.sources import ROOT


def missing(named: Iterable[str]) -> list[str]:
    """Return those that name no test."""
    return [each for each in named if not is_test(each)]


def is_test(named: str) -> bool:
    """Tell whether a file holds a test of that name."""
    file, _, test = named.partition("::")
    path = ROOT / "tests" / file
    return (
        path.is_file()
        and re.search(rf"^(?:    )?def {re.escape(test)}\(", path.read_text("utf-8"), re.MULTILINE) is not None
    )
