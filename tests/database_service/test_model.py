"""One state machine drives a dictionary, SQLite and PostgreSQL in step: the same answers from all three."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from api.shared.store import Operation
from tests.database_service.model import Model, Refused
from tests.support.databases import ENGINES, ServedDatabase, new_urls, serving
from tests.support.records import post, tag

TAG_IDS = [f"00000000-0000-7000-8000-00000000000{i}" for i in range(3)]
POST_IDS = [f"00000000-0000-7000-8000-0000000000a{i}" for i in range(5)]
TIMES = [None, *(f"2026-0{month}-01T00:00:00.000000Z" for month in (1, 1, 2, 3))]
STATUSES = ["draft", "published"]

tag_lists = st.lists(st.sampled_from(TAG_IDS), unique=True, max_size=3)
post_values = {
    "slug": st.sampled_from("abcdef"),
    "title": st.sampled_from(["A", "B", "ä", "\U0001d54f"]),
    "status": st.sampled_from(STATUSES),
    "published_at": st.sampled_from(TIMES),
    "tag_ids": tag_lists,
}
tag_values = {"slug": st.sampled_from("xyz"), "name_key": st.sampled_from("xyz"), "name": st.sampled_from("XYZ")}


def operations_on(collection: str, ids: list[str], values: dict[str, Any], whole: Any) -> st.SearchStrategy[Operation]:
    versions = st.one_of(st.none(), st.integers(1, 4))
    record_ids = st.sampled_from(ids)
    inserts = st.builds(
        lambda record_id, given: Operation("insert", collection, record_id, whole(**given)),
        record_ids,
        st.fixed_dictionaries(values),
    )
    updates = st.builds(
        lambda record_id, given, version: Operation("update", collection, record_id, given, version),
        record_ids,
        st.fixed_dictionaries({}, optional=values),
        versions,
    )
    others = st.builds(
        lambda op, record_id, version: Operation(op, collection, record_id, None, version),
        st.sampled_from(["delete", "require"]),
        record_ids,
        versions,
    )
    absent = st.builds(lambda record_id: Operation("require", collection, record_id, if_absent=True), record_ids)
    return st.one_of(inserts, inserts, updates, others, absent)


operations = st.one_of(
    operations_on("tags", TAG_IDS, tag_values, lambda **given: tag(given.pop("name"), **given)),
    operations_on("posts", POST_IDS, post_values, post),
)


def ask(database: ServedDatabase, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {database.keys['blog']}", "Content-Type": "application/json"}
    reply = database.transport.request(method, path, headers=headers, body=body)
    return reply.status, orjson.loads(reply.body)


class Machine(RuleBasedStateMachine):
    databases: tuple[ServedDatabase, ...] = ()

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        for database in self.databases:
            database.reset()

    @rule(steps=st.lists(operations, min_size=1, max_size=4))
    def commit(self, steps: list[Operation]) -> None:
        self._commit(steps, None)

    @rule(step=operations, key=st.sampled_from("kl"), fingerprint=st.sampled_from("fg"), answer=st.integers(0, 9))
    def commit_with_a_key(self, step: Operation, key: str, fingerprint: str, answer: int) -> None:
        self._commit([step], (key, fingerprint, answer))

    @rule(
        sort=st.sampled_from(["-published_at", "published_at", "title"]),
        slug=st.sampled_from([None, "x", "y"]),
        statuses=st.sampled_from([None, ["draft"], ["draft", "published"]]),
        limit=st.integers(1, 3),
    )
    def walk(self, sort: str, slug: str | None, statuses: list[str] | None, limit: int) -> None:
        expected = self.model.list_posts(tag=slug, statuses=statuses, sort=sort)
        query = f"sort={sort}&limit={limit}&count=exact" + (f"&tag={slug}" if slug else "")
        query += "".join(f"&status={status}" for status in statuses or ())
        for database in self.databases:
            seen, cursor = [], ""
            while cursor is not None:
                status, page = ask(database, "GET", f"/v1/blog/posts?{query}{cursor and '&cursor=' + cursor}")
                assert (status, page["total"]) == (200, len(expected))
                seen += [record["id"] for record in page["records"]]
                cursor = page["next"]
            assert seen == expected

    @invariant()
    def everything_is_as_in_the_model(self) -> None:
        for database in self.databases:
            for collection, records in self.model.records.items():
                _, page = ask(database, "GET", f"/v1/blog/{collection}?limit=200")
                assert {record["id"]: record for record in page["records"]} == records

    @invariant()
    def the_feed_tells_what_happened(self) -> None:
        for database in self.databases:
            _, told = ask(database, "GET", "/v1/blog/changes?limit=1000")
            assert told["head"] == len(self.model.feed)
            fields = ("collection", "id", "op", "version", "record")
            assert [tuple(each[name] for name in fields) for each in told["changes"]] == self.model.feed
            assert [each["seq"] for each in told["changes"]] == list(range(1, told["head"] + 1))

    def _commit(self, steps: list[Operation], key: tuple[str, str, Any] | None) -> None:
        body: dict[str, Any] = {"operations": [step.to_wire() for step in steps]}
        if key is not None:
            body["idempotency"] = dict(zip(("key", "fingerprint", "answer"), key, strict=True))
        answers = [ask(database, "POST", "/v1/blog/commit", orjson.dumps(body)) for database in self.databases]
        try:
            expected = self.model.commit(steps, key)
        except Refused as refused:
            for status, problem in answers:
                assert status in {409, 422}
                check_refusal(problem, refused)
            return
        for status, answer in answers:
            assert status == 200, answer
            if answer["replayed"]:
                assert expected == ("replayed", answer["answer"])
            else:
                assert expected == [result["version"] for result in answer["results"]]


def check_refusal(problem: dict[str, Any], refused: Refused) -> None:
    assert problem["code"] == refused.code
    if refused.code == "idempotency_key_reused":
        return
    assert problem["operation"] == refused.operation
    if refused.code == "version_mismatch":
        assert (problem["current"] and problem["current"]["version"]) == refused.names[0]
    elif refused.code == "already_exists":
        # Of several values that are taken an engine names the one it met first
        assert set(problem["fields"]) <= set(refused.names)
    else:
        assert problem[{"missing_reference": "field", "still_referenced": "collection"}[refused.code]] in refused.names


@pytest.fixture(scope="module")
def both(request, tmp_path_factory):
    folders = {engine: tmp_path_factory.mktemp(engine) for engine in ENGINES}
    with (
        serving("sqlite", new_urls(request, "sqlite", folders["sqlite"]), folders["sqlite"]) as one,
        serving("postgresql", new_urls(request, "postgresql", folders["postgresql"]), folders["postgresql"]) as other,
    ):
        yield one, other


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("examples", "steps"), [(40, 25), pytest.param(200, 30, marks=pytest.mark.full)], ids=["moderate", "full"]
)
def test_the_service_equals_its_model_on_both_engines(both, examples, steps):
    Machine.databases = both
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            print_blob=True,
        ),
    )
