"""What the service refuses to start with, and what it does when it starts."""

import io
import json
import time

import pytest
import structlog
from joserfc.jwk import ECKey, OKPKey

from api.shared.clock import SystemClock
from api.shared.environment import SettingRefused
from api.shared.transport import ServiceUnavailable
from api.users import app as users
from api.users.jwks.ring import KeyRefused, read, rotated
from api.users.jwks.rules import SigningKeys
from api.users.settings import Settings
from tests.api.users.conftest import SIGNING_KEY

KEY_SETTING = "USERS_SIGNING_KEY"
COMPLETE = {
    "USERS_DATABASE_URL": "http://127.0.0.1:9",
    "USERS_DATABASE_KEY": "k" * 32,
    "USERS_SIGNING_KEY": SIGNING_KEY,
    "PUBLIC_URL": "https://blog.example.org/",
}


@pytest.fixture
def environment(monkeypatch):
    """Set exactly these settings."""
    for name in (*COMPLETE, "USERS_DATABASE_KEY_FILE", "USERS_SIGNING_KEY_FILE", "USERS_NEXT_SIGNING_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)

    def put(**settings):
        for name, value in {**COMPLETE, **settings}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return put


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"USERS_DATABASE_URL": None}, "Set USERS_DATABASE_URL"),
        ({"USERS_DATABASE_KEY": None}, "USERS_DATABASE_KEY_FILE"),
        ({"USERS_DATABASE_KEY": "short"}, "shorter than 32"),
        ({"USERS_DATABASE_KEY": None, "USERS_DATABASE_KEY_FILE": "/nowhere"}, "/nowhere"),
        ({"USERS_SIGNING_KEY": None}, "Set USERS_SIGNING_KEY"),
        ({"PUBLIC_URL": "blog.example.org"}, "PUBLIC_URL has to be like"),
        ({"PUBLIC_URL": "https://blog.example.org/blog"}, "without a path"),
        ({"USERS_ORIGINS": "https://a.example.org, nonsense"}, "USERS_ORIGINS"),
        ({"USERS_PROXIES": "one"}, "whole number"),
        ({"USERS_PROXIES": "-1"}, "0 or more"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named_in_one_sentence(environment, settings, told):
    environment(**settings)
    with pytest.raises(SettingRefused) as refusal:
        Settings.from_environment()
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x" * 40,
        "[]",
        "{}",
        json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)),
        json.dumps(OKPKey.generate_key("X25519").as_dict(private=True)),
        json.dumps(ECKey.generate_key("P-256").as_dict(private=True)),
    ],
    ids=["nothing", "letters", "a list", "an empty object", "a public key", "a key to agree by", "a key on P-256"],
)
def test_a_signing_key_of_another_kind_is_refused(key):
    with pytest.raises(KeyRefused, match="USERS_SIGNING_KEY"):
        SigningKeys(key, clock=SystemClock())
    with pytest.raises(KeyRefused, match="USERS_NEXT_SIGNING_KEY"):
        SigningKeys(SIGNING_KEY, key, clock=SystemClock())


def rotated_with(**members):
    document = json.loads(rotated(SIGNING_KEY, KEY_SETTING, now=1_000, lead=120)[0])
    document["keys"][1] |= members
    return document


@pytest.mark.parametrize(
    "document",
    [
        {"keys": []},
        {"keys": [json.loads(SIGNING_KEY)]},
        {"keys": ["key"]},
        {"keys": {}},
        {"keys": rotated_with()["keys"][1:]},
        {"keys": rotated_with()["keys"][:1]},
        {"keys": rotated_with()["keys"] + rotated_with()["keys"][:1]},
        rotated_with(**{"from": 5_000}),
        rotated_with(**{"from": "0"}),
        rotated_with(crv="X25519"),
        rotated_with(d=None),
    ],
)  # fmt: skip
def test_a_set_that_was_not_made_by_a_rotation_is_refused(document):
    with pytest.raises(KeyRefused, match=KEY_SETTING):
        read(json.dumps(document), KEY_SETTING)


def test_secrets_come_from_files_and_are_not_shown(environment, tmp_path):
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n", "utf-8")
    environment(USERS_DATABASE_KEY=None, USERS_DATABASE_KEY_FILE=str(file), USERS_ORIGINS="https://a.example.org")
    settings = Settings.from_environment()
    assert settings.database_key == "f" * 40
    assert (settings.public_url, settings.origins) == ("https://blog.example.org", ("https://a.example.org",))
    assert "ffff" not in repr(settings)
    assert json.loads(SIGNING_KEY)["d"] not in repr(settings)


def test_derived_secrets_differ_by_purpose_and_key(other_signing_key):
    keys = SigningKeys(SIGNING_KEY, clock=SystemClock())
    assert keys.secret_for("a") == SigningKeys(SIGNING_KEY, clock=SystemClock()).secret_for("a")
    assert (
        len(
            {
                keys.secret_for("a"),
                keys.secret_for("b"),
                SigningKeys(other_signing_key, clock=SystemClock()).secret_for("a"),
            }
        )
        == 3
    )


class AwayAtFirst:
    """A Database Service that is not there yet for the first requests."""

    def __init__(self, transport, refusals):
        self.transport = transport
        self.refusals = refusals

    def request(self, *arguments, **options):
        if self.refusals:
            self.refusals -= 1
            raise ServiceUnavailable("not yet")
        return self.transport.request(*arguments, **options)


def test_the_link_is_logged_as_soon_as_the_database_answers(environment, database, monkeypatch):
    environment(USERS_DATABASE_KEY=database.keys["users"])
    lines = io.StringIO()
    monkeypatch.setattr(users, "HttpTransport", lambda _url: AwayAtFirst(database.transport, 2))
    monkeypatch.setattr(users, "SECONDS_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(users.logs, "configure", lambda **_: None)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(lines), cache_logger_on_first_use=False)
    app = users.from_environment()
    deadline = time.monotonic() + 10
    while "link" not in lines.getvalue() and time.monotonic() < deadline:
        time.sleep(0.02)
    structlog.reset_defaults()
    assert users.setup_link(app) in lines.getvalue()
    assert users.setup_link(app).startswith("https://blog.example.org/setup#code=")


def test_without_the_database_the_service_is_alive_but_not_ready(settings, clock):
    client = users.create_app(settings, database=AwayAtFirst(None, 99), clock=clock).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    response = client.post("/api/users/v1/sessions", json={"identifier": "ada", "password": "green kites"})
    assert (response.status_code, response.get_json()["code"]) == (503, "unavailable")
    assert "Retry-After" in response.headers


def test_with_a_key_that_the_database_does_not_know_the_service_is_not_ready(make_app, client):
    assert client.get("/readyz").status_code == 200
    assert make_app(database_key="x" * 40).test_client().get("/readyz").status_code == 503
