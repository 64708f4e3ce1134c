"""What is sent is verified as receivers do, by the packages of Standard Webhooks for Python and JavaScript."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.blog.webhooks import signing

HOURS = 24
SPA = Path(__file__).parents[4] / "spa"
VERIFY = Path(__file__).with_name("verify.mjs")


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


def test_the_signature_is_that_of_the_specification():
    # the example of the Standard Webhooks specification
    secret, at = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, UTC)
    signed = signing.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret])
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_package_for_javascript_says_the_same():
    secret, other, body, now = signing.draw(), signing.draw(), b'{"type":"webhook.test"}', datetime.now(UTC)
    good = signing.headers("a", now, body, [other, secret])
    late = signing.headers("a", datetime.fromtimestamp(now.timestamp() - 600, UTC), body, [secret])
    cases = [
        ({"body": body, "headers": good}, True),
        ({"body": body.replace(b"test", b"tost"), "headers": good}, False),
        ({"body": body, "headers": {**good, "webhook-id": "b"}}, False),
        ({"body": body, "headers": signing.headers("a", now, body, [other])}, False),
        ({"body": body, "headers": late}, False),
    ]
    sent = json.dumps([{**case, "body": case["body"].decode(), "secret": secret} for case, _ in cases])
    command = [SPA / "with-node", "node", VERIFY, SPA / "package.json"]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == [verdict for _, verdict in cases]
