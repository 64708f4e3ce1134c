"""The signing key changes while the service runs: next, current, last - each as long as it is needed, and no longer."""

import pytest

from api.users.jwks.ring import TOKEN_SECONDS, KeyRefused, RotationRuns, rotated
from tests.api.users.conftest import PASSWORD, ROOT, SIGNING_KEY, refresh_cookie, refused
from tests.support.contract import contract_client

LEAD = 120
NAME = "USERS_SIGNING_KEY"

# what is tried here knows no database: one engine is enough
pytestmark = pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "signing.jwk"
    path.write_text(SIGNING_KEY, "utf-8")
    return path


@pytest.fixture
def service(make_app, file):
    return contract_client(make_app(signing_key_file=file), "users")


@pytest.fixture
def rotate(file, clock):
    def change():
        text, kid = rotated(file.read_text("utf-8"), NAME, now=int(clock.now().timestamp()), lead=LEAD)
        other = file.with_suffix(".new")
        other.write_text(text, "utf-8")
        other.rename(file)
        return kid

    return change


def published(client):
    return [each["kid"] for each in client.get("/.well-known/jwks.json").get_json()["keys"]]


def signed_in(client):
    answer = client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": PASSWORD})
    return answer.get_json()["access_token"]


def me(client, token):
    return client.get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}"})


def test_a_rotated_set_and_a_key_given_by_hand_exclude_one_another(make_app, file, rotate, other_signing_key):
    rotate()
    with pytest.raises(KeyRefused, match="exclude"):
        make_app(signing_key=file.read_text("utf-8"), next_signing_key=other_signing_key)


def test_a_key_is_published_before_it_signs_and_known_until_its_last_token_has_expired(
    service, rotate, make_account, clock
):
    make_account("ada")
    (first,) = published(service)
    before = signed_in(service)
    second = rotate()
    assert published(service) == [first, second]
    with pytest.raises(RotationRuns):
        rotate()
    clock.advance(seconds=LEAD - 1)
    last = signed_in(service)
    clock.advance(seconds=1)
    after = signed_in(service)
    assert [me(service, token).status_code for token in (before, last, after)] == [200] * 3
    clock.advance(seconds=TOKEN_SECONDS - 2)
    assert [me(service, token).status_code for token in (before, last, after)] == [401, 200, 200]
    clock.advance(seconds=8)
    assert published(service) == [second]
    refused(me(service, last), 401, "unauthenticated")
    third = rotate()
    assert published(service) == [second, third]


def test_a_retired_key_signs_nothing_that_is_accepted(service, context, rotate, make_account, clock):
    make_account("ada")
    signed_in(service)
    rotate()
    clock.advance(seconds=LEAD + TOKEN_SECONDS + 10)
    # `context` has the first key still: whoever stole it could sign this
    session = context.store.find("sessions", {}, limit=1).records[0]
    now = int(clock.now().timestamp())
    claims = {"iss": context.settings.public_url, "aud": "flask-blog", "sub": session["account_id"]}
    forged = context.keys.sign({**claims, "sid": session["id"], "role": "reader", "iat": now, "exp": now + 600})
    assert me(service, signed_in(service)).status_code == 200
    refused(me(service, forged), 401, "unauthenticated")


def test_replicas_that_read_the_same_file_agree_and_one_that_starts_later_does_too(
    make_app, file, rotate, make_account, clock
):
    make_account("ada")

    def replica():
        return contract_client(make_app(signing_key=file.read_text("utf-8"), signing_key_file=file), "users")

    early = [replica(), replica()]
    rotate()
    clock.advance(seconds=LEAD)
    replicas = [*early, replica()]
    tokens = [signed_in(each) for each in replicas]
    assert {me(each, token).status_code for each in replicas for token in tokens} == {200}
    assert len({token.split(".")[0] for token in tokens}) == 1


def test_a_refresh_that_is_repeated_across_a_change_gets_its_answer_again(service, rotate, make_account, clock):
    make_account("ada")
    signed_in(service)
    old = refresh_cookie(service)
    rotate()
    clock.advance(seconds=LEAD - 5)
    assert service.post(f"{ROOT}/sessions/refresh").status_code == 200
    successor = refresh_cookie(service)
    clock.advance(seconds=6)
    service.set_cookie("refresh", old, domain="localhost", path=f"{ROOT}/sessions")
    assert service.post(f"{ROOT}/sessions/refresh").status_code == 200
    assert refresh_cookie(service) == successor


def test_half_a_file_changes_nothing(service, file, make_account):
    make_account("ada")
    known = published(service)
    for text in ("", "{", "[]", "\udcff"):
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert published(service) == known
        assert me(service, signed_in(service)).status_code == 200
    file.unlink()
    assert published(service) == known
