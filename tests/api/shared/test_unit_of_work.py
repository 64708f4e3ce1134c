"""Whose precondition failed: the client's own is its to resolve (412), one that a plan read itself is planned anew."""

import pytest

from api.shared.problems import Problem
from api.shared.responses import Saved
from api.shared.store import Store, delete, require, update
from api.shared.unit_of_work import ATTEMPTS, commit
from tests.support.records import new_tag

ANSWER = Saved(200, {}, b"")


@pytest.fixture
def blog(database):
    return Store(database.transport, database="blog", key=database.keys["blog"])


@pytest.fixture
def pair(blog):
    """Two tags, both at version 1: the one that a client names, and another that the same commit needs."""
    named, other = new_tag("Named"), new_tag("Other")
    blog.commit([named, other])
    return named.id, other.id


def merging(blog, pair, change):
    """Return a plan as merging makes it, before whose commits something changes; it counts how often it was made."""
    named, other = pair
    plans = []

    def plan():
        version = blog.get("tags", other).record["version"]
        plans.append(version)
        change(len(plans))
        return [delete("tags", named, if_version=1), require("tags", other, if_version=version)], ANSWER

    return plan, plans


def test_a_client_whose_record_was_changed_is_told_the_version_it_has_now(blog, pair):
    named, _ = pair

    def change(turn):
        if turn == 1:
            blog.commit([update("tags", named, {"description": "changed"})])

    plan, _ = merging(blog, pair, change)
    with pytest.raises(Problem) as refused:
        commit(blog, plan, retry=None, if_version=1)
    assert (refused.value.kind.status, refused.value.extra["version"]) == (412, 2)


def test_another_record_of_the_same_version_is_no_affair_of_the_client(blog, pair):
    named, other = pair

    def change(turn):
        if turn == 1:
            blog.commit([update("tags", other, {"description": "changed"})])

    plan, plans = merging(blog, pair, change)
    commit(blog, plan, retry=None, if_version=1)
    assert plans == [1, 2]
    assert blog.get("tags", named) is None


def test_a_conflict_that_does_not_go_away_is_409_after_a_few_plans(blog, pair):
    _, other = pair
    plan, plans = merging(
        blog, pair, lambda turn: blog.commit([update("tags", other, {"description": f"changed {turn}"})])
    )
    with pytest.raises(Problem) as refused:
        commit(blog, plan, retry=None, if_version=1)
    assert refused.value.kind.status == 409
    assert len(plans) == ATTEMPTS + 1
