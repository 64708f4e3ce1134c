"""An acknowledged write survives `kill -9`; what was not acknowledged is there whole or not at all."""

import logging
import sys

import pytest

from tests.database_service import crashes
from tests.support.databases import ENGINES, new_urls


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Every refused connection is expected here and needs no line in the report."""
    caplog.set_level(logging.ERROR, logger="urllib3")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.full)])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_acknowledged_survives_being_killed(request, tmp_path, capsys, engine, kills):
    server = crashes.ServerProcess(
        new_urls(request, engine, tmp_path), tmp_path, "database_service.app:from_environment"
    )
    try:
        record = crashes.run(server, kills, seed=kills)
    finally:
        server.kill()
    with capsys.disabled():
        sys.stdout.write(f"\n{engine}: {record}\n")
    assert record.acknowledged > 2 * kills
    assert (record.lost, record.duplicated, record.half_applied, record.findings) == ([], [], [], [])


def test_the_same_kills_catch_an_acknowledgement_before_the_commit(request, tmp_path):
    """The test of the test."""
    server = crashes.ServerProcess(
        new_urls(request, "sqlite", tmp_path), tmp_path, "tests.database_service.hasty:hasty"
    )
    try:
        record = crashes.run(server, 2, seed=1)
    finally:
        server.kill()
    assert record.lost
