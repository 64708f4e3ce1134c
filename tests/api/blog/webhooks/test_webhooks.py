"""Webhooks by the API: who may have them, what they may lead to, and that what signs is told once."""

import pytest

from api.blog.webhooks.rules import MOST_WEBHOOKS

SECRET = "whsec_"


def test_the_secret_is_told_when_it_is_made_and_never_again(owner, hook, store):
    made = hook(description="Rebuilds")
    renewed = owner.call("POST", f"/webhooks/{made['id']}/secret", headers={"If-Match": '"1"'}).json
    assert len({made["secret"], renewed["secret"]}) == 2
    assert renewed["old_secret_ends_at"] == "2026-11-24T09:00:00.000000Z"
    answers = [owner.get(path).text for path in ("/webhooks", f"/webhooks/{made['id']}")]
    answers.append(str(store.changes(0, limit=500).changes))
    assert all(secret["secret"].removeprefix(SECRET) not in text for secret in (made, renewed) for text in answers)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://10.0.0.1/hook"}, "/url"),
        ({"url": "http://169.254.169.254/latest/meta-data"}, "/url"),
        ({"url": "ftp://example.org/"}, "/url"),
        ({"url": "https://ada@example.org/"}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["post.read"]}, "/events/0"),
        ({"events": ["post.published", "post.published"]}, "/events"),
        ({"active": "yes"}, "/active"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(owner, head, body, pointer):
    before = head()
    response = owner.post("/webhooks", {"url": "https://example.org/", "events": ["post.published"], **body})
    assert (response.status_code, [each["pointer"] for each in response.json["errors"]]) == (422, [pointer])
    assert head() == before


def test_a_webhook_is_changed_under_its_version_and_deleted(owner, hook):
    made = hook()
    path = f"/webhooks/{made['id']}"
    assert owner.call("PATCH", path, json={"active": False}).status_code == 428
    changed = owner.call("PATCH", path, json={"active": False}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json["active"], changed.headers["ETag"]) == (200, False, '"2"')
    assert owner.call("PATCH", path, json={"active": True}, headers={"If-Match": '"1"'}).status_code == 412
    closed = owner.call("PATCH", path, json={"url": "http://192.168.0.1/"}, headers={"If-Match": '"2"'})
    assert closed.json["errors"][0]["code"] == "not_public"
    assert owner.call("DELETE", path, headers={"If-Match": '"2"'}).status_code == 204
    assert owner.get(path).status_code == 404


def test_there_are_twenty_at_most(owner, hook, url):
    for _ in range(MOST_WEBHOOKS):
        hook()
    refused = owner.post("/webhooks", {"url": url, "events": ["post.published"]})
    assert (refused.status_code, refused.json["code"]) == (409, "too_many_webhooks")


def test_the_log_of_one_is_not_read_by_another(owner, hook):
    one, other = hook(), hook()
    made = owner.post(f"/webhooks/{one['id']}/test").json
    assert owner.get(f"/webhooks/{one['id']}/deliveries/{made['id']}").status_code == 200
    assert owner.get(f"/webhooks/{other['id']}/deliveries/{made['id']}").status_code == 404
    assert owner.get(f"/webhooks/{other['id']}/deliveries").json["items"] == []
    assert owner.post(f"/webhooks/{other['id']}/deliveries/{made['id']}/replay").status_code == 404
    again = owner.post(f"/webhooks/{one['id']}/deliveries/{made['id']}/replay").json
    assert (again["state"], again["attempts"]) == ("pending", 0)
