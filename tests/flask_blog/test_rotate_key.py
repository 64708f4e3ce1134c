"""`flask-blog rotate-key`: the key changes under a running blog, and nobody notices."""

import json
import stat
from base64 import urlsafe_b64decode
from datetime import timedelta
from threading import Event, Thread

import pytest

from api.shared.clock import SystemClock
from api.users.app import context_of
from flask_blog import local, signing_key
from tests.flask_blog.conftest import flask_blog
from tests.support.live import OWNER

SECONDS_BEFORE_IT_SIGNS = 6


def kid_of(token: str) -> str:
    return json.loads(urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "=="))["kid"]


class Caller(Thread):
    """Signs in again and again, reads and writes with what it got, signs out, and keeps every answer."""

    def __init__(self, blog, stop):
        super().__init__()
        self.blog, self.stop = blog, stop
        self.answers: list[int] = []
        self.kids: list[str] = []
        self.first = self.sign_in()

    def sign_in(self) -> str:
        body = {"identifier": OWNER["username"], "password": OWNER["password"]}
        answer = self.blog.call("POST", "/api/users/v1/sessions", json=body)
        self.answers.append(answer.status)
        token = answer.json()["access_token"]
        self.kids.append(kid_of(token))
        return token

    def run(self):
        while not self.stop.wait(0.05):
            new = self.sign_in()
            for token in (self.first, new):
                headers = {"Authorization": f"Bearer {token}"}
                for method, path, body in (
                    ("GET", "/api/users/v1/me", None),
                    ("GET", "/api/blog/v1/posts?status=any", None),
                    ("POST", "/api/blog/v1/posts", {"title": "A"}),
                ):
                    answer = self.blog.call(method, path, headers=headers, **({"json": body} if body else {}))
                    self.answers.append(answer.status)
            # an account has a hundred sessions at most: one more would end the first, which has to last
            headers = {"Authorization": f"Bearer {new}"}
            self.answers.append(self.blog.call("DELETE", "/api/users/v1/sessions/current", headers=headers).status)


def test_the_key_changes_under_load_and_no_request_fails(live_blog):
    blog = live_blog(USERS_LIMITS_SIGN_IN="100000 per minute").set_up()
    file = blog.data_dir / "secrets" / "signing.jwk"
    stop = Event()
    callers = [Caller(blog, stop) for _ in range(3)]
    for each in callers:
        each.start()
    outcome = flask_blog("rotate-key", "--in", SECONDS_BEFORE_IT_SIGNS, "--data-dir", blog.data_dir)
    assert outcome.code == 0, outcome
    again = flask_blog("rotate-key", "--data-dir", blog.data_dir)
    for _ in range(600):
        if all(len(set(each.kids)) == 2 for each in callers):
            break
        Event().wait(0.1)
    Event().wait(1)
    stop.set()
    for each in callers:
        each.join()
    answers = [answer for each in callers for answer in each.answers]
    assert set(answers) == {200, 201, 204}, {answer: answers.count(answer) for answer in set(answers)}
    assert {len(set(each.kids)) for each in callers} == {2}
    assert callers[0].kids[-1] in outcome.out
    assert (again.code, "changed a moment ago" in again.error) == (1, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    events = blog.get("/api/users/v1/audit", event="signing_key_changed")["items"]
    assert [each["details"] for each in events] == [{"key_id": callers[0].kids[-1]}]


def test_a_blog_that_is_restarted_keeps_its_sessions_and_goes_on_with_the_set(data_dir):
    assert flask_blog("rotate-key", "--data-dir", data_dir).code == 0
    assert "changed a moment ago" in flask_blog("rotate-key", "--data-dir", data_dir).error
    assert flask_blog("users", "list", "--data-dir", data_dir).code == 0


@pytest.mark.parametrize("text", ["", "nothing"])
def test_a_file_that_holds_no_key_is_refused_and_left_alone(tmp_path, text):
    file = tmp_path / "signing.jwk"
    assert "cannot be read" in flask_blog("rotate-key", "--file", file).error
    file.write_text(text, "utf-8")
    assert "holds no JSON Web Key" in flask_blog("rotate-key", "--file", file).error
    assert file.read_text("utf-8") == text


def test_a_blog_changes_its_key_by_itself_once_it_is_old_enough(data_dir):
    file = data_dir / "secrets" / "signing.jwk"
    with local.reached(data_dir) as blog:
        context = context_of(blog.users)
        assert not signing_key.renew_if_old(context, file, timedelta(days=1))
        assert signing_key.renew_if_old(context, file, timedelta(0))
        assert len(context.keys.to_wire()["keys"]) == 2
        assert context.clock.now() <= SystemClock().now()
        assert context.store.find("audit", {"event": "signing_key_changed"}, count=True).total == 1
