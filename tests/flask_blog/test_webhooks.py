"""A running blog tells a receiver that fails in every way, and is killed: all arrives, in order for each post."""

import json
import signal
import socket
import time

import pytest

from tests.support.receiving import receiving
from tests.support.waiting import wait_until

API = "/api/blog/v1"
POSTS = 5
EXPECTED = ["post.published", "post.updated", "post.updated", "post.unpublished"]
PATIENCE_SECONDS = 150


def resets(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def redirects(handler):
    handler.send_response(302)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def is_slow(handler):
    time.sleep(1)
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def hangs(_handler):
    time.sleep(20)


def first_arrivals(receiver) -> dict[str, list[str]]:
    """Return what each post was said to have gone through, each message counted when it first came."""
    seen, told = set(), {}
    for each in list(receiver.requests):
        body, message = json.loads(each.body), each.headers["webhook-id"]
        if message not in seen:
            seen.add(message)
            told.setdefault(body["data"]["id"], []).append(body["type"])
    return told


def through_its_day(blog, number: int) -> str:
    post = blog.post(f"{API}/posts", {"title": f"Post {number}", "status": "published"})
    for summary in ("A", "B"):
        headers = {"If-Match": f'"{post["version"]}"'}
        post = blog.call("PATCH", f"{API}/posts/{post['id']}", json={"summary": summary}, headers=headers).json()
    headers = {"If-Match": f'"{post["version"]}"'}
    assert blog.call("POST", f"{API}/posts/{post['id']}/unpublish", headers=headers).status == 200
    return post["id"]


@pytest.mark.parametrize(
    "faults", [[500, resets, redirects, is_slow, 503], pytest.param([hangs, hangs, 500], marks=pytest.mark.full)]
)
def test_a_receiver_that_fails_sees_every_event_in_order_though_the_blog_is_killed(live_blog, data_dir, faults):
    with receiving() as receiver:
        settings = {"BLOG_SEND_TO": "127.0.0.0/8"}
        blog = live_blog(data_dir, **settings).sign_in()
        hook = {
            "url": f"http://127.0.0.1:{receiver.port}/",
            "events": ["post.published", "post.updated", "post.unpublished"],
        }
        blog.post(f"{API}/webhooks", hook)
        receiver.answers[:] = faults
        posts = [through_its_day(blog, number) for number in range(POSTS)]
        wait_until(lambda: len(receiver.requests) >= len(faults), seconds=PATIENCE_SECONDS)
        assert blog.stop(signal.SIGKILL) == -signal.SIGKILL
        live_blog(data_dir, **settings)
        expected = dict.fromkeys(posts, EXPECTED)
        wait_until(
            lambda: sum(map(len, first_arrivals(receiver).values())) >= POSTS * len(EXPECTED), seconds=PATIENCE_SECONDS
        )
        assert first_arrivals(receiver) == expected
