"""Reaches the blog of a data folder on this machine: the running one if there is one, else composed in this process.

Whoever may read the data folder owns the blog, so that no password is asked: a personal access token of the owner is
made for the command and revoked at its end.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, cast

from flask import Flask

from api.shared.clock import SystemClock
from api.shared.transport import HttpTransport, Transport, WsgiTransport
from flask_blog.client import Client, Refused
from flask_blog.data_folder import DataFolder, Holder
from flask_blog.operator_socket import SocketTransport
from flask_blog.problem import Stop
from flask_blog.services import IN_PROCESS, database_settings, open_services, open_users

if TYPE_CHECKING:
    from api.users.context import Context

BLOG_API = "/api/blog/v1"
TIMEOUT_SECONDS = 60.0
TRIES = 200
SECONDS_BETWEEN_TRIES = 0.05
# in one's own process there is nobody to be protected from
NO_LIMITS = {"BLOG_LIMITS_BEARER": "1000000 per second"}


@dataclass(frozen=True, slots=True)
class Reached:
    """A blog that can be spoken to: its public Blog API, its Database Service with a key, and Users over that."""

    blog: Transport
    database: Transport
    users: Flask
    operator_key: str = field(repr=False)


def existing(path: Path) -> DataFolder:
    """Return a data folder that holds a blog. Raises Stop."""
    data = DataFolder(path)
    if data.is_new:
        raise Stop(f"There is no blog in {data.path}: start one with `make run`, or name its folder with DATA_DIR.")
    return data


@contextmanager
def reached(path: Path, settings: Mapping[str, str] = NO_LIMITS) -> Iterator[Reached]:
    """Yield the blog of a data folder; `settings` are for one composed in this process. Raises Stop."""
    data = existing(path)
    holder = data.holder()
    if holder is not None:
        yield _running(data, holder)
        return
    with data.held():
        services = open_services(data, SystemClock(), public_url=IN_PROCESS, settings=settings)
        try:
            blog, database = WsgiTransport(services.blog), WsgiTransport(services.database)
            yield Reached(blog, database, services.users, _operator_key(data))
        finally:
            services.close()


@contextmanager
def blog_api(path: Path) -> Iterator[Client]:
    """Yield a client of the Blog API that may do what the blog's owner may. Raises Stop."""
    with reached(path) as blog, owner_token(blog.users) as token:
        client = Client(blog.blog, BLOG_API, token=token)
        wait_until_known(client)
        yield client


@contextmanager
def owner_token(users: Flask) -> Iterator[str]:
    """Yield a personal access token of the owner that lasts as long as the block, and a day at most. Raises Stop."""
    from api.users.incoming import EXTENSION  # noqa: PLC0415 - see services.open_services

    context = cast("Context", users.extensions[EXTENSION])
    owners = context.store.find("accounts", {"role": "owner"}, limit=1).records
    if not owners:
        raise Stop("The blog has no owner yet: start it with `make run` and open the set-up link that it prints.")
    with token_of(context, owners[0], "flask-blog command", context.scopes_of("owner")) as token:
        yield token


@contextmanager
def token_of(context: "Context", account: Mapping[str, Any], name: str, scopes: Sequence[str]) -> Iterator[str]:
    """Yield a token of an account with these scopes, for as long as the block lasts and a day at most."""
    from api.users.tokens import rules  # noqa: PLC0415 - see services.open_services

    wishes = {"name": name, "scopes": list(scopes), "expires_in_days": 1}
    made = rules.make(context, account["id"], wishes)
    committed = context.store.commit([made.operation])
    try:
        yield made.token
    finally:
        context.store.commit([rules.revoke(context, {**made.record, "version": committed.versions[0]})])


def revoke_tokens(context: "Context", account: Mapping[str, Any], name: str) -> None:
    """End the tokens of an account that have a name."""
    from api.users.tokens import rules  # noqa: PLC0415 - see services.open_services

    found = [token for token in rules.all_live(context, account["id"]) if token["name"] == name]
    if found:
        context.store.commit([rules.revoke(context, token) for token in found])


def wait_until_known(client: Client) -> None:
    """Wait until the token has reached the Blog Service, which learns of it through a link."""
    for _ in range(TRIES):
        try:
            client.find("/posts", status="any", limit="1", fields="id")
        except Refused as refusal:
            if refusal.status != HTTPStatus.UNAUTHORIZED:
                raise
            Event().wait(SECONDS_BETWEEN_TRIES)
        else:
            return
    raise Stop("The blog does not know the token made for this command: look at what `flask-blog doctor` says.")


def _running(data: DataFolder, holder: Holder) -> Reached:
    if holder.url is None or holder.socket is None:
        raise Stop(f"Another command works on the data folder {data.path}: wait until it has ended.")
    database = SocketTransport(holder.socket)
    users = open_users(data, SystemClock(), database)
    return Reached(HttpTransport(holder.url, timeout=TIMEOUT_SECONDS), database, users, _operator_key(data))


def _operator_key(data: DataFolder) -> str:
    return database_settings(data).keys["operator"][0]
