"""What becomes of the blog's records when the account they name is deleted.

An heir takes over what can be inherited; of the rest nothing personal is left. What is still to be done is read from
the records themselves, a slice at a time: so it can be killed anywhere and run again, and does nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import Column, Connection, or_, select

from database_service import profiles, statements
from database_service.declaration import Collection, Members
from database_service.operations import Operation
from database_service.projections import Image
from database_service.registry import SCHEMAS, Schema

FORMER_AUTHOR = "Former author"
SLICE = 100  # operations of one transaction, so that nobody else waits for long
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Estate:
    """A deleted account, and the living account that takes over what it leaves, if there is one."""

    account_id: str
    heir: Image | None


def is_deleted(account: Image) -> bool:
    """Tell whether an account is a tombstone."""
    return bool(account["state"] == DELETED)


def estate_of(users: Connection, tombstone: Image) -> Estate:
    """Return a deleted account's estate; an heir who was deleted too passes it on to the next."""
    collection = SCHEMAS["users"].collections["accounts"]
    names = statements.record_names(collection)
    passed = {tombstone["id"]}
    heir_id = tombstone.get("heir_id")  # images from before the column was made have none
    while heir_id is not None and heir_id not in passed:
        passed.add(heir_id)
        row = users.execute(statements.by_id(collection), {"record_id": heir_id}).first()
        heir = None if row is None else dict(zip(names, row, strict=True))
        if heir is None or not is_deleted(heir):
            return Estate(tombstone["id"], heir)
        heir_id = heir["heir_id"]
    return Estate(tombstone["id"], None)


def remaining(connection: Connection, schema: Schema, estate: Estate, now: str) -> list[Operation]:
    """Return the next operations that settle an estate, at most a slice of them; none when it is settled."""
    named = (
        operation
        for collection in schema.collections.values()
        for column in collection.account_columns
        for operation in _naming(connection, schema, collection, column, estate)
    )
    return list(islice(chain(named, _profile(connection, schema, estate, now)), SLICE))


def _naming(
    connection: Connection, schema: Schema, collection: Collection, column: Column[Any], estate: Estate
) -> Iterator[Operation]:
    table = schema.table(collection.name)
    place = table.c[column.name]
    statement = select(table.c["id"]).where(place == estate.account_id).limit(SLICE)
    if estate.heir is not None and column.info["inherited"]:
        values: dict[str, Any] = {str(column.name): estate.heir["id"]}
    elif collection.personal:
        values = dict(collection.personal)
        statement = statement.where(or_(*(table.c[name].is_distinct_from(value) for name, value in values.items())))
    else:
        return
    for record_id in connection.execute(statement).scalars().all():
        yield Operation("update", collection, record_id, values)


def _profile(connection: Connection, schema: Schema, estate: Estate, now: str) -> Iterator[Operation]:
    authors = schema.collections["authors"]
    author = profiles.of_account(connection, estate.account_id)
    if author is None or author["account_id"] != estate.account_id:
        return
    references = _references(connection, schema, author["id"])
    first = next(references, None)
    if first is None:
        yield Operation("delete", authors, author["id"])
    elif estate.heir is None:
        username = profiles.free_username(connection, f"former-author-{author['id'][-12:]}", author["id"], set())
        nothing = dict.fromkeys(("bio", "website", "avatar_url", "account_id"))
        values = {**nothing, "username": username, "name": FORMER_AUTHOR, "updated_at": now}
        yield Operation("update", authors, author["id"], values)
    else:
        heir = profiles.of_account(connection, estate.heir["id"])
        if heir is None:
            yield profiles.making(connection, estate.heir, now, set())
        heir_id = estate.heir["id"] if heir is None else heir["id"]
        for collection, name, record_id, value in chain([first], references):
            yield Operation("update", collection, record_id, {name: _replaced(value, author["id"], heir_id)})


def _references(
    connection: Connection, schema: Schema, author_id: str
) -> Iterator[tuple[Collection, str, str, str | list[str]]]:
    """Find the records that name an author: collection, column, id and what stands there."""
    for collection in schema.collections.values():
        table = schema.table(collection.name)
        places: list[Members | Column[Any]] = [m for m in collection.members if m.target == "authors"]
        places += [column for column in collection.columns if _names_author(column)]
        for place in places:
            statement = select(table.c["id"], table.c[place.name]).limit(SLICE)
            if isinstance(place, Members):
                junction = schema.junction(collection.name, place.name)
                listed = select(junction.c["record_id"]).where(junction.c[place.item] == author_id)
                statement = statement.where(table.c["id"].in_(listed))
            else:
                statement = statement.where(table.c[place.name] == author_id)
            for record_id, value in connection.execute(statement).all():
                yield collection, str(place.name), record_id, value


def _names_author(column: Column[Any]) -> bool:
    return any(key.target_fullname == "authors.id" for key in column.foreign_keys)


def _replaced(value: str | list[str], old: str, new: str) -> str | list[str]:
    if isinstance(value, str):
        return new
    return list(dict.fromkeys(new if each == old else each for each in value))
