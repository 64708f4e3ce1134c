"""One's own account, and the admins' view of all."""

import pytest

from api.shared.store import Store
from tests.api.users.conftest import HASH, ROOT, refused

NOWHERE = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
SHOWN = {
    "id", "username", "name", "email", "role", "state", "bio", "website", "avatar_url", "created_at", "updated_at",
    "version", "email_verified",
}  # fmt: skip


@pytest.fixture
def ada(person):
    return person("ada", "author")


@pytest.mark.parametrize("path", ["/me", "/accounts", f"/accounts/{NOWHERE}"])
def test_without_a_token_no_account_is_shown(client, path):
    response = client.get(f"{ROOT}{path}")
    refused(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", ["reader", "author", "editor"])
def test_only_admins_see_other_accounts(person, role):
    somebody = person("ada", role)
    refused(somebody.call("GET", "/accounts"), 403, "forbidden")
    refused(somebody.call("GET", f"/accounts/{somebody.account['id']}"), 403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        {"role": "owner"},
        {"state": "active"},
        {"username": "eve"},
        {"email": "eve@example.org"},
        {"password_hash": "x"},
        {"id": NOWHERE},
        {"version": 9},
        {"name": None},
        {"name": ""},
        {"name": ["Ada"]},
        {"name": "x" * 201},
        {"bio": "x" * 5001},
        {"bio": "a\u0000b"},
        {"website": "javascript:alert(1)"},
        {"website": "//example.org"},
        {"avatar_url": "data:image/png;base64,AA"},
        [],
    ],
)
def test_what_is_not_theirs_to_change_or_not_usable_is_refused(ada, store, body):
    response = ada.call("PATCH", "/me", json=body, headers={"If-Match": '"1"'})
    refused(response, 422, "invalid")
    assert store.get("accounts", ada.account["id"]).record["version"] == 1


def test_a_change_needs_the_version_it_is_based_on(ada):
    refused(ada.call("PATCH", "/me", json={"name": "A"}), 428, "precondition_required")
    assert ada.call("PATCH", "/me", json={"name": "A"}, headers={"If-Match": '"1"'}).status_code == 200
    stale = ada.call("PATCH", "/me", json={"name": "B"}, headers={"If-Match": '"1"'})
    body = refused(stale, 412, "version_mismatch")
    assert (body["version"], body["etag"], stale.headers["ETag"]) == (2, '"2"', '"2"')


def test_an_account_shows_what_it_is_and_no_more(ada):
    response = ada.call("GET", "/me")
    assert set(response.get_json()) == SHOWN
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert ada.call("GET", "/me", headers={"If-None-Match": '"1"'}).status_code == 304
    assert ada.call("GET", "/me?fields=name,role").get_json() == {"name": "Ada", "role": "author"}


def test_a_profile_is_changed_by_merge_patch(ada, clock):
    clock.advance(minutes=1)
    values = {"name": "Ada L.", "bio": "Counts.\nWell.", "website": "https://ada.example.org", "avatar_url": None}
    changed = ada.call("PATCH", "/me", json=values, headers={"If-Match": '"1"'})
    assert changed.headers["ETag"] == '"2"'
    expected = {**values, "version": 2, "updated_at": "2026-11-23T09:01:00.000000Z", "username": "ada"}
    assert expected.items() <= changed.get_json().items()
    gone = ada.call("PATCH", "/me", json={"bio": None}, headers={"If-Match": "*"})
    assert (gone.get_json()["bio"], gone.get_json()["name"]) == (None, "Ada L.")
    assert ada.call("GET", "/me").get_json() == gone.get_json()


def test_an_authors_public_profile_follows(ada, database):
    ada.call("PATCH", "/me", json={"name": "Ada L."}, headers={"If-Match": '"1"'})
    blog = Store(database.transport, database="blog", key=database.keys["blog"])
    author = blog.get("authors", ada.account["id"]).record
    assert (author["username"], author["name"]) == ("ada", "Ada L.")


def test_admins_list_accounts_by_name_or_age_and_role(person, make_account, clock):
    admin = person("root", "admin")
    for name in ("cleo", "bert"):
        clock.advance(minutes=1)
        make_account(name)
    clock.advance(seconds=1)

    def names(query):
        return [each["username"] for each in admin.call("GET", f"/accounts?{query}").get_json()["items"]]

    assert names("") == ["bert", "cleo", "root"]
    assert names("sort=-created_at") == ["bert", "cleo", "root"]
    assert names("role=admin") == ["root"]
    assert names("role=owner") == []
    page = admin.call("GET", "/accounts?limit=2&count=exact&fields=username").get_json()
    assert (page["items"], page["total"]) == ([{"username": "bert"}, {"username": "cleo"}], 3)
    assert names(f"limit=2&cursor={page['next']}") == ["root"]
    refused(admin.call("GET", "/accounts?cursor=altered"), 422, "invalid_cursor")
    refused(admin.call("GET", "/accounts?sort=password_hash"), 422, "invalid")
    refused(admin.call("GET", "/accounts?email=a"), 422, "invalid")


def test_admins_get_an_account_with_its_address_and_never_its_hash(person, ada):
    admin = person("root", "admin")
    response = admin.call("GET", f"/accounts/{ada.account['id']}")
    assert response.get_json()["email"] == "ada@example.org"
    assert HASH not in response.text
    refused(admin.call("GET", f"/accounts/{NOWHERE}"), 404, "not_found")
    refused(admin.call("GET", "/accounts/1"), 404, "not_found")
