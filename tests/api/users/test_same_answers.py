"""Whether somebody has an account is told to nobody: neither by an answer nor by the work that it took."""

from collections import Counter
from dataclasses import dataclass, replace

import pytest
from argon2 import PasswordHasher

from api.shared.transport import Transport
from api.users.app import create_app
from tests.api.users.conftest import PASSWORD, ROOT
from tests.support.contract import contract_client

NEW = {"username": "grace", "name": "Grace Hopper", "password": PASSWORD}
AN_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c10"
KNOWN, UNKNOWN = "ada@example.org", "ida@example.org"
REQUESTS = {
    "sign-in": lambda email: ("/sessions", {"identifier": email, "password": "not the password"}),
    "sign-in by name": lambda email: ("/sessions", {"identifier": email.partition("@")[0], "password": "not it"}),
    "registration": lambda email: ("/registrations", {**NEW, "email": email}),
    "reset": lambda email: ("/password-resets", {"email": email}),
}
HASHES = {"sign-in": 1, "sign-in by name": 1, "registration": 1}
ONCE_EACH = {"X-Request-ID", "RateLimit", "Date"}


@pytest.fixture
def work(monkeypatch):
    """Count how often argon2 - not ours - works, and later what the Database Service is asked."""
    counted: Counter[str] = Counter()
    for name in ("hash", "verify"):
        made = getattr(PasswordHasher, name)
        monkeypatch.setattr(
            PasswordHasher, name, lambda self, *given, _made=made: counted.update(["hash"]) or _made(self, *given)
        )
    return counted


@dataclass
class Counting:
    """The way to the Database Service, which counts what goes over it."""

    database: Transport
    counted: Counter[str]

    def request(self, method, path, **options):
        self.counted.update([f"{method} {path.partition('?')[0]}"])
        return self.database.request(method, path, **options)


@pytest.fixture
def done(database, settings, make_account, work):
    """Send a request; return all that can be told from outside, and the work that it took."""
    make_account("ada")
    line = Counting(database.transport, work)
    app = create_app(replace(settings, registration="open"), database=line, clock=database.clock)
    client = contract_client(app, "users")

    def send(path, body):
        work.clear()
        answer = client.post(f"{ROOT}{path}", json=body)
        told = answer.get_json(silent=True) or {}
        told.pop("request_id", None)
        headers = {name: value for name, value in answer.headers if name not in ONCE_EACH}
        return answer.status_code, told, headers, dict(work)

    return send


@pytest.mark.parametrize("what", REQUESTS)
def test_answer_and_work_are_the_same_with_and_without_an_account(done, what):
    ask = REQUESTS[what]
    done(*ask("warm@example.org"))
    with_account, without = done(*ask(KNOWN)), done(*ask(UNKNOWN))
    assert with_account == without
    work = with_account[3]
    assert work.pop("hash", 0) == HASHES.get(what, 0)
    assert work


@pytest.mark.parametrize("path", ["/password-resets/complete", "/email-verifications/complete"])
def test_a_link_that_was_sent_is_not_told_from_one_that_never_was(done, store, path):
    done(*REQUESTS["reset"](KNOWN))
    sent = store.find("mail_links", limit=1).records[0]["id"]
    password = {"password": PASSWORD} if "reset" in path else {}
    answers = [done(path, {"token": f"{link_id}.{'x' * 43}", **password}) for link_id in (sent, AN_ID)]
    for answer in answers:
        # the record that is asked for has its id in the path
        (asked,) = answer[3].items()
        assert asked[1] == 1
    assert answers[0][:3] == answers[1][:3]
