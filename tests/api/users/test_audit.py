"""The audit: what is recorded, in which commit, who may read it, and when it is forgotten."""

import json
from dataclasses import replace

import pyotp
import pytest

from api.shared.auth import load_access
from api.shared.store import StoreUnavailable
from api.users.app import create_app
from api.users.audit.failures import MOST_KEYS, Failures
from api.users.audit.schemas import EVENTS
from api.users.mail.worker import Worker
from tests.api.users.conftest import OWNER, PASSWORD, ROOT, Person, refresh_cookie, refused
from tests.support.contract import contract_client, spec
from tests.support.mail import token_in

NEW = "another three green kites"
NOWHERE = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"


@pytest.fixture
def events(store):
    """Tell what is recorded, the oldest first."""
    return lambda **filters: store.find("audit", filters, sort="created_at", limit=200).records


def test_of_every_operation_that_changes_something_it_is_decided_what_is_recorded():
    access = load_access()
    changing = {
        each["operationId"]
        for item in spec("users").document["paths"].values()
        for method, each in item.items()
        if method in {"post", "put", "patch", "delete"}
    }
    decided = {name for name, row in access.items() if bool(row.audit) != bool(row.unaudited)}
    assert changing - decided == set()
    assert {row.audit for row in access.values() if row.audit} <= set(EVENTS)


def test_events_are_closed_to_strangers_and_others_events_to_all_but_admins(client, person, make_account, store):
    ada, other = person("ada", "editor"), make_account("other")
    before = store.changes(0, limit=1).head
    refused(client.get(f"{ROOT}/audit"), 401, "unauthenticated")
    refused(ada.call("GET", f"/audit?account={other['id']}"), 403, "forbidden")
    assert store.changes(0, limit=1).head == before
    assert ada.call("GET", f"/audit?account={ada.account['id']}").status_code == 200


def test_nobody_can_add_change_or_remove_events_nor_ask_for_what_there_is_not(person):
    owner = person("root", "owner")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused(owner.call(method, "/audit", json={}), 405, "method_not_allowed")
    for query in ("account=ada", "event=anything", "since=yesterday", "sort=event", "who=ada"):
        refused(owner.call("GET", f"/audit?{query}"), 422, "invalid")


def test_what_is_refused_is_not_recorded(person, make_account, events):
    ada, other = person("ada"), make_account("other")
    before = len(events())
    ada.call("DELETE", f"/accounts/{other['id']}/sessions")
    ada.call("PUT", "/me/password", json={"current_password": "wrong", "password": NEW})
    ada.call("DELETE", f"/sessions/{NOWHERE}")
    assert len(events()) == before


class Committing:
    """Carries requests on and keeps the commits."""

    def __init__(self, transport):
        self.transport = transport
        self.commits = []

    def request(self, method, path, **options):
        if path.endswith("/commit"):
            self.commits.append([each["collection"] for each in json.loads(options["body"])["operations"]])
        return self.transport.request(method, path, **options)


def test_an_event_is_part_of_the_one_commit_that_it_tells_of(database, settings, clock, make_account):
    make_account("ada")
    transport = Committing(database.transport)
    client = contract_client(create_app(settings, database=transport, clock=clock), "users")
    grant = client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": PASSWORD}).get_json()
    headers = {"Authorization": f"Bearer {grant['access_token']}"}
    client.post(f"{ROOT}/tokens", json={"name": "a", "scopes": ["profile:read"]}, headers=headers)
    client.delete(f"{ROOT}/sessions/current", headers=headers)
    assert transport.commits == [
        ["second_factors", "sessions", "audit"], ["tokens", "audit"], ["sessions", "audit"],
    ]  # fmt: skip


def test_an_event_says_who_did_what_to_whom_from_where_and_when(client, make_account, events, clock):
    ada = make_account("ada")
    came = {"User-Agent": "curl/8\x85", "X-Request-ID": "mine-1"}
    body = {"identifier": "ada", "password": PASSWORD}
    grant = client.post(
        f"{ROOT}/sessions", json=body, headers=came, environ_base={"REMOTE_ADDR": "203.0.113.7"}
    ).get_json()
    (event,) = events()
    assert {name: event[name] for name in event if name not in {"id", "version", "created_at"}} == {
        "event": "signed_in", "account_id": ada["id"], "actor_id": ada["id"], "address": "203.0.113.7",
        "user_agent": "curl/8", "request_id": "mine-1", "details": {"session_id": grant["session_id"]},
    }  # fmt: skip
    assert event["created_at"] == clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_change_by_an_admin_names_both_and_tells_the_person_not_from_where(person, make_account, sign_in):
    admin, account = person("admin", "admin"), make_account("other")
    for version, body in ((1, {"role": "editor"}), (2, {"state": "suspended"}), (3, {"state": "active"})):
        admin.call("PATCH", f"/accounts/{account['id']}", json=body, headers={"If-Match": f'"{version}"'})
    seen = admin.call("GET", f"/audit?account={account['id']}&sort=created_at").get_json()["items"]
    assert [each["details"] for each in seen] == [
        {"role": "editor", "previous_role": "reader"},
        {"state": "suspended", "previous_state": "active"},
        {"state": "active", "previous_state": "suspended"},
    ]
    assert {(each["actor"], each["account"], each["address"]) for each in seen} == {("admin", "other", "127.0.0.1")}
    own = sign_in(account).call("GET", "/audit").get_json()["items"]
    assert [(each["event"], each["actor"], each["address"]) for each in own] == [
        ("signed_in", "other", "127.0.0.1"), *[("account_changed", "admin", None)] * 3,
    ]  # fmt: skip


