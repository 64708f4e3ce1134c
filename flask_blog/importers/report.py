"""What an import did, and every problem it met, by file and line."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OUTCOMES = ("made", "updated", "unchanged", "skipped")
# a setting that has no place in a post is worth knowing, but nothing is wrong with the file
LEFT_OUT = "left_out"
LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that could not be taken over as it stands. `line` counts from 1."""

    file: str
    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `url` is where its post is read."""

    file: str
    outcome: str
    url: str | None = None


@dataclass(slots=True)
class Report:
    """Collects outcomes and problems while an import runs."""

    source: str
    files: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)

    def finish(self, file: str, outcome: str, url: str | None = None) -> None:
        """Record what became of a file: made, updated, unchanged or skipped."""
        self.files.append(Outcome(file, outcome, url))

    def problem(self, file: str, line: int, code: str, message: str) -> None:
        """Record a problem."""
        text = " ".join(message.split())
        if len(text) > LONGEST_MESSAGE:
            text = text[: LONGEST_MESSAGE - 1] + "…"
        self.problems.append(Problem(file, line, code, text))

    def count(self, thing: str, number: int = 1) -> None:
        """Count something made beside posts: authors, tags, media, redirects."""
        self.made[thing] += number

    def outcomes(self) -> dict[str, int]:
        """Return how many files ended in each way."""
        counted = Counter(one.outcome for one in self.files)
        return {name: counted[name] for name in OUTCOMES}

    def serious(self) -> Sequence[Problem]:
        """Return the problems without the settings that were only left out, by file and line."""
        return sorted(one for one in self.problems if one.code != LEFT_OUT)

    def left_out(self) -> dict[str, int]:
        """Return how many files had each setting that was left out."""
        names = Counter(one.message.partition(" ")[0] for one in self.problems if one.code == LEFT_OUT)
        return dict(names.most_common())

    def to_json(self) -> dict[str, Any]:
        """Return the whole report as JSON values."""
        return {
            "source": self.source,
            "posts": self.outcomes(),
            "made": dict(sorted(self.made.items())),
            "files": [asdict(one) for one in sorted(self.files, key=lambda one: one.file)],
            "problems": [asdict(one) for one in sorted(self.problems)],
        }

    def write(self, path: Path) -> None:
        """Write the whole report to a JSON file."""
        path.write_text(json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n", "utf-8")
