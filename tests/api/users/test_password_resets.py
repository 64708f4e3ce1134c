"""A new password by mail: whoever reads the address may choose it, once, and nobody learns who has an account."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.shared.store import update
from api.users.mail import links
from api.users.mail.worker import Worker
from tests.api.users.conftest import HASH, PASSWORD, ROOT, refused
from tests.support.contract import contract_client
from tests.support.mail import token_in

NEW = "another three green kites"


@pytest.fixture
def ask(client):
    return lambda address: client.post(f"{ROOT}/password-resets", json={"email": address})


@pytest.fixture
def complete(client):
    def post(token, password=NEW):
        return client.post(f"{ROOT}/password-resets/complete", json={"token": token, "password": password})

    return post


@pytest.fixture
def token(ask, mails):
    def get(address="ada@example.org"):
        assert ask(address).status_code == 204
        return token_in(mails()[-1])

    return get


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": ["ada@example.org"]},
        {"email": "ada"},
        {"email": "a\u0000@example.org"},
        {"email": "x" * 1_000_000 + "@example.org"},
        {"email": "ada@example.org", "name": "x"},
    ],
)
def test_what_is_no_request_is_refused_and_nothing_is_written(client, store, body, make_account):
    make_account("ada")
    response = client.post(f"{ROOT}/password-resets", json=body)
    assert response.status_code in {413, 422}
    assert store.find("outbox").records == store.find("mail_links").records == []


@pytest.mark.parametrize("text", ["x", "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d.x", "é" * 100, "0" * 36 + "." + "a" * 43])
def test_a_token_that_is_none_is_over(complete, text):
    refused(complete(text), 404, "link_over")


def test_a_link_works_once(make_account, token, complete, client):
    make_account("ada")
    link = token()
    assert complete(link).status_code == 204
    refused(complete(link, "a third password, longer"), 404, "link_over")
    signed_in = client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": NEW})
    assert signed_in.status_code == 201
    refused(client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": PASSWORD}), 401, "wrong_credentials")


def test_of_two_who_use_a_link_at_once_one_is_refused(make_account, token, app, database):
    make_account("ada")
    body = {"token": token(), "password": NEW}

    def post(_):
        return contract_client(app, "users").post(f"{ROOT}/password-resets/complete", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(post, range(4))) == [204, 404, 404, 404]


def test_a_link_is_over_after_half_an_hour(make_account, token, complete, clock):
    make_account("ada")
    link = token()
    clock.advance(minutes=30)
    refused(complete(link), 404, "link_over")


def test_a_link_with_another_secret_is_over(make_account, token, complete):
    make_account("ada")
    link = token()
    refused(complete(link[:-1] + ("A" if link[-1] != "A" else "B")), 404, "link_over")


def test_a_used_link_voids_the_others_that_are_under_way(make_account, token, complete):
    make_account("ada")
    first, second = token(), token()
    assert complete(second).status_code == 204
    refused(complete(first), 404, "link_over")


@pytest.mark.parametrize("state", ["suspended", "deleted"])
def test_an_account_that_may_not_be_used_gets_no_link(make_account, ask, mails, state):
    make_account("ada", state=state)
    assert ask("ada@example.org").status_code == 204
    assert mails() == []


@pytest.mark.parametrize("state", ["suspended", "deleted"])
def test_a_link_of_an_account_that_may_not_be_used_any_more_is_over(make_account, token, complete, store, state):
    account = make_account("ada")
    link = token()
    store.commit([update("accounts", account["id"], {"state": state})])
    refused(complete(link), 404, "link_over")


def test_a_common_password_or_ones_own_name_is_refused_and_the_link_stays_good(make_account, token, complete):
    make_account("ada")
    link = token()
    for password in ("password", "ada@example.org"):
        body = refused(complete(link, password), 422, "invalid")
        assert body["errors"][0]["pointer"] == "/password"
    assert complete(link).status_code == 204


def test_a_new_password_signs_out_everywhere_and_says_so_by_mail(person, token, complete, mails):
    ada = person("ada")
    assert complete(token()).status_code == 204
    refused(ada.call("GET", "/me"), 401, "unauthenticated")
    assert mails()[-1]["Subject"] == "Your password for blog.example.org was changed"


def test_whether_an_account_exists_shows_in_no_answer_no_hash_and_no_number_of_requests(
    make_account, ask, context, database, monkeypatch
):
    make_account("ada")
    make_account("bob", state="suspended")
    hashes, asked = [], []
    hashing, requesting = type(context.passwords).hash, database.transport.request
    monkeypatch.setattr(type(context.passwords), "hash", lambda *a: hashes.append(1) or hashing(*a))
    monkeypatch.setattr(type(context.passwords), "matches", lambda *a: hashes.append(1))
    monkeypatch.setattr(
        type(database.transport), "request", lambda self, *a, **o: asked.append(a[:1]) or requesting(*a, **o)
    )
    seen = []
    for address in ("ada@example.org", "bob@example.org", "nobody@example.org"):
        asked.clear()
        answer = ask(address)
        headers = {name for name, _ in answer.headers}
        seen.append((answer.status_code, answer.data, sorted(headers), list(asked)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][3] == [("GET",), ("POST",)]
    assert hashes == []


def test_nobody_gets_a_mail_where_there_is_no_account(ask, mails, store):
    assert ask("nobody@example.org").status_code == 204
    assert mails() == []
    assert store.find("outbox").records == []


def test_how_often_a_mail_may_be_asked_for_is_limited_for_each_address(make_app, make_account):
    make_account("ada")
    client = contract_client(make_app(sign_in_limit="3 per 5 minutes"), "users")
    codes = [
        client.post(
            f"{ROOT}/password-resets", json={"email": "Ada@example.org"}, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}
        ).status_code
        for n in range(5)
    ]
    assert codes == [204, 204, 204, 429, 429]


def test_no_secret_of_a_link_lies_in_a_record_or_in_the_feed(make_account, ask, store, context, database):
    make_account("ada")
    ask("ada@example.org")
    (link,) = store.find("mail_links").records
    secret = links.token(context, link["id"]).partition(".")[2]
    stored = f"{store.find('outbox').records}{link}{store.changes(0).changes}"
    assert secret not in stored
    assert link["digest"] == links.digest(f"{link['id']}.{secret}")
    feed = str(store.changes(0).changes)
    assert link["digest"] not in feed
    assert HASH not in feed


def test_a_link_outlives_a_change_of_the_signing_key(make_account, token, make_app, other_signing_key):
    make_account("ada")
    body = {"token": token(), "password": NEW}
    client = contract_client(make_app(signing_key=other_signing_key), "users")
    assert client.post(f"{ROOT}/password-resets/complete", json=body).status_code == 204


def test_links_that_have_ended_are_swept_away(make_account, ask, store, clock, context):
    make_account("ada")
    ask("ada@example.org")
    worker = Worker(context, None)
    assert worker.sweep() == 0
    clock.advance(minutes=30)
    assert worker.sweep() == 1
    assert store.find("mail_links").records == []
