"""A receiver that listens on this machine, webhooks that lead there, and workers that tell them."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from api.blog.incoming import EXTENSION
from api.blog.outgoing.sender import Sender
from api.blog.pings.targets import Targets, networks_of
from api.blog.webhooks.delivering import Deliverer
from api.blog.webhooks.names import EVENTS
from api.blog.webhooks.recording import Recorder
from tests.support.contract import spec
from tests.support.receiving import Received, receiving

CONTRACT = spec("blog").document
ALLOWED = networks_of("127.0.0.0/8", "BLOG_SEND_TO")


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


@pytest.fixture
def settings(settings):
    return replace(settings, pings=Targets(allowed=ALLOWED))


@pytest.fixture
def url(receiver):
    return f"http://127.0.0.1:{receiver.port}/hook"


@pytest.fixture
def hook(owner, url):
    """Makes webhooks; of every event unless told otherwise."""

    def make(**fields):
        response = owner.post("/webhooks", {"url": url, "events": list(EVENTS), **fields})
        assert response.status_code == 201, response.text
        return response.json

    return make


@pytest.fixture
def workers(app):
    """Makes a recorder and a deliverer, as a worker that was just started has them."""

    def make(sender=Sender):
        context = app.extensions[EXTENSION]
        return Recorder(context), Deliverer(context, sender(context.pings.allowed))

    return make


@pytest.fixture
def work(workers, receiver):
    """Does one turn of a new worker and returns what came of it at the receiver."""

    def turn():
        recorder, deliverer = workers()
        while recorder.record():
            pass
        deliverer.deliver()
        came, receiver.requests[:] = list(receiver.requests), []
        return [Message.of(each) for each in came]

    return turn


@dataclass(frozen=True)
class Message:
    """What came at a receiver."""

    id: str
    event: str
    data: dict[str, Any]
    body: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, came: Received) -> "Message":
        headers = {name.lower(): value for name, value in came.headers.items()}
        body = json.loads(came.body)
        described = CONTRACT["webhooks"][body["type"]]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert spec("blog").faults(described, body) == []
        return cls(headers["webhook-id"], body["type"], body["data"], came.body, headers)
