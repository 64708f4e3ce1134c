"""Whatever goes wrong is a problem document that says nothing about what is behind it."""

import orjson
import pytest
from sqlalchemy import event

LEAKS = (b"psycopg", b"sqlite3", b"SELECT", b"Traceback", b"sqlalchemy", b"constraint")


def send(database, method, path, body=b"", **headers):
    given = {"Authorization": f"Bearer {database.keys['blog']}", "Content-Type": "application/json"}
    return database.transport.request(method, path, headers={**given, **headers}, body=body)


def problem(reply):
    assert reply.headers["content-type"] == "application/problem+json"
    assert not [leak for leak in LEAKS if leak in reply.body]
    found = orjson.loads(reply.body)
    assert found["status"] == reply.status
    assert found["request_id"] == reply.headers["x-request-id"]
    return found


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v1/blog/posts", {"GET", "HEAD"}),
        ("DELETE", "/v1/blog/posts/x", {"GET", "HEAD"}),
        ("OPTIONS", "/v1/blog/posts", {"GET", "HEAD"}),
        ("GET", "/v1/blog/commit", {"POST"}),
        ("PUT", "/v1/backups", {"GET", "HEAD", "POST"}),
    ],
)
def test_a_wrong_method_is_answered_with_those_that_are_allowed(database, method, path, allow):
    reply = send(database, method, path)
    assert (reply.status, problem(reply)["code"]) == (405, "method_not_allowed")
    assert set(reply.headers["allow"].split(", ")) == allow


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_a_commit_is_json_or_nothing(database, content_type):
    headers = {"Content-Type": content_type}
    reply = send(database, "POST", "/v1/blog/commit", b'{"operations": []}', **headers)
    assert (reply.status, problem(reply)["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"operations": [}', b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000]
)
def test_broken_json_is_a_bad_request(database, body):
    reply = send(database, "POST", "/v1/blog/commit", body)
    assert (reply.status, problem(reply)["code"]) == (400, "bad_request")


def test_a_body_beyond_the_limit_is_refused(database):
    limit = database.app.config["MAX_CONTENT_LENGTH"]
    reply = send(database, "POST", "/v1/blog/commit", b'"' + b"x" * limit + b'"')
    assert (reply.status, problem(reply)["code"]) == (413, "too_large")


def test_a_body_of_unknown_length_is_refused(database):
    reply = send(database, "POST", "/v1/blog/commit", b"{}", **{"Transfer-Encoding": "chunked"})
    assert (reply.status, problem(reply)["code"]) == (411, "length_required")


def test_answers_are_kept_by_nobody(database):
    for path in ("/v1/blog/posts", "/v1/blog/changes", "/v1/nowhere"):
        assert send(database, "GET", path).headers["cache-control"] == "no-store"


def test_a_head_request_has_no_body(database):
    assert send(database, "HEAD", "/v1/blog/posts").status == 200


def test_what_a_driver_says_stays_inside(database):
    def fail(_connection, cursor, statement, parameters, _context, _many):
        return statement.replace("FROM tags", "FROM canary_table"), parameters

    with database.service.databases["blog"].reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", fail, retval=True)
    try:
        reply = send(database, "GET", "/v1/blog/tags")
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert reply.status in {500, 503}
    problem(reply)
    assert b"canary" not in reply.body


def test_metrics_count_each_route_once_whatever_is_asked(database):
    for i in range(3):
        send(database, "GET", f"/v1/blog/posts/{i}")
        send(database, "GET", f"/nowhere/{i}")
    text = database.transport.request("GET", "/metrics").body.decode()
    assert 'route="/v1/blog/posts/<record_id>"' in text
    assert "nowhere" not in text
