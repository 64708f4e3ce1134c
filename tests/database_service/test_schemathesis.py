"""Schemathesis judges the whole service by its published contract, as each service that may ask."""

import re

import orjson
import pytest

from tests.support.contract import OPENAPI
from tests.support.databases import ServedDatabase
from tests.support.judging import judge

DOCUMENT = "/v1/openapi.json"
SEED = 20261123
# What input that fits the schema may meet in the databases; free JSON deep inside and two parameters no schema ties
REFUSALS = frozenset(
    {"already_exists", "missing_reference", "still_referenced", "feed_compacted", "idempotency_key_reused"}
    | {"nul_character", "nothing_looked_for"}
)


# All collections are served by the same code: `full` takes every one of them, on both engines
TELLING = re.compile(r"/v1/blog/(posts|callers|commit|changes|idempotency)\b|/v1/(?!blog|users)")


def with_its_contract(database: ServedDatabase, paths: re.Pattern[str]):
    """Return the application with its contract beside it, which it does not serve itself, for some of its paths."""
    document = orjson.loads((OPENAPI / "database.json").read_bytes())
    document["paths"] = {path: item for path, item in document["paths"].items() if paths.match(path)}
    contract = orjson.dumps(document)

    def serve(environ, start_response):
        if environ["PATH_INFO"] != DOCUMENT:
            return database.app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [contract]

    return serve


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("database_session", "paths", "examples"),
    [
        ("sqlite", TELLING, 5),
        pytest.param("sqlite", re.compile(""), 60, marks=pytest.mark.full),
        pytest.param("postgresql", re.compile(""), 60, marks=pytest.mark.full),
    ],
    indirect=["database_session"],
    ids=["moderate", "full on sqlite", "full on postgresql"],
)
def test_schemathesis_finds_nothing(database, paths, examples):
    def key(path: str) -> str:
        service = path.split("/")[2]
        return database.keys[service if service in {"blog", "users"} else "operator"]

    app = with_its_contract(database, paths)
    verdict = judge(app, DOCUMENT, seed=SEED, examples=examples, authorize=key, refusals=REFUSALS)
    assert not verdict.failures, "\n\n".join(verdict.failures[:20])
    # It has come through to what lies behind the refusals
    assert verdict.answers["POST /v1/blog/commit 200"]
    assert verdict.answers["GET /v1/blog/posts 200"]
