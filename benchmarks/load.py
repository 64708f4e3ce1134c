"""Load from outside, by wrk, bounded in connections and seconds."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

CONNECTIONS = 8


@dataclass(frozen=True)
class Subject:
    """One thing that is measured: a name, an address, and headers to send."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


def require_wrk() -> None:
    """Stop with one sentence when the load generator is missing."""
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk (Debian: apt-get install wrk)")


def requests_per_second(subject: Subject, seconds: int) -> float:
    """Return the rate at which a subject answered; any answer but 2xx or 3xx ends the run."""
    headers = [part for name, value in subject.headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *headers, subject.url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        sys.exit(f"{subject.name} did not answer properly:\n{text}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if found is None:
        sys.exit(f"wrk said nothing useful:\n{text}")
    return float(found[1])


def interleaved(subjects: Sequence[Subject], *, rounds: int, seconds: int) -> dict[str, list[float]]:
    """Measure all subjects in turn, round after round, so that a noisy minute touches all alike."""
    rates: dict[str, list[float]] = {subject.name: [] for subject in subjects}
    for subject in subjects:
        requests_per_second(subject, 1)
    for _ in range(rounds):
        for subject in subjects:
            rates[subject.name].append(requests_per_second(subject, seconds))
    return rates


def ratio(rates: Mapping[str, Sequence[float]], name: str, reference: str) -> float:
    """Return the median over the rounds of a subject's rate against the reference's in the same round."""
    return median(mine / theirs for mine, theirs in zip(rates[name], rates[reference], strict=True))
