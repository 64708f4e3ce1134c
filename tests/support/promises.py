"""Gate 5: what a contract takes away from those who built on the last release, by oasdiff, unless it was approved.

`openapi/released/` holds the contracts of the last release, `openapi/approved-changes.txt` the changes that break them
on purpose.
"""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.support.contract import OPENAPI

OASDIFF = OPENAPI / "judges" / "node_modules" / ".bin" / "oasdiff"
WITH_NODE = Path(__file__).parents[2] / "spa" / "with-node"
LINE = re.compile(r"(?P<operation>[A-Z*]+ \S+) (?P<rule>[a-z-]+): (?P<reason>\S.*)")
# oasdiff's levels: 3 breaks clients, 2 may break them
LEAST_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Break:
    """One change that may break a client."""

    operation: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.operation} {self.rule}: {self.text}"


@dataclass(frozen=True, slots=True)
class Approval:
    """A line of approved-changes.txt: `METHOD /path rule: reason`; `*` in method and path stands for anything."""

    operation: str
    rule: str
    reason: str

    def covers(self, change: Break) -> bool:
        """Tell whether the change is the one that was approved."""
        return self.rule == change.rule and fnmatchcase(change.operation, self.operation)


def breaks(released: Path, current: Path) -> list[Break]:
    """Return what breaks between two contracts."""
    if not OASDIFF.exists():
        pytest.skip("the judges of the contracts are not installed (make lint-api)")
    run = subprocess.run(
        [WITH_NODE, OASDIFF, "breaking", released, current, "--format", "json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    changes = json.loads(run.stdout) if run.stdout.strip() else []
    return [
        Break(f"{change.get('operation', '')} {change.get('path', '')}", change["id"], change["text"])
        for change in changes
        if change["level"] >= LEAST_LEVEL
    ]


def approvals(text: str) -> list[Approval]:
    """Read approved-changes.txt; a line without a reason is an error."""
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    read = [LINE.fullmatch(line) for line in lines]
    assert all(read), f"not `METHOD /path rule: reason`: {[line for line, r in zip(lines, read, strict=True) if not r]}"
    return [Approval(**match.groupdict()) for match in read if match]


def unapproved(changes: Sequence[Break], approved: Sequence[Approval]) -> list[str]:
    """Return the changes that nobody approved."""
    return [str(change) for change in changes if not any(each.covers(change) for each in approved)]
