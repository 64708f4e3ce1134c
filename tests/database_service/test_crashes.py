"""An acknowledged write survives `kill -9`; what was not acknowledged is there whole or not at all."""

import logging
import random
import sys

import pytest

from database_service.app import close, create_app
from database_service.registry import SCHEMAS
from tests.database_service import crashes
from tests.support.databases import ENGINES, new_urls, settings_for
from tests.support.postgres import create_database, durable_server


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Every refused connection is expected here and needs no line in the report."""
    caplog.set_level(logging.ERROR, logger="urllib3")


def show(capsys, engine, record):
    with capsys.disabled():
        sys.stdout.write(f"\n{engine}: {record}\n")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.full)])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_acknowledged_survives_being_killed(request, tmp_path, capsys, engine, rounds):
    """Each round: ten kills, one at each failpoint of a commit and the others at random moments."""
    server = crashes.ServerProcess(new_urls(request, engine, tmp_path), tmp_path, crashes.FAILING)
    kill, *at_failpoints = crashes.every_blow(server, engine)
    blows = [*at_failpoints, *[kill] * (10 - len(at_failpoints))] * rounds
    random.Random(rounds).shuffle(blows)
    try:
        record = crashes.run(server, blows, seed=rounds)
    finally:
        server.kill()
    show(capsys, engine, record)
    assert record.acknowledged > len(blows)
    assert record.repeated >= rounds  # what was committed and not answered
    assert record.is_clean, record


@pytest.mark.timeout(900)
@pytest.mark.parametrize("crashed", [3, pytest.param(25, marks=pytest.mark.full)])
def test_what_was_acknowledged_survives_postgresql_stopped_at_once(tmp_path, capsys, crashed):
    with durable_server() as postgres:
        urls = {name: create_database(postgres.url, name) for name in SCHEMAS}
        close(create_app(settings_for(urls)))
        server = crashes.ServerProcess(urls, tmp_path, crashes.FAILING)
        try:
            record = crashes.run(server, [postgres.crash] * crashed, seed=crashed)
        finally:
            server.kill()
    show(capsys, "postgresql, pg_ctl stop -m immediate", record)
    assert record.acknowledged > crashed
    assert record.is_clean, record


def test_the_same_kills_catch_an_acknowledgement_before_the_commit(request, tmp_path):
    """The test of the test."""
    server = crashes.ServerProcess(
        new_urls(request, "sqlite", tmp_path), tmp_path, "tests.database_service.hasty:hasty"
    )
    kill = crashes.every_blow(server, "sqlite")[0]
    try:
        record = crashes.run(server, [kill, kill], seed=1)
    finally:
        server.kill()
    assert record.lost
