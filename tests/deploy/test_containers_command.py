"""`make containers` where it cannot do its work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.conftest import CHECKOUT


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(CHECKOUT / "deploy", checkout / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    nobody = {**os.environ, "DOCKER_HOST": f"unix://{checkout}/no-engine.sock"}
    command = [sys.executable, "-m", "deploy.containers", *arguments]
    return subprocess.run(command, cwd=checkout, env=nobody, capture_output=True, text=True, timeout=60, check=False)


def test_a_machine_without_an_engine_is_told_so_in_one_sentence_and_fails_nothing(tmp_path: Path):
    done = run(tmp_path / "checkout")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("containers: skipped: no Docker engine is reachable")
    assert len(done.stdout.splitlines()) == 1


def test_trying_containers_that_are_not_up_is_refused(tmp_path: Path):
    done = run(tmp_path / "checkout", "test")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["containers: No containers are up: run `make containers-up` first."]


def test_another_word_answers_with_the_usage(tmp_path: Path):
    done = run(tmp_path / "checkout", "upp")
    assert done.returncode == 1
    assert done.stderr.startswith("usage:")
