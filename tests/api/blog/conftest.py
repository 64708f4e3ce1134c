"""The Blog Service on a real Database Service, and people who may call it."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey
from PIL import Image

from api.blog.app import close, create_app
from api.blog.settings import Settings
from api.shared import store as operations
from api.shared.auth import ALGORITHM, AUDIENCE, TOKEN_TYPE, token_checksum, token_digest
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.service import Limits
from api.shared.store import Store
from api.shared.transport import Reply, ServiceUnavailable
from tests.support.contract import contract_client
from tests.support.databases import ServedDatabase

ROOT = "/api/blog/v1"
PUBLIC_URL = "https://blog.example.org"
LIMIT = "1000000 per minute"
EVERY_SCOPE = (
    "posts:read", "posts:write", "tags:write", "authors:write", "media:read", "media:write", "redirects:write",
    "site:write", "series:write", "jobs:read", "jobs:write", "webhooks:read", "webhooks:write",
    "site:read", "comments:read", "comments:write", "comments:moderate",
)  # fmt: skip


class SigningUsers:
    """Stands where the User Service does: publishes keys, and signs what it would sign."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0
        self.keys = [self._new_key()]

    def request(self, method: str, path: str, **_options: object) -> Reply:
        if self.away:
            raise ServiceUnavailable("the User Service is away")
        assert (method, path) == ("GET", "/.well-known/jwks.json")
        self.asked += 1
        return Reply(200, {}, json.dumps(KeySet(self.keys).as_dict(private=False)).encode())

    def rotate(self) -> None:
        self.keys = [self._new_key(), *self.keys]

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        protected = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self.keys[0].kid, **header}
        return jws.serialize_compact(protected, json.dumps(claims), self.keys[0], algorithms=[ALGORITHM])

    @staticmethod
    def _new_key() -> OKPKey:
        return OKPKey.generate_key("Ed25519", {"kid": new_id()})


@dataclass(frozen=True)
class Person:
    """Somebody with an account, a session and a client that sends their access token: a fresh one with each call."""

    account_id: str
    session_id: str
    username: str
    role: str
    fresh_token: Callable[..., str]
    client: FlaskClient

    def call(self, method: str, path: str, **options: Any):
        headers = {"Authorization": f"Bearer {self.fresh_token()}", **options.pop("headers", {})}
        return self.client.open(_under_root(path), method=method, headers=headers, **options)

    def get(self, path: str, **options: Any):
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any):
        return self.call("POST", path, json=json, **options)

    def with_token(self, token: str) -> "Person":
        return replace(self, fresh_token=lambda: token)

    def write(self, title: str = "A title", **fields: Any) -> dict[str, Any]:
        """Create a post; returns it as it was answered."""
        response = self.post("/posts", {"title": title, **fields})
        assert response.status_code == 201, response.text
        return response.json

    def publish(self, title: str = "A title", **fields: Any) -> dict[str, Any]:
        return self.write(title, status="published", **fields)

    def change(self, post: dict[str, Any], **fields: Any):
        headers = {"If-Match": f'"{post["version"]}"'}
        return self.call("PATCH", f"/posts/{post['id']}", json=fields, headers=headers)

    def act(self, post: dict[str, Any], action: str, json: Any = None):
        headers = {"If-Match": f'"{post["version"]}"'}
        return self.call("POST", f"/posts/{post['id']}/{action}", json=json, headers=headers)

    def delete(self, post: dict[str, Any], query: str = ""):
        return self.call("DELETE", f"/posts/{post['id']}{query}", headers={"If-Match": f'"{post["version"]}"'})


def wide(text: str) -> str:
    """Return a text as those type it who write in full width."""
    return text.translate({ord(" "): 0x3000, **{place: place + 0xFEE0 for place in range(0x21, 0x7F)}})


def _under_root(path: str) -> str:
    return path if path.startswith("/api/") else ROOT + path


@pytest.fixture
def users() -> SigningUsers:
    return SigningUsers()


@pytest.fixture
def clock(database: ServedDatabase):
    return database.clock


@pytest.fixture
def settings(database: ServedDatabase, tmp_path) -> Settings:
    limits = Limits(PUBLIC_URL, 8_000_000, LIMIT, LIMIT, "memory://", tmp_path)
    return Settings(
        limits, database_url="", database_key=database.keys["blog"], users_url="", media_url=str(tmp_path / "media"),
        jobs_url=str(tmp_path / "jobs"),
    )  # fmt: skip


@pytest.fixture
def app(database: ServedDatabase, users: SigningUsers, settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, database=database.transport, users=users, clock=database.clock)
    yield app
    close(app)


