"""Both public services over one Database Service, and everybody who may or may not call them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.blog.app import close
from api.blog.app import create_app as create_blog
from api.blog.settings import Settings as BlogSettings
from api.shared import store as operations
from api.shared.auth import ROLES, token_digest
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.service import Limits
from api.shared.store import Record, Store
from api.shared.transport import WsgiTransport
from api.users.accounts.naming import skeleton
from api.users.app import context_of
from api.users.app import create_app as create_users
from api.users.second_factor.rules import challenge
from api.users.sessions import rules as sessions
from api.users.settings import Settings as UsersSettings
from api.users.tokens import rules as tokens
from tests.api.users.conftest import HASH, PUBLIC_URL, SIGNING_KEY
from tests.support.contract import contract_client, spec
from tests.support.conventions import Conventions, Operation
from tests.support.databases import new_urls, serving

LIMIT = "1000000 per minute"
# Authors have these names: examples of the contract speak of them
NAMES = {"author": "ada", "editor": "grace"}
DEVICE = sessions.Device("the matrix", "127.0.0.1")


@dataclass
class World:
    """The services, and accounts by role."""

    users: Flask
    blog: Flask
    stores: dict[str, Store]
    accounts: dict[str, Record] = field(default_factory=dict)
    settled: int = 0

    def __post_init__(self) -> None:
        self.context = context_of(self.users)
        self.clients = {"users": contract_client(self.users, "users"), "blog": contract_client(self.blog, "blog")}
        for client in self.clients.values():
            client._cookies = None  # noqa: SLF001 - credentials are the token's alone
        self._credentials: dict[str, str] = {}
        self._conventions = {name: Conventions(spec(name), partial(self._send, name)) for name in self.clients}
        self.operations = [(name, each) for name, known in self._conventions.items() for each in known.operations]

    def heads(self) -> tuple[int, ...]:
        """Return where the change feeds end: they move with whatever is written."""
        return tuple(store.changes(0, limit=1).head for store in self.stores.values())

    def settle(self) -> None:
        """Wait until the links have carried all that was written: they go in order, so a last account tells."""
        self.settled += 1
        last = self.new_account(f"settled-{self.settled}", "reader")
        self.follow(f"account:{last['id']}", role="reader")

    def new_account(self, username: str, role: str, **changed: Any) -> Record:
        now = self.context.now()
        values = {
            "username": username, "username_key": username, "email": f"{username}@example.org",
            "email_key": f"{username}@example.org", "name": username.title(), "role": role, "state": "active",
            "username_skeleton": skeleton(username),
            "password_hash": HASH, "created_at": now, "updated_at": now, **changed,
        }  # fmt: skip
        account = {"id": new_id(), **values}
        self.stores["users"].commit([operations.insert("accounts", account["id"], values)])
        return account

    def session(self, account: Record, **changed: Any) -> str:
        """Return the access token of a new session."""
        grant = sessions.begin(self.context, account, DEVICE)
        self.stores["users"].commit(grant.operations)
        if changed:
            self.stores["users"].commit([operations.update("sessions", grant.session_id, changed)])
            self.follow(f"session:{grant.session_id}", **changed)
        return grant.access_token

    def token(self, account: Record, *scopes: str, **changed: Any) -> str:
        """Return a personal access token, once the links have brought it to the blog's side."""
        made = tokens.make(self.context, account["id"], {"name": "a", "scopes": scopes, "expires_in_days": 1})
        # in use already: the first use in a while is written down beside the request
        changes = {"used_at": self.context.now(), **changed}
        self.stores["users"].commit([made.operation, operations.update("tokens", made.record["id"], changes)])
        self.follow(f"token:{token_digest(made.token)}", **changed)
        return made.token

    def follow(self, caller: str, **expected: Any) -> None:
        """Wait until the links have brought a caller."""
        for _ in range(500):
            known = self.stores["blog"].get("callers", caller)
            if known is not None and expected.items() <= known.record.items():
                return
            Event().wait(0.02)
        pytest.fail(f"the links did not bring {caller} with {expected}")

    def try_out(self, service: str, operation: Operation, token: str | None, **options: Any) -> TestResponse:
        """Send what the contract shows as an example, with a bearer token and no cookie."""
        self._credentials = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self._conventions[service].send(operation, **options)

    def _send(self, service: str, path: str, **options: Any) -> TestResponse:
        headers = {**self._credentials, **options.pop("headers", {})}
        return self.clients[service].open(path, headers=headers, **options)


@pytest.fixture(scope="module")
def world(request, tmp_path_factory) -> Iterator[World]:
    """One world for a whole file: who is refused changes nothing in it."""
    folder = tmp_path_factory.mktemp("access")
    with serving("sqlite", new_urls(request, "sqlite", folder), folder) as database:
        limits = {"sign_in_limit": LIMIT, "second_factor_limit": LIMIT, "anonymous_limit": LIMIT, "bearer_limit": LIMIT}
        settings = UsersSettings(
            database_key=database.keys["users"], signing_key=SIGNING_KEY, public_url=PUBLIC_URL, **limits
        )
        users = create_users(settings, database=database.transport, clock=database.clock)
        blog_settings = BlogSettings(
            Limits(PUBLIC_URL, 8_000_000, LIMIT, LIMIT, "memory://", folder),
            database_url="",
            database_key=database.keys["blog"],
            users_url="",
            media_url=str(folder / "media"),
            jobs_url=str(folder / "jobs"),
        )
        blog = create_blog(blog_settings, database=database.transport, users=WsgiTransport(users), clock=database.clock)
        stores = {name: Store(database.transport, database=name, key=database.keys[name]) for name in ("users", "blog")}
        world = World(users, blog, stores)
        for role in ROLES[1:]:
            world.accounts[role] = world.new_account(NAMES.get(role, role), role)
            world.follow(f"account:{world.accounts[role]['id']}", role=role)
        yield world
        close(blog)


def bad_credentials(world: World) -> dict[str, str]:
    """Return what was good once, or is only half of what is needed, of people who might do everything."""
    context, owner = world.context, world.accounts["owner"]
    past = rfc3339(context.clock.now() - timedelta(minutes=1))
    suspended, deleted = world.new_account("suspended", "admin"), world.new_account("deleted", "admin")
    scopes = context.scopes_of("owner")
    bad = {
        "a suspended account": world.session(suspended),
        "a suspended account's token": world.token(suspended, *scopes),
        "a deleted account": world.session(deleted),
        "a deleted account's token": world.token(deleted, *scopes),
        "a revoked session": world.session(owner, revoked_at=past),
        "a session that has expired": world.session(owner, expires_at=past),
        "an expired access token": expired(world, owner),
        "a revoked token": world.token(owner, *scopes, revoked_at=past),
        "an expired token": world.token(owner, *scopes, expires_at=past),
        "a second factor that is missing": challenge(context, owner),
        "no token at all": "nonsense",
    }
    for account, state in ((suspended, "suspended"), (deleted, "deleted")):
        world.stores["users"].commit([operations.update("accounts", account["id"], {"state": state})])
        world.follow(f"account:{account['id']}", state=state)
    return bad


def expired(world: World, account: Record) -> str:
    """Return an access token whose ten minutes are over, of a session that goes on."""
    clock = world.context.clock
    clock.advance(seconds=-sessions.ACCESS_SECONDS)
    token = world.session(account)
    clock.advance(seconds=sessions.ACCESS_SECONDS)
    return token
