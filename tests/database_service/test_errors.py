import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from api.shared.http import new_id
from database_service.errors import Broken, broken_rule
from database_service.registry import SCHEMAS
from tests.support.records import medium, post, tag

SCHEMA = SCHEMAS["blog"]


def broken(database, table, values) -> Broken:
    """Write past the service's own checks; return which rule the engine says was broken."""
    with (
        pytest.raises(IntegrityError) as caught,
        database.service.databases["blog"].writing() as connection,
    ):
        connection.execute(insert(SCHEMA.table(table)), [{"id": new_id(), "version": 1, **each} for each in values])
    return broken_rule(caught.value, SCHEMA.metadata)


def test_each_rule_of_the_engines_is_named_with_its_columns(database):
    assert broken(database, "tags", [tag("a"), tag("b", name_key="a")]) == Broken("UNIQUE", "tags", ("name_key",))
    assert broken(database, "tags", [tag("a", slug="x" * 201)]) == Broken("CHECK", "tags", ("slug",))
    assert broken(database, "media", [medium("a", bytes=-1)]) == Broken("CHECK", "media", ("bytes",))
    assert broken(database, "posts", [post("a", kind="novel")]) == Broken("CHECK", "posts", ("kind",))
    assert broken(database, "tags", [tag("a", created_at=None)]) == Broken("NOT NULL", "tags", ("created_at",))


def test_a_broken_reference_is_named_where_the_engine_tells(database):
    found = broken(database, "posts", [post("a", cover_id=new_id())])
    told = Broken("FOREIGN KEY", "posts", ("cover_id",))
    assert found == (told if database.engine == "postgresql" else Broken("FOREIGN KEY"))
