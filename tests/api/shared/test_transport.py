"""Both transports carry the same bytes."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import orjson
import pytest
from flask import Flask
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from api.shared import http
from api.shared.transport import HttpTransport, ServiceUnavailable, WsgiTransport


def echo(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    seen = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ["QUERY_STRING"],
        "type": environ.get("CONTENT_TYPE", ""),
        "token": environ.get("HTTP_AUTHORIZATION", ""),
        "traced": [environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT")],
        "body": environ["wsgi.input"].read(length).decode(),
    }
    start_response("418 I'm a teapot", [("Content-Type", "application/json"), ("X-Seen", "yes")])
    return [orjson.dumps(seen)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def unbound():
    clear_contextvars()
    yield
    clear_contextvars()


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
        "traced": [None, None],
        "body": '{"a": 1}',
    }


def test_the_request_that_a_call_is_made_for_is_named_to_the_other_service(transport):
    traced = {"X-Request-ID": "mine-1", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    app = Flask("asking")
    http.install(app)
    app.add_url_rule("/", "ask", lambda: transport.request("GET", "/").body)
    for headers, named in ((traced, list(traced.values())), ({"X-Request-ID": "mine-2"}, ["mine-2", None])):
        assert app.test_client().get("/", headers=headers).get_json(force=True)["traced"] == named


def test_what_an_application_in_this_process_binds_for_its_log_does_not_stay_with_the_caller():
    app = Flask("asked")
    http.install(app)
    bind_contextvars(request_id="outer")
    assert WsgiTransport(app).request("GET", "/", headers={"X-Request-ID": "inner"}).status == 404
    assert get_contextvars()["request_id"] == "outer"


def test_a_service_that_is_away_is_named_unavailable():
    with pytest.raises(ServiceUnavailable):
        HttpTransport("http://127.0.0.1:9").request("GET", "/")
