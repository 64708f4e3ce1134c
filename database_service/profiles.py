"""Keeps the authors of the blog database in step with the accounts behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from database_service import statements
from database_service.operations import Operation
from database_service.projections import Image, is_writer, profile_of
from database_service.registry import SCHEMAS

_TABLE = SCHEMAS["blog"].table("authors")
_COLLECTION = SCHEMAS["blog"].collections["authors"]


def following(connection: Connection, accounts: Sequence[Image], now: str) -> list[Operation]:
    """Return what has to be written so that the authors of these living accounts say what the accounts say."""
    operations = []
    taken: set[str] = set()
    for account in accounts:
        author = of_account(connection, account["id"])
        if author is None:
            if is_writer(account):
                operations.append(making(connection, account, now, taken))
            continue
        profile = profile_of(account)
        profile["username"] = free_username(connection, profile["username"], author["id"], taken)
        taken.add(profile["username"])
        if differs(author, profile):
            operations.append(Operation("update", _COLLECTION, author["id"], {**profile, "updated_at": now}))
    return operations


def making(connection: Connection, account: Image, now: str, taken: set[str]) -> Operation:
    """Return the insert of an account's author, whose username goes to `taken`."""
    profile = profile_of(account)
    profile["username"] = free_username(connection, profile["username"], account["id"], taken)
    taken.add(profile["username"])
    return Operation("insert", _COLLECTION, account["id"], {**profile, "created_at": now, "updated_at": now})


def releasing(connection: Connection, account_id: str, now: str) -> list[Operation]:
    """Return what lets an author stand without its account, whose record is gone."""
    author = of_account(connection, account_id)
    if author is None or author["account_id"] is None:
        return []
    return [Operation("update", _COLLECTION, author["id"], {"account_id": None, "updated_at": now})]


def of_account(connection: Connection, account_id: str) -> dict[str, Any] | None:
    """Return the author that stands for an account, or that was made for it."""
    statement = (
        select(*statements.record_columns(_COLLECTION))
        .where(or_(_TABLE.c["account_id"] == account_id, _TABLE.c["id"] == account_id))
        .order_by(_TABLE.c["account_id"].is_(None))
    )
    row = connection.execute(statement).first()
    return None if row is None else dict(zip(statements.record_names(_COLLECTION), row, strict=True))


def free_username(connection: Connection, wanted: str, author_id: str, taken: set[str]) -> str:
    """Return the username wanted, with a number when another author had it first."""
    candidate, number = wanted, 1
    while True:
        statement = select(_TABLE.c["id"]).where(_TABLE.c["username"] == candidate, _TABLE.c["id"] != author_id)
        if candidate not in taken and connection.execute(statement).first() is None:
            return candidate
        number += 1
        candidate = f"{wanted[:60]}-{number}"


def differs(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a record says something else than wanted."""
    return any(current[name] != value for name, value in wanted.items())
