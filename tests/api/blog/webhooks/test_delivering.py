"""Deliveries: at least once, in order for each post, later and later, and never lost."""

import pytest

from api.blog.outgoing.sender import Sender
from api.blog.webhooks.delivering import MOST_ATTEMPTS, pause

DAY = 24 * 3600


@pytest.fixture
def probe(owner, hook):
    """Asks for a test of a webhook; returns the delivery and its path."""
    made = hook()

    def ask():
        delivery = owner.post(f"/webhooks/{made['id']}/test").json
        return delivery, f"/webhooks/{made['id']}/deliveries/{delivery['id']}"

    return ask


def test_a_failure_is_tried_again_with_the_same_id_until_it_is_taken(owner, probe, work, receiver, clock):
    delivery, path = probe()
    receiver.answers[:] = [500, 302]
    for waited in (7, 25, 100):
        assert [each.id for each in work()] == [delivery["id"]]
        assert work() == []
        clock.advance(seconds=waited)
    seen = owner.get(path).json
    assert (seen["state"], [each["status"] for each in seen["tries"]]) == ("delivered", [500, 302, 204])


def test_what_is_never_taken_is_dead_after_days_and_can_be_sent_again(owner, probe, work, receiver, clock):
    delivery, path = probe()
    log = path.rpartition("/")[0]
    receiver.answers[:] = [500] * MOST_ATTEMPTS
    for _ in range(MOST_ATTEMPTS):
        assert len(work()) == 1
        clock.advance(days=1)
    assert work() == []
    assert [each["id"] for each in owner.get(f"{log}?state=dead").json["items"]] == [delivery["id"]]
    assert owner.post(f"{path}/replay").json["state"] == "pending"
    assert [each.id for each in work()] == [delivery["id"]]
    again = owner.post(log.replace("deliveries", "replay"), {"since": "2026-11-01T00:00:00Z"}).json
    assert again == {"replayed": 1, "continue_since": None}
    assert [each.id for each in work()] == [delivery["id"]]


def test_what_happens_to_one_post_arrives_in_order_though_another_post_overtakes(ada, hook, work, receiver, clock):
    hook()
    first = ada.publish("First")
    receiver.answers[:] = [503]
    assert len(work()) == 1
    ada.act(ada.change(first, title="Second").json, "unpublish")
    other = ada.publish("Other")
    messages = []
    for _ in range(4):
        messages += work()
        clock.advance(seconds=10)
    of_first = [each.event for each in messages if each.data["id"] == first["id"]]
    assert of_first == ["post.published", "post.updated", "post.unpublished"]
    assert [each.event for each in messages if each.data["id"] == other["id"]] == ["post.published"]


def test_one_that_says_that_nobody_is_there_is_told_no_more(owner, probe, work, receiver):
    _, path = probe()
    receiver.answers[:] = [410]
    work()
    assert owner.get(path).json["state"] == "dead"
    assert owner.get(path.partition("/deliveries")[0]).json["active"] is False
    probe()
    assert work() == []


def test_what_was_still_to_be_sent_goes_with_its_webhook(owner, probe, workers, store):
    _, path = probe()
    webhook = path.partition("/deliveries")[0]
    assert owner.call("DELETE", webhook, headers={"If-Match": '"1"'}).status_code == 204
    _, deliverer = workers()
    assert (deliverer.deliver(), deliverer.sweep()) == (0, 1)
    assert store.find("deliveries").records == []


class KilledSender(Sender):
    """Its process ends when the message is there and nothing is written yet."""

    def post(self, *message):
        super().post(*message)
        raise KeyboardInterrupt


def test_a_worker_that_is_gone_between_sending_and_writing_sends_again(probe, workers, receiver, clock):
    delivery, _ = probe()
    with pytest.raises(KeyboardInterrupt):
        workers(KilledSender)[1].deliver()
    assert workers()[1].deliver() == 0
    clock.advance(seconds=61)
    assert workers()[1].deliver() == 1
    assert [each.headers["webhook-id"] for each in receiver.requests] == [delivery["id"]] * 2


def test_what_happens_while_a_webhook_is_off_waits_until_it_is_on_again(owner, ada, hook, work):
    made = hook(active=False)
    ada.publish()
    assert work() == []
    path = f"/webhooks/{made['id']}"
    assert owner.call("PATCH", path, json={"active": True}, headers={"If-Match": '"1"'}).status_code == 200
    assert [each.event for each in work()] == ["post.published"]


def test_one_that_fails_with_much_to_be_sent_keeps_no_other_waiting(owner, ada, hook, work, receiver):
    broken = hook(url=f"http://127.0.0.1:{receiver.port}/broken")
    for _ in range(3):
        ada.publish()
    receiver.answers[:] = [500]
    work()
    hook(events=["media.created"])
    other = hook()
    delivery = owner.post(f"/webhooks/{other['id']}/test").json
    receiver.answers[:] = [500, 204]
    assert delivery["id"] in {each.id for each in work()}
    assert owner.get(f"/webhooks/{broken['id']}/deliveries?state=pending").json["items"]


def test_an_event_is_worked_out_once_by_however_many_workers(ada, hook, workers, store):
    hook()
    ada.publish()
    recorders = [workers()[0] for _ in range(3)]
    for recorder in recorders * 2:
        recorder.record()
    assert [each["event"] for each in store.find("deliveries").records] == ["post.published"]


def test_what_ended_is_removed_after_thirty_days(probe, work, workers, store, clock):
    probe()
    work()
    assert workers()[1].sweep() == 0
    clock.advance(days=30, seconds=1)
    assert workers()[1].sweep() == 1
    assert store.find("deliveries").records == []


def test_pauses_grow_to_a_day_and_differ():
    whole = [pause("a", attempt).total_seconds() for attempt in range(1, MOST_ATTEMPTS)]
    assert whole[:-1] == sorted(whole[:-1])
    assert 4 <= whole[0] <= 6
    assert DAY / 2 < max(whole) <= DAY
    assert len({pause(name, 3) for name in "abcdefgh"}) > 1
