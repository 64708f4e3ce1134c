"""The API client: patience, one effect, and what it does with answers that are none."""

import json

import pytest

from api.shared.transport import Reply, ServiceUnavailable
from flask_blog.client import PATIENCE_SECONDS, Client, File, Refused, Unreachable


class Script:
    """A transport that answers by a script, as a server would; it keeps what was sent."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def request(self, method, path, *, headers=None, body=b""):
        self.sent.append((method, path, dict(headers), body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def reply(status, body=None, **headers):
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode())


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(waits):
    """Return a function that makes a client which reads a script and notes how long it would have waited."""
    return lambda script: Client(script, "/api/blog/v1", token="fb_token", sleep=waits.append)


def test_a_problem_becomes_an_exception_with_its_code_and_faults(client):
    problem = {"code": "invalid", "title": "Invalid", "errors": [{"pointer": "/title", "detail": "Too long."}]}
    with pytest.raises(Refused, match=r"/title: Too long\.") as refusal:
        client(Script(reply(422, problem))).make("/posts", {})
    assert (refusal.value.status, refusal.value.code) == (422, "invalid")


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]"])
def test_an_answer_that_is_no_json_is_no_blog(client, body):
    script = Script(Reply(200, {}, body))
    if body == b"[]":
        assert client(script).find("/site") == []
    else:
        with pytest.raises(Refused, match="Flask Blog"):
            client(script).find("/site")


def test_it_gives_up_when_nobody_answers(client, waits):
    script = Script(ServiceUnavailable("gone"))
    with pytest.raises(Unreachable):
        client(script).find("/site")
    assert sum(waits) <= PATIENCE_SECONDS
    assert len(waits) > 3
    assert waits == sorted(waits)


@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_told(client, waits, status):
    script = Script(reply(status, {}, retry_after="7"), reply(200, {"title": "A"}))
    assert client(script).find("/site") == {"title": "A"}
    assert waits == [7.0]


def test_it_never_waits_for_days(client, waits):
    script = Script(reply(503, {}, retry_after="86400"), reply(200, {}))
    client(script).find("/site")
    assert waits == [60.0]


def test_a_repeated_post_is_the_same_wish(client):
    script = Script(ServiceUnavailable("lost"), reply(503, {}), reply(201, {"id": "1"}))
    client(script).make("/posts", {"title": "A"})
    assert len(script.sent) == 3
    assert len({(headers["Idempotency-Key"], body) for _, _, headers, body in script.sent}) == 1


def test_two_posts_are_two_wishes(client):
    script = Script(reply(201, {"id": "1"}))
    same = client(script)
    same.make("/posts", {"title": "A"})
    same.make("/posts", {"title": "A"})
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in script.sent}) == 2


def test_a_repeated_upload_has_the_same_bytes(client):
    script = Script(ServiceUnavailable("lost"), reply(201, {"id": "1"}))
    client(script).upload("/media", File('a"\r\n.png', "image/png", b"\x89PNG"))
    [(_, _, first, body), (_, _, second, again)] = script.sent
    assert (first, body) == (second, again)
    assert b'name="file"; filename="a%22%0D%0A.png"' in body


def test_a_change_names_the_version_it_began_from(client):
    script = Script(reply(200, {}))
    client(script).merge("/posts/1", {"title": "B"}, version=7)
    assert script.sent[0][2]["If-Match"] == '"7"'
    assert script.sent[0][2]["Authorization"] == "Bearer fb_token"


def test_a_list_is_walked_to_its_end(client):
    pages = [reply(200, {"items": [1, 2], "next": "x y"}), reply(200, {"items": [3], "next": None})]
    script = Script(*pages)
    assert list(client(script).walk("/posts", status="any")) == [1, 2, 3]
    assert script.sent[1][1] == "/api/blog/v1/posts?limit=100&status=any&cursor=x+y"


def test_what_is_not_there_is_none_and_what_has_moved_is_followed(client):
    assert client(Script(reply(404, {"code": "not_found"}))).find("/posts/slug/a") is None
    moved = Script(reply(301, None, location="http://blog.example/api/blog/v1/posts/slug/b"), reply(200, {"slug": "b"}))
    assert client(moved).find("/posts/slug/a") == {"slug": "b"}
    assert moved.sent[1][1] == "/api/blog/v1/posts/slug/b"
