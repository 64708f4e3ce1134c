import secrets

import orjson
import pytest
from joserfc.jwk import OKPKey

from api.shared.http import new_id
from api.shared.problems import Problem
from api.shared.transport import WsgiTransport
from database_service.app import close, create_app
from database_service.credentials import CAPABILITIES, Credentials
from database_service.settings import Settings
from tests.support.databases import KEYS
from tests.support.forging import forgeries, header, signed

REQUESTS = {
    ("blog", "read"): ("GET", "/v1/blog/posts"),
    ("blog", "commit"): ("POST", "/v1/blog/commit"),
    ("blog", "changes"): ("GET", "/v1/blog/changes"),
    ("blog", "replay"): ("GET", "/v1/blog/idempotency/k"),
    ("users", "read"): ("GET", "/v1/users/accounts"),
    ("users", "commit"): ("POST", "/v1/users/commit"),
    ("users", "changes"): ("GET", "/v1/users/changes"),
    ("users", "replay"): ("GET", "/v1/users/idempotency/k"),
    ("*", "databases"): ("GET", "/v1/databases"),
    ("*", "backups"): ("GET", "/v1/backups"),
    ("*", "checks"): ("POST", "/v1/checks"),
}
# Written out once more, so that a slip in the table is seen
ALLOWED = {
    "blog": {("blog", "read"), ("blog", "commit"), ("blog", "changes"), ("blog", "replay")},
    "users": {("users", "read"), ("users", "commit"), ("users", "changes"), ("users", "replay"),
              ("*", "databases"), ("*", "backups"), ("*", "checks")},
    "operator": {("*", "databases"), ("*", "backups"), ("*", "checks")},
}  # fmt: skip


def send(database, method, path, authorization):
    headers = {"Content-Type": "application/json"}
    if authorization is not None:
        headers["Authorization"] = authorization
    body = orjson.dumps({"operations": []}) if method == "POST" else b""
    return database.transport.request(method, path, headers=headers, body=body)


@pytest.mark.parametrize(("place", "request_line"), REQUESTS.items(), ids=" ".join)
@pytest.mark.parametrize("service", KEYS)
def test_each_service_may_do_what_the_table_says_and_nothing_else(database, service, place, request_line):
    reply = send(database, *request_line, f"Bearer {database.keys[service]}")
    if place in ALLOWED[service]:
        assert reply.status in {200, 404}
    else:
        assert (reply.status, orjson.loads(reply.body)["code"]) == (403, "forbidden")


def test_the_table_of_this_test_is_the_one_in_force():
    table = {
        service: {(database, operation) for database, operations in allowed.items() for operation in operations}
        for service, allowed in CAPABILITIES.items()
    }
    assert table == ALLOWED


@pytest.mark.parametrize("request_line", REQUESTS.values(), ids=" ".join)
def test_without_a_known_key_nothing_is_answered(database, request_line):
    key = database.keys["blog"]
    wrong = [None, "", "Bearer", "Bearer ", f"Basic {key}", key, f"Bearer {key}x", f"Bearer {key[:-1]}", "Bearer é"]
    for authorization in [*wrong, f"Bearer {secrets.token_urlsafe(32)}"]:
        reply = send(database, *request_line, authorization)
        assert reply.status == 401
        assert reply.headers["www-authenticate"] == "Bearer"


def test_no_token_of_a_person_is_a_key_be_it_good_or_forged(database):
    key = OKPKey.generate_key("Ed25519", {"kid": "1"})
    claims = {"iss": "https://blog.example.org", "aud": "flask-blog", "sub": "ada", "sid": "1", "role": "owner"}
    tokens = {"good": signed(header("1"), claims, key), **dict(forgeries(claims, key, "1"))}
    answers = {name: send(database, "GET", "/v1/databases", f"Bearer {token}").status for name, token in tokens.items()}
    assert {name: status for name, status in answers.items() if status != 401} == {}


def test_the_blog_key_reads_nothing_of_the_users_database(database):
    for path in ("accounts", f"accounts/{new_id()}", "sessions", "tokens", "setup/owner", "changes"):
        reply = send(database, "GET", f"/v1/users/{path}", f"Bearer {database.keys['blog']}")
        assert reply.status == 403


def test_two_keys_are_accepted_while_one_is_being_replaced():
    old, new = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    credentials = Credentials({"blog": (old, new)})
    assert credentials.service(f"Bearer {old}") == credentials.service(f"bearer {new}") == "blog"
    with pytest.raises(Problem):
        credentials.service(f"Bearer {old} {new}")


def test_a_key_is_replaced_without_a_refused_request_by_a_file_of_two_lines(tmp_path, monkeypatch):
    old, new, other = (secrets.token_urlsafe(32) for _ in range(3))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name in ("USERS_KEY", "CURSOR_KEY"):
        monkeypatch.setenv(f"DATABASE_{name}", secrets.token_urlsafe(32))
    monkeypatch.delenv("DATABASE_BLOG_KEY", raising=False)
    monkeypatch.setenv("DATABASE_BLOG_KEY_FILE", str(tmp_path / "key"))
    for lines, answers in (([old], [200, 401]), ([old, new], [200, 200]), ([new], [401, 200])):
        (tmp_path / "key").write_text("\n".join(lines) + "\n")
        app = create_app(Settings.from_environment())
        transport = WsgiTransport(app)
        try:
            statuses = [
                transport.request("GET", "/v1/blog/tags", headers={"Authorization": f"Bearer {key}"}).status
                for key in (old, new, other)
            ]
        finally:
            close(app)
        assert statuses == [*answers, 401]


def test_a_refused_commit_changes_nothing(database, users):
    account = {"op": "delete", "collection": "accounts", "id": new_id()}
    headers = {"Authorization": f"Bearer {database.keys['blog']}", "Content-Type": "application/json"}
    body = orjson.dumps({"operations": [account]})
    assert database.transport.request("POST", "/v1/users/commit", headers=headers, body=body).status == 403
    assert users.changes(0).head == 0
