"""What is sent is verified as receivers do, by the packages of Standard Webhooks."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

HOURS = 24


@pytest.fixture(autouse=True)
def now(clock, monkeypatch):
    """Let the package that verifies see the time of the test."""

    class Frozen(datetime):
        @classmethod
        def now(cls, tz=None):
            return clock.now().astimezone(tz or UTC)

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Frozen)


def verified(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_what_is_sent_is_verified_and_what_was_tampered_with_or_is_old_is_not(owner, hook, work, clock):
    made = hook()
    owner.post(f"/webhooks/{made['id']}/test")
    (came,) = work()
    secret, late = made["secret"], str(int(came.headers["webhook-timestamp"]) + 1)
    assert verified(secret, came.body, came.headers)
    assert not verified(secret, came.body.replace(b"test", b"tost"), came.headers)
    assert not verified(secret, came.body, came.headers | {"webhook-id": "other"})
    assert not verified(secret, came.body, came.headers | {"webhook-timestamp": late})
    assert not verified("whsec_" + "A" * 44, came.body, came.headers)
    clock.advance(minutes=6)
    assert not verified(secret, came.body, came.headers)


def test_for_a_day_both_secrets_verify_and_then_the_new_one_alone(owner, hook, work, clock):
    made = hook()
    renewed = owner.call("POST", f"/webhooks/{made['id']}/secret", headers={"If-Match": '"1"'}).json
    for hours, good in [(0, [True, True]), (HOURS, [False, True])]:
        clock.advance(hours=hours)
        owner.post(f"/webhooks/{made['id']}/test")
        (came,) = work()
        assert [verified(each["secret"], came.body, came.headers) for each in (made, renewed)] == good
