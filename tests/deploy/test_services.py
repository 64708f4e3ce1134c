"""`make services`: the four services as four processes over PostgreSQL, behind one origin."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.deploy import author_day
from tests.deploy.conftest import CHECKOUT, Running, start_services
from tests.deploy.origin import Origin


def launch(**told: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **told}
    command = [sys.executable, "-m", "deploy.services"]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_port_in_use_is_one_sentence_and_nothing_is_started(services: Running, tmp_path: Path):
    refused = launch(PORT=services.url.rpartition(":")[2], DATA_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert "cannot be listened on" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["many", "-1", "70000", ""])
def test_a_port_that_is_none_is_one_sentence(port: str, tmp_path: Path):
    refused = launch(PORT=port, DATA_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert refused.stderr.startswith("PORT is ")


def test_what_is_for_the_inside_is_not_reached_from_outside(origin: Origin):
    assert origin.get("/metrics").status_code == 404
    assert origin.get("/v1/blog/posts").status_code == 404
    assert origin.get("/v1/databases").status_code == 404


def test_every_public_url_is_there_from_the_first_moment(origin: Origin):
    author_day.look_around(origin)


def test_an_owner_and_a_reader_get_through_their_day(services: Running, origin: Origin):
    author_day.set_up(origin, services.printed(r"/setup#code=([\w-]+)"))
    owner = author_day.sign_in(origin)
    post = author_day.publish(owner, "Four processes, one blog")
    author_day.read_everywhere(Origin(services.url), post)
    author_day.upload(owner)


def test_a_restart_keeps_everything_and_leaves_no_process_behind(services: Running, origin: Origin):
    titles = origin.get("/api/blog/v1/posts").text
    started = psutil.Process(services.process.pid).children(recursive=True)
    assert services.stop() == 0
    assert [process for process in started if process.is_running()] == []
    port, folder = services.url.rpartition(":")[2], services.output.parent
    again = start_services(folder, int(port))
    try:
        assert Origin(again.url).get("/api/blog/v1/posts").text == titles
        assert "/setup#code=" not in again.output.read_text("utf-8")
    finally:
        again.stop()
