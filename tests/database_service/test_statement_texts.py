"""The set of SQL texts is finite: what clients say fills parameters, and never becomes a word of a statement.

A list's text is settled by its shape: which declared filters are given, whether once or several times, the sort, the
direction, and which columns travel. The same shape is asked again and again with other words, and has one text.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from api.shared.http import new_id
from api.shared.store import Store
from database_service.column_types import Unacceptable
from database_service.declaration import Collection, Filter, MemberFilter
from database_service.registry import SCHEMAS
from tests.support.databases import ServedDatabase
from tests.support.records import new_author, new_post, new_tag, tag

COLLECTIONS = [collection for schema in SCHEMAS.values() for collection in schema.collections.values()]
HOSTILE = st.sampled_from(
    ["canary'--", 'canary"; DROP TABLE posts', "canary%s", ":canary", "canary) OR 1=1", "{canary}", "$1canary",
     "canary\u2028", "%(canary)s", "canary\\", "canary\u0000"]
)  # fmt: skip
WORDS = st.one_of(HOSTILE, st.text(max_size=30).map(lambda text: f"canary{text}"), st.integers().map(str))
TAG_COLUMNS = ("slug", "name", "name_key", "description")
Texts = dict[object, set[str]]


@dataclass(frozen=True)
class Shape:
    """What settles the text of a list."""

    collection: Collection
    filters: tuple[tuple[Filter | MemberFilter, int], ...]
    sort: str
    includes: tuple[str, ...]
    more: tuple[tuple[str, str], ...]


@st.composite
def shapes(draw) -> Shape:
    collection = draw(st.sampled_from(COLLECTIONS))
    chosen = draw(st.lists(st.sampled_from(collection.filters), max_size=3, unique=True)) if collection.filters else []
    given_ = tuple(
        (each, draw(st.sampled_from([1, 2])) if isinstance(each, Filter) and each.many else 1)
        for each in sorted(chosen, key=lambda each: each.name)
    )
    names = collection.include_names()
    includes = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else []
    more = [("view", "brief"), ("count", "exact")]
    if collection.search is not None:
        more += [("search", ""), ("excerpts", "marked")]
    asked = draw(st.lists(st.sampled_from(more), max_size=3, unique=True))
    sorts = [sort.name for sort in collection.sorts] + (["-relevance"] if ("search", "") in asked else [])
    return Shape(collection, given_, draw(st.sampled_from(sorts)), tuple(includes), tuple(sorted(asked)))


def fitting(shape: Shape, declared: Filter | MemberFilter, words: list[str]) -> str:
    """Return the first of the words that the filter takes, or an example of what it does."""
    if isinstance(declared, MemberFilter):
        members = next(each for each in shape.collection.members if each.name == declared.members)
        kind = SCHEMAS[shape.collection.database].collections[members.target].types[declared.by]
    else:
        kind = shape.collection.types[declared.column]
    for candidate in words:
        try:
            kind.accept_text(candidate)
        except Unacceptable:
            continue
        return candidate
    return "true" if kind.example() is True else str(kind.example())


@contextmanager
def sent(database: ServedDatabase) -> Iterator[list[str]]:
    """Collect the texts of the statements that are sent for this thread's requests."""
    texts: list[str] = []
    asking = threading.get_ident()

    def note(_connection, _cursor, sql, *_):
        if threading.get_ident() == asking:
            texts.append(sql)

    engines = [engine for each in database.service.databases.values() for engine in each.engines]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield texts
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    assert [text for text in texts if "canary" in text] == []


def find(database: ServedDatabase, shape: Shape, limit: int, words: list[str], cursor: str | None):
    query = [("sort", shape.sort), ("limit", str(limit))]
    for declared, times in shape.filters:
        query += [(declared.name, fitting(shape, declared, words[turn:])) for turn in range(times)]
    query += [(name, f'{words[0]} "{words[1]}"'.replace("\0", "") if name == "search" else value)
              for name, value in shape.more]  # fmt: skip
    if shape.includes:
        query.append(("include", ",".join(shape.includes)))
    if cursor is not None:
        query.append(("cursor", cursor))
    name = shape.collection.database
    headers = {"Authorization": f"Bearer {database.keys[name]}"}
    path = f"/v1/{name}/{shape.collection.name}?{urlencode(query)}"
    return database.transport.request("GET", path, headers=headers)


