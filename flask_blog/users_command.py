"""`flask-blog users`: accounts from the command line. Whoever may read the data folder acts as the blog's owner."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.shared.environment import PUBLIC_URL
from api.shared.store import Record, StoreError
from api.shared.transport import WsgiTransport
from api.users.accounts import operating, rules
from api.users.accounts.naming import EmailUnusable, UsernameUnusable
from api.users.accounts.rules import EmailTaken, UsernameTaken
from api.users.app import context_of
from flask_blog import local
from flask_blog.client import Client, Refused, Unreachable
from flask_blog.data_folder import DataFolder
from flask_blog.import_users import import_users
from flask_blog.problem import Stop

if TYPE_CHECKING:
    from api.users.context import Context

USERS_API = "/api/users/v1"
WIDEST = 2_000
COLUMNS = ("username", "name", "email", "role", "state", "created_at")
NOT_MADE = {
    UsernameTaken: "Another account has this username, or one that looks like it: choose another one.",
    UsernameUnusable: "This cannot be a username: use letters, digits, `.`, `_` and `-`.",
    EmailTaken: "Another account has this e-mail address.",
    EmailUnusable: "This cannot be an e-mail address.",
}


def create(data_dir: Path, *, username: str, name: str, email: str, role: str) -> None:
    """Make an account, and show the link with which its holder chooses a password. Raises Stop."""
    with _users(data_dir) as (context, _client):
        try:
            made, account, token = operating.create(context, {"username": username, "name": name, "email": email}, role)
        except tuple(NOT_MADE) as error:
            raise Stop(NOT_MADE[type(error)]) from error
        context.store.commit(made)
    click.echo(f"{account['username']} is there, as {role}.")
    _show_link(data_dir, token)


def listed(data_dir: Path) -> None:
    """Show all accounts by name. Raises Stop."""
    table = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    with _users(data_dir) as (_context, client):
        for account in client.walk("/accounts", fields=",".join(COLUMNS)):
            table.add_row(*(escape(account[column]) for column in COLUMNS))
    console = Console(highlight=False)
    # what is piped into another program is not folded at the width of a screen
    (console if console.is_terminal else Console(highlight=False, width=WIDEST)).print(table)


def give_role(data_dir: Path, identifier: str, role: str) -> None:
    """Give an account another role. Raises Stop."""
    with _users(data_dir) as (context, client):
        account = _named(context, identifier)
        changed = client.merge(f"/accounts/{account['id']}", {"role": role}, version=account["version"])
    click.echo(f"{changed['username']} is {changed['role']} now; it holds everywhere within five seconds.")


def reset_password(data_dir: Path, identifier: str) -> None:
    """Show a link with which the holder of an account chooses a new password. Raises Stop."""
    with _users(data_dir) as (context, _client):
        changes, token = operating.reset(context, _named(context, identifier))
        context.store.commit(changes)
    _show_link(data_dir, token)


def revoke(data_dir: Path, identifier: str) -> None:
    """End all sessions and personal access tokens of an account. Raises Stop."""
    with _users(data_dir) as (context, _client):
        account = _named(context, identifier)
        context.store.commit(operating.revoke(context, account))
    click.echo(f"{account['username']} is signed out everywhere, and no token works any more; within five seconds.")


def import_file(data_dir: Path, file: Path, *, role: str) -> bool:
    """Import accounts from a CSV file and report; tell whether every line was taken. Raises Stop."""
    with _users(data_dir) as (_context, client):
        report = import_users(client, file, role=role)
    report.show()
    return not report.refused


@contextmanager
def _users(data_dir: Path) -> Iterator[tuple["Context", Client]]:
    """Yield the rules' context of a blog's User Service, and a client of its API in the owner's name. Raises Stop."""
    with local.reached(data_dir) as blog, local.owner_token(blog.users) as token:
        try:
            yield context_of(blog.users), Client(WsgiTransport(blog.users), USERS_API, token=token)
        except Refused as refusal:
            raise Stop(f"The blog refused: {refusal}") from refusal
        except (Unreachable, StoreError) as error:
            raise Stop(f"The blog could not do it: {error}") from error


def _named(context: "Context", identifier: str) -> Record:
    account = rules.named(context, identifier)
    if account is None or account["state"] == "deleted":
        raise Stop(f"No account has the name or address {identifier}: `flask-blog users list` shows all.")
    return account


def _show_link(data_dir: Path, token: str) -> None:
    holder = DataFolder(data_dir).holder()
    origin = os.environ.get("PUBLIC_URL") or (holder.url if holder is not None else None) or PUBLIC_URL
    click.echo(f"Choose a password with this link, once, within half an hour: {origin}/reset-password#token={token}")
