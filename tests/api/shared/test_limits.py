"""Rate limits count in constant memory, and without a thread for each request."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from api.shared import limits
from api.shared.environment import SettingRefused
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


def reached(limiter):
    try:
        limiter.hit(POLICY, "ada")
    except Problem:
        return True
    return False


@pytest.mark.parametrize("exact", [True, False])
def test_replicas_that_share_a_redis_count_together(redis_server, exact):
    redis_server()
    one, other = (Limiter(redis_server.url, exact=exact) for _ in range(2))
    assert [reached(each) for each in (one, other, one, other, one, other, one)] == [False] * 5 + [True] * 2


def test_of_many_hits_at_once_at_all_replicas_none_is_lost(redis_server):
    redis_server()
    replicas = [Limiter(redis_server.url, exact=True) for _ in range(4)]

    def hit(number):
        with Flask(__name__).test_request_context():
            return reached(replicas[number % 4])

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(hit, range(40))) == [False] * 5 + [True] * 35


def test_while_the_redis_is_away_each_counts_by_itself_and_then_together_again(redis_server, monkeypatch):
    server = redis_server()
    monkeypatch.setattr(limits, "AWAY", timedelta(0))
    one, other = (Limiter(redis_server.url, exact=True) for _ in range(2))
    assert not reached(one)
    server.kill()
    server.wait()
    for alone in (one, other):
        assert [reached(alone) for _ in range(6)] == [False] * 5 + [True]
    redis_server()
    assert [reached(each) for each in (one, other, one, other, one, other)] == [False] * 5 + [True]


def test_a_store_that_is_none_is_refused_without_repeating_it(monkeypatch):
    monkeypatch.setenv("USERS_LIMITS_STORAGE", "mysql://user:hidden@example.org")
    with pytest.raises(SettingRefused) as refused:
        limits.storage_setting("USERS_LIMITS_STORAGE")
    assert "USERS_LIMITS_STORAGE" in str(refused.value)
    assert "hidden" not in str(refused.value)
