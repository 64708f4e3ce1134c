"""Schemathesis judges the whole service, as an anonymous reader and as people who write."""

from random import Random

import pytest

from tests.support.judging import NOTHING, Verdict, judge
from tests.support.seeds import SEED

MANY = 100
KNOWN_POSTS = 20
DOCUMENT = "/api/blog/v1/openapi.json"
# what input that fits the schema may meet: authors, files, revisions and time zones that nobody has made, bytes that
# are no image or archive, the example of an Idempotency-Key, which was used before, a month without a year, an order
# by relevance without a question, operators in the text of a search beside the parameters of the same names, times
# that have passed or are too far, paths that are no write; comments that nobody wrote, by members who name themselves
# and guests who do not, or with nothing to see in them; in a batch, a member that the operation it names does not
# know; one comment at two versions
REFUSALS = frozenset(
    {
        "unknown_reference", "unknown_revision", "not_an_image", "idempotency_key_reused", "year_missing",
        "question_missing", "named_twice", "not_in_the_future", "expires_outside", "not_in_a_batch", "unknown_comment",
        "not_for_members", "required", "nothing_to_see", "not_an_archive",
        "POST /api/blog/v1/batch unknown", "POST /api/blog/v1/comments/moderate repeated",
    }
)  # fmt: skip
REACHED = (
    "POST /api/blog/v1/posts 201",
    "GET /api/blog/v1/posts/{post_id} 200",
    "POST /api/blog/v1/tags 201",
    "POST /api/blog/v1/authors 201",
    "POST /api/blog/v1/redirects 201",
    "POST /api/blog/v1/media 201",
    "POST /api/blog/v1/render 200",
    "PATCH /api/blog/v1/site 200",
    "GET /api/blog/v1/media 200",
    "POST /api/blog/v1/batch 200",
    "POST /api/blog/v1/posts/{post_id}/pending 201",
    "POST /api/blog/v1/posts/{post_id}/previews 201",
    "GET /api/blog/v1/search 200",
)
REACHED_BY_MANY = (
    "PATCH /api/blog/v1/posts/{post_id} 200",
    "PUT /api/blog/v1/posts/{post_id} 200",
    "DELETE /api/blog/v1/posts/{post_id} 204",
)


# The examples and the coverage of every value are the same each time; the random part is larger in `full`
RUNS = [("sqlite", 25), *(pytest.param(engine, 100, marks=pytest.mark.full) for engine in ("sqlite", "postgresql"))]


@pytest.mark.parametrize(("database_session", "examples"), RUNS, indirect=["database_session"])
@pytest.mark.timeout(1800)
def test_an_owner_meets_the_contract_whatever_is_sent(app, owner, png, examples):
    known = {
        "post_id": [owner.publish(f"Known {number}")["id"] for number in range(KNOWN_POSTS)],
        "cover_id": [owner.call("POST", "/media", data={"file": (png(), "cover.png")}).json["id"]],
    }
    verdict = judged(app, examples, lambda _path: owner.fresh_token(), known)
    assert set(verdict.calls) >= {"examples", "coverage", "fuzzing", "stateful"}
    for done in (*REACHED, *(REACHED_BY_MANY if examples >= MANY else ())):
        assert verdict.answers[done], f"{done} was never reached (seed {SEED})"


@pytest.mark.parametrize(("database_session", "examples"), RUNS, indirect=["database_session"])
@pytest.mark.timeout(1800)
def test_readers_and_authors_meet_the_contract_whatever_is_sent(app, ada, examples):
    ada.publish("Example", slug="notes-on-the-engine", tags=["Engines"])
    draw = Random(SEED)

    def ada_or_nobody(_path: str) -> str | None:
        return ada.fresh_token() if draw.random() < 1 / 2 else None

    verdict = judged(app, examples, ada_or_nobody)
    assert verdict.answers["GET /api/blog/v1/posts 200"]
    assert verdict.answers["POST /api/blog/v1/posts 401"]
    assert verdict.answers["POST /api/blog/v1/posts 201"]


def judged(app, examples, authorize, known=NOTHING) -> Verdict:
    verdict = judge(app, DOCUMENT, seed=SEED, examples=examples, authorize=authorize, refusals=REFUSALS, known=known)
    assert not verdict.failures, "\n\n".join(verdict.failures[:10])
    return verdict