@pytest.fixture
def store(database: ServedDatabase) -> Store:
    return Store(database.transport, database="blog", key=database.keys["blog"])


@pytest.fixture
def accounts(database: ServedDatabase) -> Store:
    return Store(database.transport, database="users", key=database.keys["users"])


@pytest.fixture
def head(store: Store) -> Callable[[], int]:
    """Tells where the change feed ends: it moves with whatever is written."""
    return lambda: store.changes(0, limit=1).head


@pytest.fixture
def client(app: Flask):
    return contract_client(app, "blog")


@pytest.fixture
def read(client) -> Callable[..., Any]:
    """Calls as an anonymous reader."""
    return lambda path, **options: client.get(_under_root(path), **options)


@pytest.fixture
def sign(users: SigningUsers, clock):
    """Signs access tokens as the User Service does; claims may be changed."""

    def make(account_id: str, session_id: str, role: str, /, **changed: Any) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": PUBLIC_URL, "aud": AUDIENCE, "sub": account_id, "sid": session_id, "role": role,
            "scope": "", "iat": now, "exp": now + 600, "jti": new_id(), **changed,
        }  # fmt: skip
        return users.sign(claims)

    return make


@pytest.fixture
def wait_for(store: Store) -> Callable[..., None]:
    """Waits until the links have brought a caller: on a busy machine that takes longer than a commit waits for them."""
    pause = threading.Event()

    def wait(caller: str, **expected: Any) -> None:
        for _ in range(500):
            known = store.get("callers", caller)
            if known is not None and expected.items() <= known.record.items():
                return
            pause.wait(0.02)
        pytest.fail(f"the links did not bring {caller} with {expected}")

    return wait


@pytest.fixture
def make_person(accounts: Store, wait_for, client, clock, sign) -> Callable[..., Person]:
    """Makes an account and a session in the users database; the links carry them over."""

    def make(role: str = "author", username: str | None = None) -> Person:
        username = username or f"{role}-{new_id()[-6:]}"
        account_id, session_id, now = new_id(), new_id(), rfc3339(clock.now())
        account = {
            "username": username, "username_key": username, "email": f"{username}@example.org",
            "email_key": f"{username}@example.org", "name": username.title(), "role": role, "state": "active",
            "password_hash": "-", "bio": None, "website": None, "avatar_url": None, "created_at": now,
            "updated_at": now,
        }  # fmt: skip
        session = {
            "account_id": account_id, "refresh_digest": new_id(), "previous_digest": None, "rotated_at": None,
            "user_agent": None, "address": None, "created_at": now, "used_at": now,
            "expires_at": "2036-01-01T00:00:00.000000Z", "revoked_at": None,
        }  # fmt: skip
        accounts.commit(
            [operations.insert("accounts", account_id, account), operations.insert("sessions", session_id, session)]
        )
        wait_for(f"account:{account_id}", role=role)
        wait_for(f"session:{session_id}", revoked_at=None)
        fresh_token = partial(sign, account_id, session_id, role)
        return Person(account_id, session_id, username, role, fresh_token, client)

    return make


@pytest.fixture
def make_token(accounts: Store, wait_for, clock) -> Callable[..., str]:
    """Makes a personal access token of a person with some scopes."""

    def make(person: Person, *scopes: str, **changed: Any) -> str:
        body = (new_id() + new_id()).replace("-", "")[:32]
        token = f"fb_{body}{token_checksum(body)}"
        values = {
            "account_id": person.account_id, "name": "test", "digest": token_digest(token), "hint": token[-4:],
            "scopes": list(scopes), "expires_at": None, "used_at": None, "revoked_at": None,
            "created_at": rfc3339(clock.now()), **changed,
        }  # fmt: skip
        accounts.commit([operations.insert("tokens", new_id(), values)])
        wait_for(f"token:{token_digest(token)}", scopes=list(scopes))
        return token

    return make


@pytest.fixture
def ada(make_person) -> Person:
    return make_person("author", "ada")


@pytest.fixture
def bob(make_person) -> Person:
    return make_person("author", "bob")


@pytest.fixture
def eve(make_person) -> Person:
    return make_person("editor", "eve")


@pytest.fixture
def owner(make_person) -> Person:
    return make_person("owner", "olga")


@pytest.fixture
def png() -> Callable[..., BytesIO]:
    """Draws a small PNG; another shade makes other bytes."""

    def draw(shade: int = 0, size: tuple[int, int] = (3, 2), kind: str = "PNG", **options: Any) -> BytesIO:
        file = BytesIO()
        Image.new("RGB", size, (shade % 256, 0, 0)).save(file, kind, **options)
        file.seek(0)
        return file

    return draw
