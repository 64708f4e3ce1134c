"""Webhooks that lead where nobody from outside may: not one message, not one connection."""

from dataclasses import replace

import pytest

from api.blog.pings.targets import Targets
from tests.api.blog.test_outgoing import HOSTILE


@pytest.fixture
def settings(settings):
    return replace(settings, pings=Targets())


def test_no_hostile_address_is_reached_by_a_webhook(owner, work, receiver):
    refused = taken = 0
    for hostile in HOSTILE:
        body = {"url": hostile.replace("P", str(receiver.port)), "events": ["post.published"]}
        response = owner.post("/webhooks", body)
        if response.status_code == 422:
            refused += 1
            continue
        taken += 1
        path = f"/webhooks/{response.json['id']}"
        delivery = owner.post(f"{path}/test").json
        assert work() == []
        (tried,) = owner.get(f"{path}/deliveries/{delivery['id']}").json["tries"]
        assert (tried["status"], tried["answer"]) == (None, None)
        assert tried["problem"] in {"the name has no address", "the name leads to an address that is not public"}
        assert owner.call("DELETE", path, headers={"If-Match": '"1"'}).status_code == 204
    assert refused + taken >= 60
    assert taken > 10
    assert (receiver.connections, receiver.requests) == (0, [])
