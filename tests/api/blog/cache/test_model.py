"""Whatever happens in whatever order, the cache answers nothing that a direct read would not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from api.blog import cache
from api.blog.app import FOLLOWER, close, create_app
from tests.api.blog.cache.machine import CacheMachine, World
from tests.support.seeds import SEED


@pytest.fixture
def start(users, settings, clock):
    """Starts a replica of the service that looks at the feed only when told to."""

    def begin(transport, **changed):
        app = create_app(replace(settings, **changed), database=transport, users=users, clock=clock)
        close(app)
        return app

    return begin


@pytest.fixture
def world(start, other, line, database, make_person):
    def begin():
        app = start(line)
        return app.test_client(), app.extensions[FOLLOWER].look

    direct = start(database.transport, cache_bytes=0).test_client()
    CacheMachine.world = World(begin, other, direct, line, database.clock, make_person("owner", "ada").fresh_token)


def interleave(examples: int, *, steps: int = 25, shrink: bool = True) -> None:
    phases = tuple(Phase) if shrink else (Phase.generate,)
    suppressed = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, phases=phases, database=None,
        suppress_health_check=suppressed, print_blob=True, report_multiple_bugs=False,
    )  # fmt: skip
    print(f"seed {SEED}")  # noqa: T201 - a random test says how to have it again
    run_state_machine_as_test(seed(SEED)(CacheMachine), settings=run)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("examples", [8, pytest.param(60, marks=pytest.mark.full)])
def test_the_cache_answers_nothing_that_a_direct_read_would_not(world, examples):
    interleave(examples)


ENTRY, NEVER, EVER = cache.Entry, datetime.max.replace(tzinfo=UTC), timedelta(days=1)
BROKEN = {
    "commits of this process go unheeded": ("api.blog.app._Memory.committed", lambda *_: None),
    "what others commit goes unheeded": ("api.blog.app._Memory.changed", lambda *_: None),
    "answers name nothing that they show": (
        "api.blog.cache.Entry",
        lambda *parts: ENTRY(*parts[:5], frozenset({"nothing"}), parts[6]),
    ),
    "answers never expire": ("api.blog.cache.parse_rfc3339", lambda _text: NEVER),
    "what was remembered is believed for ever": ("api.blog.cache.SILENCE", EVER),
}


@pytest.fixture(params=BROKEN)
def broken(request, monkeypatch):
    """Breaks the cache before the service is made."""
    monkeypatch.setattr(*BROKEN[request.param])


# what is broken here knows no database: one engine is enough
@pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)
@pytest.mark.timeout(600)
def test_a_broken_cache_is_found_out(broken, world):
    with pytest.raises(AssertionError):
        interleave(60, shrink=False)
