"""`/system`: how the services are, for admins alone."""

import json

from api.shared.transport import Reply, ServiceUnavailable


class Answering:
    """A service that answers as it is told."""

    def __init__(self, status=200, body=None):
        self.status, self.body = status, body

    def request(self, method, path, **_options):
        assert (method, path) == ("GET", "/readyz")
        if self.body is None:
            raise ServiceUnavailable("away")
        return Reply(self.status, {}, self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode())


def test_each_service_says_how_it_is_and_one_that_cannot_be_asked_is_away(person, context):
    others = {
        "blog": Answering(503, {"status": "not ready", "checks": {"database": False}}),
        "frontend": Answering(),
        "gateway": Answering(200, b"<html>"),
    }
    context.peers.update(others)
    answer = person("root", "admin").call("GET", "/system").get_json()
    states = {each["name"]: (each["state"], each["checks"]) for each in answer["services"]}
    assert states.pop("database")[0] == "ready"
    assert states == {
        "blog": ("not_ready", {"database": False}),
        "frontend": ("away", {}),
        "gateway": ("away", {}),
        "users": ("ready", {}),
    }
    assert answer["version"] is None or answer["version"].count(".") >= 2
