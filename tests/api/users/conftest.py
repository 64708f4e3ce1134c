"""The User Service on a real Database Service, and people who have accounts in it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey

from api.shared import store as operations
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.store import Store
from api.users.accounts.naming import skeleton
from api.users.app import create_app, setup_link
from api.users.incoming import EXTENSION
from api.users.mail.worker import Worker
from api.users.passwords import Passwords
from api.users.settings import Settings
from tests.support.contract import contract_client
from tests.support.mail import parsed

ROOT = "/api/users/v1"
PUBLIC_URL = "http://blog.example.org"
PASSWORD = "three green kites over delft"
OWNER = {"username": "Ada", "name": "Ada Lovelace", "email": "Ada@Example.org", "password": PASSWORD}


def new_signing_key() -> str:
    """Return a private key as a file would hold it."""
    return json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True))


SIGNING_KEY = new_signing_key()
HASH = Passwords().hash(PASSWORD)


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `client` sends their access token once they signed in."""

    account: dict[str, Any]
    client: FlaskClient
    grant: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.grant['access_token']}"}

    def call(self, method: str, path: str, **options: Any):
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.open(f"{ROOT}{path}", method=method, headers=headers, **options)


@pytest.fixture
def other_signing_key() -> str:
    return new_signing_key()


@pytest.fixture
def settings(database) -> Settings:
    return Settings(
        database_key=database.keys["users"],
        signing_key=SIGNING_KEY,
        public_url=PUBLIC_URL,
        sign_in_limit="10000 per minute",
        second_factor_limit="10000 per minute",
        anonymous_limit="10000 per minute",
        bearer_limit="10000 per minute",
    )


@pytest.fixture
def make_app(database, settings):
    def make(**changed: Any):
        return create_app(replace(settings, **changed), database=database.transport, clock=database.clock)

    return make


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def context(app):
    return app.extensions[EXTENSION]


@pytest.fixture
def clock(database):
    return database.clock


@pytest.fixture
def store(database) -> Store:
    return Store(database.transport, database="users", key=database.keys["users"])


@pytest.fixture
def client(app):
    return contract_client(app, "users")


@pytest.fixture
def code(app) -> str:
    link = setup_link(app)
    assert link is not None
    return link.partition("#code=")[2]


@pytest.fixture
def make_account(store, clock) -> Callable[..., dict[str, Any]]:
    def make(username: str, role: str = "reader", **changed: Any) -> dict[str, Any]:
        now = rfc3339(clock.now())
        values = {
            "username": username,
            "username_key": username,
            "username_skeleton": skeleton(username),
            "email": f"{username}@example.org",
            "email_key": f"{username}@example.org",
            "name": username.capitalize(),
            "role": role,
            "state": "active",
            "password_hash": HASH,
            "created_at": now,
            "updated_at": now,
            **changed,
        }
        account_id = new_id()
        store.commit([operations.insert("accounts", account_id, values)])
        return {"id": account_id, **values}

    return make


@pytest.fixture
def sign_in(app) -> Callable[[dict[str, Any]], Person]:
    def sign(account: dict[str, Any]) -> Person:
        client = contract_client(app, "users")
        body = {"identifier": account["username"], "password": PASSWORD}
        answer = client.post(f"{ROOT}/sessions", json=body)
        assert answer.status_code == 201, answer.data
        return Person(account, client, answer.get_json())

    return sign


@pytest.fixture
def person(make_account, sign_in) -> Callable[..., Person]:
    """Make an account and sign in with it."""
    return lambda username, role="reader", **changed: sign_in(make_account(username, role, **changed))


@pytest.fixture
def mails(context, tmp_path) -> Callable[[], list[EmailMessage]]:
    """Let the worker send what is due; return all mails so far, the oldest first."""
    sent: list[EmailMessage] = []

    class Kept:
        def send(self, message: EmailMessage, name: str) -> None:
            sent.append(parsed(message.as_bytes()))

    def get() -> list[EmailMessage]:
        Worker(context, Kept()).send_due()
        return sent

    return get


def refused(response, status: int, code: str) -> dict[str, Any]:
    """Demand a problem; return its document."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.data
    body = response.get_json()
    assert body["code"] == code, body
    return body


def refresh_cookie(client: FlaskClient) -> str | None:
    """Return the refresh token that the client holds, as a browser would."""
    cookie = client.get_cookie("refresh", domain="localhost", path=f"{ROOT}/sessions")
    return cookie.value if cookie is not None else None
