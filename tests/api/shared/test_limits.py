"""Rate limits count in constant memory, and without a thread for each request."""

import threading

import pytest
from flask import Flask

from api.shared.limits import Limiter, Policy
from api.shared.memory_counts import EVERY, SweptMemoryStorage
from api.shared.problems import Problem
from tests.support.clock import ManualClock

POLICY = Policy.of("anonymous", "5 per minute")


@pytest.fixture(autouse=True)
def request_context():
    with Flask(__name__).test_request_context():
        yield


@pytest.mark.parametrize("exact", [True, False])
def test_the_hit_after_the_last_one_allowed_is_refused_with_the_seconds_to_wait(exact):
    limiter = Limiter("memory://", exact=exact)
    for _ in range(5):
        limiter.hit(POLICY, "ada")
    with pytest.raises(Problem) as refused:
        limiter.hit(POLICY, "ada")
    assert refused.value.kind.status == 429
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
    limiter.hit(POLICY, "bob")


@pytest.mark.parametrize("exact", [True, False])
def test_counting_starts_no_thread(exact, monkeypatch):
    limiter = Limiter("memory://", exact=exact)
    started = []
    monkeypatch.setattr(threading.Thread, "start", started.append)
    for number in range(50):
        limiter.hit(POLICY, f"reader-{number}")
    assert started == []


def test_counts_that_expired_are_forgotten_when_others_are_counted():
    clock = ManualClock()
    storage = SweptMemoryStorage(clock=clock)
    for number in range(50):
        storage.incr(f"reader-{number}", 0)
        storage.acquire_entry(f"visitor-{number}", 5, 0)
    assert len(storage) == 100
    clock.advance(seconds=EVERY.total_seconds() + 1)
    storage.incr("another", 60)
    assert len(storage) == 1
