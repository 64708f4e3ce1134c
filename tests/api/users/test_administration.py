"""What admins do with accounts: what is refused, and how soon it holds in the other service too."""

import threading

import pytest

from api.blog.app import close
from api.blog.app import create_app as create_blog
from api.blog.settings import Settings as BlogSettings
from api.shared.auth import token_digest
from api.shared.service import Limits
from api.shared.store import Store
from api.shared.transport import WsgiTransport
from tests.api.users.conftest import PUBLIC_URL, refused
from tests.support.contract import contract_client
from tests.support.waiting import wait_until

LIMIT = "10000 per minute"
NOWHERE = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
CHANGES = ({"role": "author"}, {"role": "editor"}, {"state": "suspended"}, {"state": "active"})


@pytest.fixture
def head(store):
    return lambda: store.changes(0, limit=1).head


def change(person, account_id, body, version=1):
    return person.call("PATCH", f"/accounts/{account_id}", json=body, headers={"If-Match": f'"{version}"'})


def actions(person, account_id):
    """Do all that an admin can do to an account."""
    for body in CHANGES:
        yield change(person, account_id, body)
    yield person.call("DELETE", f"/accounts/{account_id}", headers={"If-Match": "*"})
    yield person.call("DELETE", f"/accounts/{account_id}/sessions")
    yield person.call("DELETE", f"/accounts/{account_id}/second-factor")


@pytest.mark.parametrize(("role", "target"), [("admin", "admin"), ("admin", "owner"), ("admin", None), ("owner", None)])
def test_nobody_touches_accounts_that_are_not_below_nor_ones_own(person, make_account, role, target, head):
    somebody = person("somebody", role)
    other = make_account("other", target) if target else somebody.account
    before = head()
    for answer in actions(somebody, other["id"]):
        refused(answer, 403, "forbidden")
    assert head() == before


def test_an_admin_makes_no_admin_and_nobody_makes_an_owner(person, make_account, head):
    admin, owner, other = person("admin", "admin"), person("owner", "owner"), make_account("other")
    before = head()
    refused(change(admin, other["id"], {"role": "admin"}), 403, "forbidden")
    refused(change(owner, other["id"], {"role": "owner"}), 422, "invalid")
    refused(change(owner, other["id"], {"state": "deleted"}), 422, "invalid")
    refused(change(owner, other["id"], {"email": "x@example.org"}), 422, "invalid")
    refused(change(owner, NOWHERE, {"role": "author"}), 404, "not_found")
    refused(owner.call("DELETE", f"/accounts/{other['id']}/second-factor"), 404, "not_found")
    assert head() == before
    assert change(owner, other["id"], {"role": "admin"}).get_json()["role"] == "admin"


def test_a_stale_change_is_refused_with_the_current_version(person, make_account):
    admin, other = person("admin", "admin"), make_account("other")
    assert change(admin, other["id"], {"role": "author"}).get_json()["version"] == 2
    assert refused(change(admin, other["id"], {"role": "editor"}), 412, "version_mismatch")["version"] == 2
    refused(admin.call("PATCH", f"/accounts/{other['id']}", json={"role": "editor"}), 428, "precondition_required")


def test_suspending_ends_the_sessions_for_good(person, make_account, sign_in, clock):
    admin, account = person("admin", "admin"), make_account("other")
    other = sign_in(account)
    assert change(admin, account["id"], {"state": "suspended"}).get_json()["state"] == "suspended"
    refused(other.call("GET", "/me"), 401, "unauthenticated")
    assert change(admin, account["id"], {"state": "active"}, version=2).status_code == 200
    clock.advance(seconds=3)
    refused(other.call("GET", "/me"), 401, "unauthenticated")
    assert sign_in(account).call("GET", "/me").status_code == 200


def test_signing_somebody_out_ends_their_sessions_and_nobody_elses(person, make_account, sign_in):
    admin, account = person("admin", "admin"), make_account("other")
    first, second = sign_in(account), sign_in(account)
    assert admin.call("DELETE", f"/accounts/{account['id']}/sessions").status_code == 204
    for ended in (first, second):
        refused(ended.call("GET", "/me"), 401, "unauthenticated")
    assert admin.call("GET", "/me").status_code == 200


@pytest.fixture
def blog(app, database, tmp_path):
    """The Blog Service beside the User Service, on the same Database Service."""
    limits = Limits(PUBLIC_URL, 8_000_000, LIMIT, LIMIT, "memory://", tmp_path)
    settings = BlogSettings(
        limits,
        database_url="",
        database_key=database.keys["blog"],
        users_url="",
        media_url=str(tmp_path / "media"),
        jobs_url=str(tmp_path / "jobs"),
    )
    service = create_blog(settings, database=database.transport, users=WsgiTransport(app), clock=database.clock)
    yield contract_client(service, "blog")
    close(service)


@pytest.fixture
def followed(database):
    """Wait until the links have brought something to the blog's side."""
    store, pause = Store(database.transport, database="blog", key=database.keys["blog"]), threading.Event()

    def wait(caller, **expected):
        for _ in range(500):
            known = store.get("callers", caller)
            if known is not None and all(known.record[name] == value for name, value in expected.items()):
                return
            pause.wait(0.02)
        pytest.fail(f"the links did not bring {caller} with {expected}")

    return wait


def test_role_and_suspension_hold_in_the_blog_two_seconds_after_the_links_brought_them(blog, followed, person, clock):
    admin, other = person("admin", "admin"), person("other")
    caller = f"account:{other.account['id']}"

    def write():
        return blog.post("/api/blog/v1/posts", json={"title": "A"}, headers=other.headers)

    followed(caller, role="reader")
    refused(write(), 403, "forbidden")
    change(admin, other.account["id"], {"role": "author"})
    followed(caller, role="author")
    clock.advance(seconds=2)
    assert write().status_code == 201
    change(admin, other.account["id"], {"role": "reader"}, version=2)
    followed(caller, role="reader")
    clock.advance(seconds=2)
    refused(write(), 403, "forbidden")
    change(admin, other.account["id"], {"state": "suspended"}, version=3)
    followed(caller, state="suspended")
    clock.advance(seconds=2)
    refused(write(), 401, "unauthenticated")


def test_a_token_that_is_used_in_the_blog_is_known_to_be_used(blog, followed, person):
    other = person("other", "author")
    made = other.call("POST", "/tokens", json={"name": "A", "scopes": ["posts:read"]}).get_json()
    followed(f"token:{token_digest(made['token'])}", kind="token")
    answer = blog.get("/api/blog/v1/posts?status=draft", headers={"Authorization": f"Bearer {made['token']}"})
    assert answer.status_code == 200
    wait_until(lambda: other.call("GET", f"/tokens/{made['id']}").get_json()["used_at"], seconds=30)
