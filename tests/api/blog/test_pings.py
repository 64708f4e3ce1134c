"""A hub and search engines are told of posts: of each change at least once, of nothing that is not public."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import feedparser
import pytest

from api.blog.app import close, create_app
from api.blog.incoming import EXTENSION
from api.blog.outgoing.sender import Sender
from api.blog.pings.targets import Targets, networks_of
from api.blog.pings.worker import MOST_ATTEMPTS, Pinger
from api.blog.settings import Settings
from api.shared.environment import SettingRefused
from tests.support.receiving import receiving

KEY = "0123abcd-KEY"
SITE = "https://blog.example.org"
ALLOWED = networks_of("127.0.0.0/8", "BLOG_SEND_TO")


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


@pytest.fixture
def settings(settings, receiver):
    root = f"http://127.0.0.1:{receiver.port}"
    return replace(settings, pings=Targets(f"{root}/hub", KEY, f"{root}/indexnow", ALLOWED))


@pytest.fixture
def worker(app):
    """Makes workers of this blog; the first begins with what happens from now on."""

    def make(**options):
        context = app.extensions[EXTENSION]
        return Pinger(context, Sender(context.pings.allowed, **options))

    make().tell()
    return make


def told(receiver):
    """Return what came since the last time: the feeds for the hub, and the addresses for search engines."""
    requests, receiver.requests[:] = list(receiver.requests), []
    forms = [parse_qs(each.body.decode()) for each in requests if each.path == "/hub"]
    assert all(form["hub.mode"] == ["publish"] for form in forms)
    bodies = [json.loads(each.body) for each in requests if each.path == "/indexnow"]
    for body in bodies:
        assert (body["host"], body["key"]) == ("blog.example.org", KEY)
        assert body["keyLocation"] == f"{SITE}/{KEY}.txt"
    return [form["hub.url"][0].rpartition("/")[2] for form in forms], [body["urlList"] for body in bodies]


FEEDS = ["feed.xml", "atom.xml", "feed.json"]


def test_nobody_is_told_what_is_not_public(ada, worker, receiver):
    ada.write("Canary of a draft")
    ada.publish("Canary for later", published_at="2026-12-24T00:00:00Z")
    ada.publish("Canary by its address only", visibility="unlisted")
    trashed = ada.write("Canary of the trash")
    ada.delete(trashed)
    worker().tell()
    assert all(b"anary" not in each.body for each in receiver.requests)
    assert told(receiver)[1] == []


def test_each_change_is_told_once_and_what_is_due_when_it_is(ada, worker, receiver, clock, head):
    post, due = ada.publish("Now"), ada.publish("Due", published_at="2026-11-23T10:00:00Z")
    assert worker().tell() == 1
    assert told(receiver) == (FEEDS, [[post["url"]]])
    before = head()
    assert [worker().tell() for _ in range(3)] == [0, 0, 0]
    assert (told(receiver), head()) == (([], []), before)
    clock.advance(minutes=61)
    assert (worker().tell(), worker().tell()) == (1, 0)
    assert told(receiver) == (FEEDS, [[due["url"]]])
    changed = ada.change(post, summary="New").json
    worker().tell()
    assert told(receiver) == (FEEDS, [[post["url"]]])
    # the hub is told that it went; its address is nobody's any more
    assert ada.act(changed, "unpublish").status_code == 200
    worker().tell()
    assert told(receiver) == (FEEDS, [])


def test_what_could_not_be_told_is_told_later_and_at_last_given_up(ada, worker, receiver, clock):
    post = ada.publish("Now")
    receiver.answers[:] = [503]
    pinger = worker()
    assert (pinger.tell(), pinger.tell()) == (1, 0)
    assert told(receiver) == (["feed.xml"], [])
    clock.advance(seconds=31)
    assert pinger.tell() == 1
    assert told(receiver) == (FEEDS, [[post["url"]]])
    ada.change(post, summary="New")
    for _ in range(MOST_ATTEMPTS):
        receiver.answers[:] = [429]
        assert pinger.tell() == 1
        clock.advance(days=1)
    receiver.answers.clear()
    told(receiver)
    assert pinger.tell() == 0
    # refused for good: tried once
    ada.publish("Other")
    receiver.answers[:] = [400, 400, 400, 403]
    assert (pinger.tell(), pinger.tell()) == (1, 0)


def test_a_worker_that_is_killed_loses_nothing_and_others_wait_for_it(ada, worker, receiver, clock):
    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    post = ada.publish("Now")
    with pytest.raises(Killed):
        worker(resolve=killed).tell()
    other = worker()
    assert (other.tell(), told(receiver)) == (0, ([], []))
    clock.advance(minutes=4)
    assert other.tell() == 1
    assert told(receiver) == (FEEDS, [[post["url"]]])


def test_search_engines_find_the_key_and_old_addresses_still_lead_on(owner, client):
    shown = client.get(f"/{KEY}.txt")
    assert (shown.status_code, shown.text, shown.mimetype) == (200, KEY, "text/plain")
    assert client.get("/another-key.txt").status_code == 404
    assert owner.post("/redirects", {"from_path": "/humans-of-old.txt", "to_path": "/about"}).status_code == 201
    moved = client.get("/humans-of-old.txt")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/about")


def test_the_feeds_of_the_site_name_the_hub(ada, client, settings):
    ada.publish("Now", tags=["One"])
    for name in FEEDS[:2]:
        links = feedparser.parse(client.get(f"/{name}").data).feed.links
        assert [link.href for link in links if link.rel == "hub"] == [settings.pings.hub]
        assert "hub" not in {link.rel for link in feedparser.parse(client.get(f"/tags/one/{name}").data).feed.links}
    assert client.get("/feed.json").json["hubs"] == [{"type": "WebSub", "url": settings.pings.hub}]


def test_without_settings_nobody_is_told_and_no_key_is_shown(database, users, settings, head):
    app = create_app(replace(settings, pings=Targets()), database=database.transport, users=users, clock=database.clock)
    before = head()
    assert Pinger(app.extensions[EXTENSION], Sender()).tell() == 0
    assert head() == before
    assert app.test_client().get(f"/{KEY}.txt").status_code == 404
    assert b"hub" not in app.test_client().get("/feed.xml").data
    close(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BLOG_WEBSUB_HUB", "hub.example.org"), ("BLOG_WEBSUB_HUB", "https://a@hub.example.org/"),
        ("BLOG_INDEXNOW_KEY", "short"), ("BLOG_INDEXNOW_KEY", "../../../etc/passwd"), ("BLOG_SEND_TO", "10.0.0.1/8"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_meant_ends_the_start(monkeypatch, name, value):
    monkeypatch.setenv("BLOG_DATABASE_KEY", "k" * 32)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingRefused, match=name):
        Settings.from_environment()
