"""The containers of docker-compose.yml, from outside. `make containers` brings them up and runs this against them."""

import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from deploy.containers import Trial
from tests.deploy import author_day
from tests.deploy.author_day import BLOG, Owner
from tests.deploy.origin import Origin

pytestmark = pytest.mark.skipif("CONTAINERS" not in os.environ, reason="run by `make containers`, which starts them")

SERVICES = ("gateway", "frontend", "blog", "users", "worker", "database", "postgres")
RECOVERY_SECONDS = 20


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial(**json.loads(Path(os.environ["CONTAINERS"]).read_text("utf-8")))


@pytest.fixture
def origin(trial: Trial) -> Origin:
    return Origin(trial.origin)


@pytest.fixture(scope="module")
def owner(trial: Trial) -> Owner:
    if Origin(trial.origin).get("/api/users/v1/setup").status_code == 200:  # 410 when run once more against the same
        author_day.set_up(Origin(trial.origin), trial.set_up_code)
    return author_day.sign_in(Origin(trial.origin))


@pytest.fixture(scope="module")
def post(owner: Owner) -> dict:
    return author_day.publish(owner, "Six containers, one blog")


def test_an_empty_blog_shows_every_public_url(origin: Origin):
    author_day.look_around(origin)


def test_what_is_for_the_inside_is_not_reached_from_outside(trial: Trial, origin: Origin):
    for path in ("/metrics", "/%6detrics", "/x/../metrics", "/metrics/", "/v1/databases", "/v1/blog/posts"):
        assert origin.get(path).status_code == 404, path
    published = {name: trial.ports(name) for name in SERVICES}
    assert [name for name, ports in published.items() if ports] == ["gateway"]
    assert all(port.startswith("127.0.0.1:") for port in published["gateway"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_has_no_more_rights_than_it_needs(trial: Trial, service: str):
    status = dict(line.split(":", 1) for line in trial.run("exec", "-T", service, "cat", "/proc/1/status").splitlines())
    assert status["Uid"].split()[0] != "0"
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"].strip() == "1"
    mounts = [line.split() for line in trial.run("exec", "-T", service, "cat", "/proc/1/mounts").splitlines()]
    assert [options.split(",")[0] for _, place, _, options, *_ in mounts if place == "/"] == ["ro"]


@pytest.mark.parametrize(("service", "other"), [("blog", "users"), ("users", "database"), ("database", "postgres")])
def test_a_service_cannot_read_the_secrets_of_another(trial: Trial, service: str, other: str):
    look = f"ls /run/flask-blog/secrets/{service}; ls /run/flask-blog/secrets/{other} || echo refused"
    seen = trial.run("exec", "-T", service, "sh", "-c", look).split()
    assert len(seen) > 1
    assert seen[-1] == "refused"


def test_a_service_has_only_its_own_code(trial: Trial):
    ours = ("frontend", "blog", "users", "database")
    packages = {name: trial.run("exec", "-T", name, "ls", "/srv", "/srv/api").split() for name in ours}
    assert {"blog", "shared"} <= set(packages["blog"])
    assert {"users", "shared"} <= set(packages["users"])
    assert not {"users", "database_service", "spa"} & set(packages["blog"])
    assert not {"blog", "database_service", "spa"} & set(packages["users"])
    assert not {"blog", "users", "spa"} & set(packages["database"])
    assert not {"blog", "users", "database_service"} & set(packages["frontend"])


def test_an_upload_beyond_the_limit_is_refused_in_the_one_error_shape(origin: Origin, owner: Owner):
    huge = origin.post(f"{BLOG}/posts", data=b"[" * (9 << 20), headers=owner.bearer, content_type="application/json")
    assert (huge.status_code, huge.mimetype) == (413, "application/problem+json")
    assert huge.json["code"] == "too_large"
    assert huge.json["request_id"] == huge.headers["X-Request-ID"]


def test_a_published_post_is_read_everywhere(origin: Origin, post: dict):
    author_day.read_everywhere(origin, post)


def test_an_uploaded_picture_is_served(owner: Owner):
    author_day.upload(owner)


def test_a_restarted_database_has_lost_nothing(trial: Trial, origin: Origin, owner: Owner, post: dict):
    trial.run("restart", "postgres", "database")
    _until(lambda: origin.get(f"{BLOG}/posts/{post['id']}", headers=owner.bearer).status_code == 200)
    author_day.read_everywhere(origin, post)
    author_day.publish(owner, "After the restart")


def test_a_backup_brings_back_what_was_deleted_since(trial: Trial, owner: Owner):
    post = author_day.publish(owner, "Worth keeping")
    picture = author_day.upload(owner)
    folder = trial.run("exec", "-T", "database", "python", "-m", "database_service", "backup").strip()
    url = f"{BLOG}/posts/{post['id']}"
    reader = Origin(trial.origin)
    assert reader.get(url).status_code == 200
    headers = {**owner.bearer, "If-Match": reader.get(url).headers["ETag"]}
    assert owner.origin.delete(f"{url}?permanent=true", headers=headers).status_code == 204
    trial.run("exec", "-T", "blog", "find", "/data/media", "-type", "f", "-delete")
    _until(lambda: reader.get(url).status_code == 410)
    trial.run("exec", "-T", "database", "python", "-m", "database_service", "restore", folder)
    _until(lambda: reader.get(url).status_code == 200)
    author_day.read_everywhere(reader, post)
    assert reader.get(picture).status_code == 200
    author_day.publish(owner, "Life goes on after a restore")


def test_readers_and_authors_go_on_while_users_is_away(trial: Trial, origin: Origin, owner: Owner, post: dict):
    trial.run("stop", "users")
    try:
        author_day.publish(owner, "Written while Users was away")
        author_day.read_everywhere(origin, post)
        away = origin.get("/api/users/v1/setup")
        assert (away.status_code, away.mimetype) == (503, "application/problem+json")
        assert away.headers["Retry-After"]
    finally:
        trial.run("start", "users")
    _until(lambda: origin.get("/api/users/v1/setup").status_code == 410)


def test_what_was_read_before_is_still_read_while_the_database_is_away(trial: Trial, owner: Owner, post: dict):
    reader = Origin(trial.origin)
    url = f"{BLOG}/posts/slug/{post['slug']}"
    assert reader.get(url).status_code == 200
    trial.run("stop", "database")
    try:
        assert reader.get(url).json["title"] == post["title"]
        refused = owner.origin.post(f"{BLOG}/tags", json={"name": "Lost"}, headers=owner.bearer)
        assert refused.status_code == 503
    finally:
        trial.run("start", "database")
    _until(lambda: owner.origin.get(f"{BLOG}/tags", headers=owner.bearer).status_code == 200)


def test_a_frontend_that_is_away_leaves_a_page_that_says_so(trial: Trial, origin: Origin):
    trial.run("stop", "frontend")
    try:
        away = origin.get("/")
        assert (away.status_code, away.mimetype) == (503, "text/html")
        assert "Back in a moment" in away.text
    finally:
        trial.run("start", "frontend")
    _until(lambda: origin.get("/").status_code == 200)


def test_two_blogs_share_the_work_and_show_the_same(trial: Trial, origin: Origin, owner: Owner):
    trial.run("up", "--detach", "--no-recreate", "--wait", "--scale", "blog=2", "blog")
    _until(lambda: len(_answering_blogs(trial, origin)) == 2)
    post = author_day.publish(owner, "Seen by both")
    time.sleep(1.5)  # the promise is a second
    for _ in range(6):
        assert post["title"] in origin.get(f"{BLOG}/posts").text
    path = author_day.upload(owner)
    assert {origin.get(path).status_code for _ in range(6)} == {200}
    trial.run("up", "--detach", "--no-recreate", "--wait", "--scale", "blog=1", "blog")
    _until(lambda: len(_answering_blogs(trial, origin)) == 1)


def test_a_blog_that_is_replaced_while_people_read_fails_no_request(trial: Trial, post: dict):
    trial.run("up", "--detach", "--no-recreate", "--wait", "--scale", "blog=2", "blog")
    with _reading(trial.origin, f"{BLOG}/posts/{post['id']}") as statuses:
        _until(lambda: len(_answering_blogs(trial, Origin(trial.origin))) == 2)
        before = len(statuses)
        trial.run("up", "--detach", "--no-recreate", "--scale", "blog=1", "blog")
        _until(lambda: len(_answering_blogs(trial, Origin(trial.origin))) == 1)
        assert len(statuses) > before
    assert set(statuses) == {200}


@contextmanager
def _reading(origin: str, path: str) -> Iterator[list[int]]:
    """Read without a pause while the block lasts; give the statuses so far."""
    statuses: list[int] = []
    done = threading.Event()

    def read() -> None:
        with urllib3.PoolManager(retries=False, timeout=10) as pool:
            while not done.is_set():
                statuses.append(pool.request("GET", origin + path, headers={"Connection": "close"}).status)

    with ThreadPoolExecutor() as threads:
        reader = threads.submit(read)
        try:
            yield statuses
        finally:
            done.set()
        reader.result()


def _answering_blogs(trial: Trial, origin: Origin) -> set[str]:
    """Return the addresses of the blogs that answered a few requests, as the gateway's log tells them."""
    asked = {f"probe-{uuid.uuid4()}" for _ in range(6)}
    for request_id in asked:
        origin.get(f"{BLOG}/site", headers={"X-Request-ID": request_id})
    lines = trial.run("logs", "--no-log-prefix", "--since", "10s", "gateway").splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return {entry["upstream"] for entry in entries if entry["request_id"] in asked}


def _until(holds, seconds: float = RECOVERY_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.3)