def settle(texts: Texts, key: object, text: str, most: int = 1) -> None:
    texts.setdefault(key, set()).add(text)
    assert len(texts[key]) <= most, key


def furnish(database: ServedDatabase) -> None:
    """Put a few records there, so that includes have something to fetch."""
    store = Store(database.transport, database="blog", key=database.keys["blog"])
    ada, rust = new_author("ada"), new_tag("Rust")
    posts = [new_post(f"p{number}", author_ids=[ada.id], tag_ids=[rust.id]) for number in range(5)]
    store.commit([ada, rust, *posts])


@pytest.mark.parametrize("examples", [150, pytest.param(1_500, marks=pytest.mark.full)], ids=["moderate", "full"])
def test_a_shape_has_one_text_whatever_is_asked_for(database, examples):
    furnish(database)
    pages: Texts = {}
    others: set[str] = set()

    @settings(max_examples=examples, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
    @given(shape=shapes(), rounds=st.lists(st.tuples(st.integers(1, 200), st.lists(WORDS, min_size=3)), min_size=2,
                                           max_size=3))  # fmt: skip
    def ask(shape, rounds):
        cursor = None
        for limit, words in [(1, ["p0", "1", "post"]), *rounds]:
            with sent(database) as texts:
                reply = find(database, shape, limit, words, cursor)
            assert reply.status in {200, 422}, reply.body
            selects = [text for text in texts if text.startswith(("SELECT", "WITH"))]
            if reply.status == 200 and selects:
                # A bound that a cursor makes needless is not told to the engine
                bounded = any(isinstance(each, Filter) and each.relation != "=" for each, _ in shape.filters)
                settle(pages, (shape, cursor is not None), selects[0], most=2 if bounded and cursor else 1)
                others.update(selects[1:])
                cursor = orjson.loads(reply.body)["next"] or cursor

    ask()
    # Beside the pages: each collection by ids (whole and brief), what is counted for records, and totals
    counted = sum(len(collection.tallies) for collection in COLLECTIONS)
    totals = {(key[0].collection, key[0].filters) for key in pages}
    assert len(others) <= 2 * len(COLLECTIONS) + counted + len(totals)


@pytest.mark.parametrize("examples", [60, pytest.param(500, marks=pytest.mark.full)], ids=["moderate", "full"])
def test_a_commit_s_texts_are_settled_by_the_columns_it_names(database, examples):
    kept: Texts = {}
    there = new_tag("Kept")
    headers = {"Authorization": f"Bearer {database.keys['blog']}", "Content-Type": "application/json"}
    Store(database.transport, database="blog", key=database.keys["blog"]).commit([there])

    def commit(*operations) -> None:
        body = orjson.dumps({"operations": operations})
        with sent(database) as texts:
            database.transport.request("POST", "/v1/blog/commit", headers=headers, body=body)
        for text in texts:
            if text.startswith("UPDATE tags"):
                settle(kept, (frozenset(operations[0]["values"]), "if_version" in operations[0]), text)
            if text.startswith("INSERT INTO tags"):
                settle(kept, "insert", text)

    @settings(max_examples=examples, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
    @given(values=st.dictionaries(st.sampled_from(TAG_COLUMNS), WORDS), versioned=st.booleans(), words=st.lists(WORDS))
    def write(values, versioned, words):
        updating = {"op": "update", "collection": "tags", "id": there.id, "values": values}
        commit({**updating, "if_version": 1} if versioned else updating)
        commit({"op": "insert", "collection": "tags", "id": new_id(), "values": {**tag("new"), **values}})
        for word in words:
            commit({"op": word, "collection": word, "id": word, "values": {word: word}})
            commit({**updating, "values": {**values, word: word}})

    write()
    assert len(kept) <= 2 ** (len(TAG_COLUMNS) + 1) + 1
