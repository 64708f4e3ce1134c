"""Closes a run by naming the parts that this machine could not run, each with its reason and its number of tests."""

from collections import Counter

import pytest


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    parts = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    if parts:
        terminalreporter.section(f"{len(parts)} part{'s' * (len(parts) != 1)} skipped on this machine")
    for reason, tests in parts.most_common():
        terminalreporter.write_line(f"{reason} ({tests} test{'s' * (tests != 1)})")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
