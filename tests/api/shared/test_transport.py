"""Both transports carry the same bytes."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import orjson
import pytest

from api.shared.transport import HttpTransport, ServiceUnavailable, WsgiTransport


def echo(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    seen = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ["QUERY_STRING"],
        "type": environ.get("CONTENT_TYPE", ""),
        "token": environ.get("HTTP_AUTHORIZATION", ""),
        "body": environ["wsgi.input"].read(length).decode(),
    }
    start_response("418 I'm a teapot", [("Content-Type", "application/json"), ("X-Seen", "yes")])
    return [orjson.dumps(seen)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=["in process", "http"])
def transport(request):
    if request.param == "in process":
        yield WsgiTransport(echo)
        return
    with make_server("127.0.0.1", 0, echo, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield HttpTransport(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_a_request_arrives_whole_and_its_answer_comes_back(transport):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer x"}
    reply = transport.request("POST", "/a%20b/%C3%A9?q=1&q=%26", headers=headers, body=b'{"a": 1}')
    assert reply.status == 418
    assert reply.headers["x-seen"] == "yes"
    assert orjson.loads(reply.body) == {
        "method": "POST",
        "path": "/a b/é".encode().decode("latin-1"),
        "query": "q=1&q=%26",
        "type": "application/json",
        "token": "Bearer x",
        "body": '{"a": 1}',
    }


def test_a_service_that_is_away_is_named_unavailable():
    with pytest.raises(ServiceUnavailable):
        HttpTransport("http://127.0.0.1:9").request("GET", "/")
