"""The largest value that a column declares is stored, found by its index and read back, in characters of four bytes."""

import random
from urllib.parse import quote

import pytest

from api.shared.http import new_id
from database_service.column_types import LARGEST_INTEGER, Choice, Identifier, Integer, Line
from database_service.registry import SCHEMAS
from tests.database_service.conftest import Caller

WRITTEN = [c for schema in SCHEMAS.values() for c in schema.collections.values() if not c.follows]
LONGEST = 20_000  # of what no index holds, and beyond what fits on a page of either engine
# Named by records of other collections, which the reference demands to be there
ALONE = [c for c in WRITTEN if not any(column.foreign_keys and not column.nullable for column in c.visible.values())]


def wide(count: int) -> str:
    """Return characters that no engine can make shorter, so that an index has to hold all of them."""
    draw = random.Random(count)
    return "".join(chr(draw.randrange(0x20000, 0x2A6D0)) for _ in range(count))


def largest(collection, name):
    kind, column = collection.types[name], collection.visible[name]
    if column.foreign_keys:
        return None
    if isinstance(kind, Line) and not isinstance(kind, Choice | Identifier):
        return wide(min(kind.maximum, LONGEST))
    if isinstance(kind, Integer):
        return LARGEST_INTEGER
    return [] if name in {members.name for members in collection.members} else kind.example()


@pytest.mark.parametrize("collection", ALONE, ids=lambda collection: collection.name)
def test_the_largest_record_is_stored_listed_and_read_back(database, transport, collection):
    caller = Caller(transport, database.keys[collection.database])
    root = f"/v1/{collection.database}"
    record_id = wide(200) if collection.natural_ids else new_id()
    values = {name: largest(collection, name) for name in collection.visible}
    operation = {"op": "insert", "collection": collection.name, "id": record_id, "values": values}
    assert caller.post(f"{root}/commit", {"operations": [operation]})[0] == 200
    status, found = caller.get(f"{root}/{collection.name}/{quote(record_id, safe='')}")
    assert (status, {name: found["record"][name] for name in values}) == (200, values)
    for sort in collection.sorts:
        _, page = caller.get(f"{root}/{collection.name}?sort={sort.name}&limit=200")
        assert record_id in [record["id"] for record in page["records"]]