def test_failed_attempts_are_counted_together_and_cost_no_commit(client, make_account, events, context, store):
    ada = make_account("ada")
    before = store.changes(0, limit=1).head
    for number, identifier in enumerate(["ada", "ada@example.org", "nobody", "somebody"]):
        body = {"identifier": identifier, "password": "wrong"}
        client.post(f"{ROOT}/sessions", json=body, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
    assert store.changes(0, limit=1).head == before
    context.failures.write()
    context.failures.write()
    recorded = {each["account_id"]: (each["event"], each["actor_id"], each["details"]) for each in events()}
    assert recorded == {
        ada["id"]: ("sign_in_failed", None, {"attempts": 2, "addresses": 2}),
        None: ("sign_in_failed", None, {"attempts": 2, "addresses": 2}),
    }
    assert len(events()) == 2


class Away:
    """A store that cannot be reached."""

    def commit(self, operations):
        raise StoreUnavailable("away")


def test_failures_that_could_not_be_written_are_written_later_and_stay_bounded(store, clock, events):
    failures = Failures(Away(), clock)
    origin = {"address": "203.0.113.7", "user_agent": None, "request_id": "r"}
    for number in range(MOST_KEYS + 100):
        failures.count("sign_in_failed", f"account-{number}", origin)
    with pytest.raises(StoreUnavailable):
        failures.write()
    failures.count("sign_in_failed", "account-0", origin)
    failures._store = store  # noqa: SLF001 - it is back
    failures.write()
    assert events(account_id="account-0")[0]["details"] == {"attempts": 2, "addresses": 1}
    assert store.find("audit", limit=1, count=True).total == MOST_KEYS + 1


class Day:
    """A day on which everything that is recorded is done once."""

    def __init__(self, client, clock, mails):
        self.client, self.clock, self.mails = client, clock, mails

    def do(self, method, path, body=None, status=(200, 201, 204), by=None):
        headers = {"If-Match": "*"} | ({"Authorization": f"Bearer {by['access_token']}"} if by else {})
        answer = self.client.open(f"{ROOT}{path}", method=method, json=body, headers=headers)
        assert answer.status_code in status, (path, answer.data)
        return answer.get_json(silent=True) or {}

    def signed_in(self, name="grace"):
        return self.do("POST", "/sessions", {"identifier": name, "password": PASSWORD})

    def mailed(self):
        return token_in(self.mails()[-1])

    def app_code(self, secret):
        self.clock.advance(seconds=30)
        return pyotp.TOTP(secret).at(self.clock.now())

    def invites(self, owner):
        """Invite two; one is not let in after all, the other makes an account."""
        self.do("POST", "/invitations", {"email": "gone@example.org", "role": "author"}, by=owner)
        (listed,) = self.do("GET", "/invitations", by=owner)["items"]
        self.do("DELETE", f"/invitations/{listed['id']}", by=owner)
        self.mails()
        self.do("POST", "/invitations", {"email": "grace@example.org", "role": "author"}, by=owner)
        wanted = {"username": "grace", "name": "Grace", "password": PASSWORD}
        return self.do("POST", "/invitations/accept", {**wanted, "token": self.mailed()})

    def proves(self, owner, grace, grace_id):
        """Use a second factor in every way, the wrong one included."""
        secret = self.do("POST", "/me/second-factor", {"password": PASSWORD}, by=grace)["secret"]
        self.do("POST", "/me/second-factor/confirm", {"code": self.app_code(secret)}, by=grace)
        both = {"password": PASSWORD, "code": self.app_code(secret)}
        self.do("POST", "/me/second-factor/recovery-codes", both, by=grace)
        begun = self.do("POST", "/sessions", {"identifier": "grace", "password": PASSWORD}, status=(401,))
        answer = {"challenge": begun["challenge"], "code": "000000"}
        self.do("POST", "/sessions/second-factor", answer, status=(401,))
        self.do("POST", "/sessions/second-factor", {**answer, "code": self.app_code(secret)})
        self.do("POST", "/me/second-factor/disable", {**both, "code": self.app_code(secret)}, by=grace)
        secret = self.do("POST", "/me/second-factor", {"password": PASSWORD}, by=grace)["secret"]
        self.do("POST", "/me/second-factor/confirm", {"code": self.app_code(secret)}, by=grace)
        self.do("DELETE", f"/accounts/{grace_id}/second-factor", by=owner)

    def loses_a_cookie(self):
        self.signed_in()
        copied = refresh_cookie(self.client)
        self.do("POST", "/sessions/refresh")
        self.clock.advance(seconds=11)
        self.client.set_cookie("refresh", copied, domain="localhost", path=f"{ROOT}/sessions")
        self.do("POST", "/sessions/refresh", status=(401,))

    def changes(self, grace):
        """Change the address and the password, and forget that."""
        self.do("POST", "/me/email-change", {"password": PASSWORD, "email": "new@example.org"}, by=grace)
        self.do("POST", "/email-verifications/complete", {"token": self.mailed()})
        self.do("PUT", "/me/password", {"current_password": PASSWORD, "password": NEW}, by=grace)
        self.mails()
        self.do("POST", "/password-resets", {"email": "new@example.org"})
        self.do("POST", "/password-resets/complete", {"token": self.mailed(), "password": PASSWORD})

    def leaves(self):
        here, there = self.signed_in(), self.signed_in()
        token = self.do("POST", "/tokens", {"name": "a", "scopes": ["profile:read"]}, by=here)
        self.do("DELETE", f"/tokens/{token['id']}", by=here)
        self.do("DELETE", f"/sessions/{there['session_id']}", by=here)
        self.do("DELETE", "/sessions/current", by=here)
        self.do("DELETE", "/sessions", by=self.signed_in())


@pytest.fixture
def grace(client, clock, mails, code, context):
    """Somebody to whom all of it happened, signed in."""
    day = Day(client, clock, mails)
    owner = day.do("POST", "/setup", {**OWNER, "code": code})
    account = day.invites(owner)
    day.do("POST", "/sessions", {"identifier": "grace", "password": "wrong"}, status=(401,))
    day.proves(owner, day.signed_in(), account["id"])
    day.loses_a_cookie()
    day.changes(day.signed_in())
    day.leaves()
    day.do("PATCH", f"/accounts/{account['id']}", {"role": "editor"}, by=owner)
    context.failures.write()
    return Person(account, client, day.signed_in())


def test_everything_about_accounts_is_recorded_and_holds_no_secret(grace, events, code):
    recorded = events()
    elsewhere = {"account_deleted", "reset_link_made", "signing_key_changed"}
    assert set(EVENTS) - {each["event"] for each in recorded} == elsewhere
    secrets = (PASSWORD, NEW, code, "argon2", grace.grant["access_token"], "example.org")
    assert [word for word in secrets if word in json.dumps(recorded)] == []
    # of whom has gone nothing is left but that it went
    assert grace.call("POST", "/me/deletion", json={"password": PASSWORD}).status_code == 204
    (left,) = events(account_id=grace.account["id"])
    assert (left["event"], left["address"], left["user_agent"]) == ("account_deleted", None, None)


def test_a_list_of_events_can_be_narrowed_and_walked(person, make_account, sign_in, clock):
    owner, account = person("root", "owner"), make_account("ada")
    for _ in range(5):
        clock.advance(seconds=60)
        sign_in(account)
    third = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    walked, cursor = [], ""
    while cursor is not None:
        page = owner.call("GET", f"/audit?limit=2&account={account['id']}&count=exact{cursor}").get_json()
        walked += page["items"]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert [each["created_at"] for each in walked] == sorted((e["created_at"] for e in walked), reverse=True)
    assert len({each["id"] for each in walked}) == page["total"] == 5
    for query, expected in ((f"since={third}", 1), (f"until={third}", 6), ("event=signed_out", 0)):
        assert owner.call("GET", f"/audit?count=exact&{query}").get_json()["total"] == expected, query
    assert owner.call("GET", f"/audit?count=exact&actor={owner.account['id']}").get_json()["total"] == 1


def test_what_admins_did_to_others_outlives_them_without_saying_from_where(person, make_account, events):
    admin, other = person("admin", "admin"), make_account("other")
    admin.call("PATCH", f"/accounts/{other['id']}", json={"role": "author"}, headers={"If-Match": '"1"'})
    assert admin.call("POST", "/me/deletion", json={"password": PASSWORD}).status_code == 204
    (event,) = events(account_id=other["id"])
    assert (event["actor_id"], event["address"], event["user_agent"]) == (admin.account["id"], None, None)


def test_old_events_are_forgotten(context, person, clock, events):
    short = replace(context, settings=replace(context.settings, audit_days=10))
    person("ada")
    clock.advance(seconds=6 * 86_400)
    person("bob")
    clock.advance(seconds=4 * 86_400)
    assert Worker(short, None).sweep() == 1
    assert len(events()) == 1
