"""`make services`: the four services as four processes over PostgreSQL, behind one origin."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import psutil
import pytest
from werkzeug.security import generate_password_hash

from api.shared.auth import REVOCATION_SECONDS
from database_service.background import POLL_SECONDS
from tests.deploy import author_day
from tests.deploy.conftest import CHECKOUT, Running, start_services
from tests.deploy.origin import Origin
from tests.support.waiting import wait_until

PROMISED_SECONDS = 5
# a machine that does much else gets more
WITHIN_SECONDS = 30


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


@pytest.fixture(scope="module")
def owned(services: Running) -> None:
    author_day.set_up(Origin(services.url), services.printed(r"/setup#code=([\w-]+)"))


@pytest.mark.usefixtures("owned")
def test_an_owner_and_a_reader_get_through_their_day(services: Running, origin: Origin):
    owner = author_day.sign_in(origin)
    post = author_day.publish(owner, "Four processes, one blog")
    author_day.read_everywhere(Origin(services.url), post)
    author_day.upload(owner)


class Grace:
    """Somebody whom the owner lets in, from another program and with the password she had there."""

    def __init__(self, owner: author_day.Owner, username: str = "grace"):
        self.owner, self.origin = owner, Origin(owner.origin.url)
        person = {
            "username": username, "name": "Grace", "email": f"{username}@example.com", "role": "reader",
            "password_hash": generate_password_hash(author_day.PASSWORD),
        }  # fmt: skip
        account = owner.origin.post(f"{author_day.USERS}/accounts", json=person, headers=owner.bearer).json
        self.username, self.path = username, f"{author_day.USERS}/accounts/{account['id']}"

    def session(self) -> str:
        """Sign in; return the access token."""
        credentials = {"identifier": self.username, "password": author_day.PASSWORD}
        return str(self.origin.post(f"{author_day.USERS}/sessions", json=credentials).json["access_token"])

    def program(self, session: str) -> tuple[str, str]:
        """Return a personal access token and its address."""
        wishes = {"name": "a", "scopes": ["posts:write"], "expires_in_days": 1}
        made = self.origin.post(f"{author_day.USERS}/tokens", json=wishes, headers=bearer(session)).json
        return made["token"], f"{author_day.USERS}/tokens/{made['id']}"

    def become(self, **changed: str) -> None:
        """Let the owner change the account."""
        asked = self.owner.origin.get(self.path, headers=self.owner.bearer)
        headers = {**self.owner.bearer, "If-Match": asked.headers["ETag"]}
        assert self.owner.origin.patch(self.path, json=changed, headers=headers).status_code == 200

    def soon_meets(self, status: int, *tokens: str) -> None:
        """Write posts with each token until the blog answers so."""
        for token in tokens:
            wait_until(lambda sent=token: self.write(sent) == status, seconds=WITHIN_SECONDS)

    def seconds_until(self, status: int, token: str) -> float:
        """Return how long after a change the blog answers so to a token that it has just seen."""
        began = time.monotonic()
        self.soon_meets(status, token)
        return time.monotonic() - began

    def write(self, token: str) -> int:
        """Write a post; return what the blog says."""
        return self.origin.post(f"{author_day.BLOG}/posts", json={"title": "Mine"}, headers=bearer(token)).status_code


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.usefixtures("owned")
def test_what_users_decide_about_somebody_soon_holds_in_the_blog_for_sessions_and_programs(origin: Origin):
    owner = author_day.sign_in(origin)
    grace = Grace(owner)
    session = grace.session()
    (program, _), (ended, address) = grace.program(session), grace.program(session)
    grace.soon_meets(403, session, program, ended)
    grace.become(role="author")
    grace.soon_meets(201, session, program, ended)
    assert grace.origin.delete(address, headers=bearer(session)).status_code == 204
    grace.soon_meets(401, ended)
    assert origin.delete(f"{grace.path}/sessions", headers=owner.bearer).status_code == 204
    grace.soon_meets(401, session)
    session = grace.session()
    grace.soon_meets(201, session, program)
    grace.become(state="suspended")
    grace.soon_meets(401, session, program)


@pytest.mark.usefixtures("owned")
def test_five_seconds_are_enough_for_a_decision_to_hold_in_the_blog(origin: Origin):
    assert REVOCATION_SECONDS + POLL_SECONDS < PROMISED_SECONDS, "what is remembered of a caller, and a link that slept"
    grace = Grace(author_day.sign_in(origin), "hedy")
    session = grace.session()
    taken = []
    for role, status in [("author", 201), ("reader", 403)] * 3:
        grace.become(role=role)
        taken.append(grace.seconds_until(status, session))
    assert median(taken) < PROMISED_SECONDS, taken


@pytest.mark.usefixtures("owned")
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
