"""How accounts come to be: by registering, where that is open, and by invitation; never without a proven address."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.shared.environment import SettingRefused
from api.users.settings import Settings
from tests.api.users.conftest import PASSWORD, ROOT, refused
from tests.support.contract import contract_client
from tests.support.mail import token_in

NEW = {"username": "Grace", "name": "Grace Hopper", "email": "Grace@Example.org", "password": PASSWORD}
INVITED = {"username": "grace", "name": "Grace Hopper", "password": PASSWORD}


@pytest.fixture
def open_client(make_app):
    return contract_client(make_app(registration="open"), "users")


@pytest.fixture
def register(open_client):
    return lambda **changed: open_client.post(f"{ROOT}/registrations", json={**NEW, **changed})


@pytest.fixture
def prove(client):
    return lambda token: client.post(f"{ROOT}/email-verifications/complete", json={"token": token})


@pytest.fixture
def admin(person):
    return person("root", "admin")


@pytest.fixture
def invited(admin, mails):
    """Invite somebody; return the token of the link."""

    def invite(email="grace@example.org", role="author"):
        answer = admin.call("POST", "/invitations", json={"email": email, "role": role})
        assert answer.status_code == 201, answer.data
        return token_in(mails()[-1])

    return invite


@pytest.fixture
def accept(client):
    return lambda token, **changed: client.post(
        f"{ROOT}/invitations/accept", json={**INVITED, "token": token, **changed}
    )


def accounts_of(store):
    return {each["username"]: each["role"] for each in store.find("accounts").records}


def test_a_mode_that_is_none_is_refused_at_start(monkeypatch):
    monkeypatch.setenv("USERS_REGISTRATION", "maybe")
    for name in ("USERS_DATABASE_KEY", "USERS_SIGNING_KEY", "USERS_DATABASE_URL"):
        monkeypatch.setenv(name, "k" * 40)
    with pytest.raises(SettingRefused, match="USERS_REGISTRATION"):
        Settings.from_environment()


@pytest.mark.parametrize("username", ["\u0410da", "ad\u0430", "\uff21\uff24\uff21", "ADA"])
def test_a_name_that_looks_like_somebodys_is_refused(register, make_account, store, username):
    make_account("ada")
    head = store.changes(0).head
    refused(register(username=username), 409, "username_taken")
    assert store.changes(0).head == head


@pytest.mark.parametrize(
    "changed",
    [
        {"username": ["grace"]},
        {"username": "gra\0ce"},
        {"username": "g" * 40},
        {"username": "gr\u200dace"},
        {"username": "\u2603"},
        {"name": {"first": "Grace"}},
        {"name": "G" * 60_000},
        {"email": "grace@-x.org"},
        {"email": "a..b@example.org"},
        {"email": "grace@example.org\r\nBcc: all@example.org"},
    ],
)
def test_what_cannot_be_a_name_or_an_address_is_refused_and_nothing_changes(register, store, changed):
    head = store.changes(0).head
    body = refused(register(**changed), 422, "invalid")
    assert {each["pointer"] for each in body["errors"]} == {f"/{name}" for name in changed}
    assert store.changes(0).head == head


def test_a_megabyte_of_name_is_refused_before_it_is_read(register):
    refused(register(name="G" * 1_000_000), 413, "too_large")


def test_of_two_names_that_look_the_same_and_come_at_once_one_is_made(open_client, register, prove, mails, store):
    for number, username in enumerate(("b0b", "bob", "\u0432ob", "b\u043eb")):
        assert register(username=username, email=f"{number}@example.org").status_code == 204
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(answer.status_code for answer in pool.map(prove, [token_in(mail) for mail in mails()]))
    # what looks like a small capital B looks like no b
    assert codes == [200, 200, 409, 409]
    assert len(accounts_of(store)) == 2


@pytest.mark.parametrize("mode", ["invitation", "closed"])
def test_where_registration_is_not_open_nobody_registers(make_app, store, mode):
    client = contract_client(make_app(registration=mode), "users")
    assert client.get(f"{ROOT}/registrations").get_json() == {"mode": mode}
    refused(client.post(f"{ROOT}/registrations", json=NEW), 403, "registration_closed")
    assert store.find("outbox").records == store.find("mail_links").records == []


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"password": "password"}, "/password"),
        ({"password": "short"}, "/password"),
        ({"password": "grace@example.org"}, "/password"),
        ({"email": "grace@" + "a" * 70 + ".org"}, "/email"),
        ({"email": ["grace@example.org"]}, "/email"),
        ({"username": "gra ce"}, "/username"),
        ({"name": "G\u0000"}, "/name"),
        ({"role": "admin"}, "/role"),
    ],
)
def test_unusable_input_is_refused_by_its_place(register, store, changed, pointer):
    body = refused(register(**changed), 422, "invalid")
    assert [fault["pointer"] for fault in body["errors"]] == [pointer]
    assert store.find("mail_links").records == []


def test_an_account_exists_once_its_address_is_proven_and_then_as_a_reader(register, prove, mails, store, client):
    assert register().status_code == 204
    assert accounts_of(store) == {}
    refused(
        client.post(f"{ROOT}/sessions", json={"identifier": "grace", "password": PASSWORD}), 401, "wrong_credentials"
    )
    token = token_in(mails()[-1])
    assert prove(token).get_json() == {"username": "grace", "email": "Grace@Example.org"}
    refused(prove(token), 404, "link_over")
    assert accounts_of(store) == {"grace": "reader"}
    answer = client.post(f"{ROOT}/sessions", json={"identifier": "grace", "password": PASSWORD})
    assert answer.status_code == 201


def test_a_username_that_was_taken_meanwhile_is_told(register, prove, mails, make_account):
    register()
    token = token_in(mails()[-1])
    make_account("grace", email="other@example.org", email_key="other@example.org")
    refused(prove(token), 409, "username_taken")
    refused(register(email="new@example.org"), 409, "username_taken")


def test_whether_an_address_has_an_account_shows_in_no_answer_and_no_number_of_hashes(
    register, make_account, mails, monkeypatch, context
):
    make_account("ada")
    hashes = []
    hashing = type(context.passwords).hash
    monkeypatch.setattr(type(context.passwords), "hash", lambda *a: hashes.append(1) or hashing(*a))
    answers = [register(email=address) for address in ("ada@example.org", "grace@example.org")]
    assert len({(each.status_code, each.data) for each in answers}) == 1
    assert len(hashes) == 2
    told = {str(mail["To"]): str(mail["Subject"]) for mail in mails()}
    assert told == {
        "ada@example.org": "You have an account at blog.example.org",
        "grace@example.org": "Your account at blog.example.org",
    }


@pytest.mark.parametrize("role", ["reader", "author", "editor"])
def test_only_admins_invite(person, store, role):
    somebody = person("ada", role)
    body = {"email": "grace@example.org", "role": "author"}
    refused(somebody.call("POST", "/invitations", json=body), 403, "forbidden")
    refused(somebody.call("GET", "/invitations"), 403, "forbidden")
    assert store.find("invitations").records == []


def test_nobody_is_invited_as_an_admin_or_with_an_address_that_has_an_account(admin, make_account):
    make_account("ada")
    for role in ("admin", "owner", "reader"):
        refused(admin.call("POST", "/invitations", json={"email": "g@example.org", "role": role}), 422, "invalid")
    refused(admin.call("POST", "/invitations", json={"email": "ADA@example.org", "role": "author"}), 409, "email_taken")


@pytest.mark.parametrize("role", ["author", "editor"])
def test_an_invitation_is_accepted_once_with_its_role_and_address(invited, accept, client, admin, role):
    token = invited(role=role)
    (listed,) = admin.call("GET", "/invitations").get_json()["items"]
    assert (listed["email"], listed["role"]) == ("grace@example.org", role)
    made = accept(token)
    assert (made.status_code, made.get_json()["role"], made.get_json()["email"]) == (201, role, "grace@example.org")
    refused(accept(token, username="other"), 404, "link_over")
    assert admin.call("GET", "/invitations").get_json()["items"] == []
    assert client.post(f"{ROOT}/sessions", json={"identifier": "grace", "password": PASSWORD}).status_code == 201


def test_an_invitation_ends_when_it_is_revoked_replaced_or_a_week_old(invited, accept, admin, clock):
    first, second = invited(), invited(role="editor")
    refused(accept(first), 404, "link_over")
    (listed,) = admin.call("GET", "/invitations").get_json()["items"]
    assert admin.call("DELETE", f"/invitations/{listed['id']}").status_code == 204
    refused(accept(second), 404, "link_over")
    refused(admin.call("GET", f"/invitations/{listed['id']}"), 404, "not_found")
    third = invited()
    clock.advance(days=7)
    refused(accept(third), 404, "link_over")


def test_of_many_who_accept_at_once_one_gets_the_account(invited, app, store):
    token = invited()

    def post(number):
        body = {**INVITED, "token": token, "username": f"grace{number}"}
        return contract_client(app, "users").post(f"{ROOT}/invitations/accept", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(post, range(4)))
    assert codes[0] == 201
    assert set(codes[1:]) <= {404, 409}
    assert len(accounts_of(store)) == 2


def test_where_accounts_are_closed_nobody_is_invited_and_no_invitation_accepted(make_app, invited, admin):
    token = invited()
    client = contract_client(make_app(registration="closed"), "users")
    body = {"email": "new@example.org", "role": "author"}
    refused(client.post(f"{ROOT}/invitations", json=body, headers=admin.headers), 403, "registration_closed")
    refused(client.post(f"{ROOT}/invitations/accept", json={**INVITED, "token": token}), 403, "registration_closed")


def test_no_digest_and_no_hash_travels(invited, register, store):
    invited()
    register()
    feed = str(store.changes(0).changes)
    assert "argon2" not in feed
    for name in ("mail_links", "invitations"):
        assert store.find(name).records[0]["digest"] not in feed
