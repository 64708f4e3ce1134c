"""However people sign in, turn factors on and off, and let sessions end: nobody gets past a second factor.

A state machine walks all operations that have to do with signing in, and holds what they say against a model: which
sessions exist, whose access tokens are good, and how each session came to be.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api.shared.store import Store, insert
from tests.api.users.conftest import HASH, PASSWORD, ROOT
from tests.support.contract import contract_client
from tests.support.databases import ServedDatabase
from tests.support.records import account as account_record

OK, CREATED, NO_CONTENT = 200, 201, 204
NAMES = ("ada", "bob")
FACTOR = f"{ROOT}/me/second-factor"
WRONG = "wrong password"

names = st.sampled_from(NAMES)
passwords = st.sampled_from([PASSWORD, PASSWORD, PASSWORD, WRONG])
# steps from now: the present code, its neighbours, and codes that are far too old or too new
steps = st.sampled_from([0, 0, 0, 0, -1, 1, -9, 9])


@dataclass
class Known:
    """What the model knows of an account."""

    id: str
    secret: str | None = None
    pending: str | None = None
    used: int = -1
    codes: list[str] = field(default_factory=list)
    challenges: list[str] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)


class SignIns(RuleBasedStateMachine):
    database: ServedDatabase
    make: Callable[[], Flask]

    @initialize(on=st.sampled_from([True, True, False]))
    def begin(self, on: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        self.database.reset()
        self.browsers: list[tuple[FlaskClient, str]] = []
        self.ended: set[str] = set()
        self.store = Store(self.database.transport, database="users", key=self.database.keys["users"])
        self.app = self.make()
        self.known: dict[str, Known] = {}
        for number, name in enumerate(NAMES):
            account_id = f"00000000-0000-7000-8000-00000000000{number}"
            values = account_record(name, password_hash=HASH)
            self.store.commit([insert("accounts", account_id, values)])
            self.known[name] = Known(account_id)
        if on:
            self.sign_in(name="ada", password=PASSWORD)
            self.begin_a_factor(name="ada", password=PASSWORD)
            self.confirm_a_factor(name="ada", shift=0)
            self.time_passes(seconds=31)
            self.sign_in(name="ada", password=PASSWORD)

    @rule(name=names, password=passwords)
    def sign_in(self, name: str, password: str) -> None:
        client = self._browser()
        answer = client.post(f"{ROOT}/sessions", json={"identifier": name, "password": password})
        who = self.known[name]
        if password != PASSWORD:
            assert (answer.status_code, answer.json["code"]) == (401, "wrong_credentials")
        elif who.secret is not None:
            assert (answer.status_code, answer.json["code"]) == (401, "second_factor_needed")
            assert "Set-Cookie" not in answer.headers
            who.challenges.append(answer.json["challenge"])
        else:
            assert answer.status_code == CREATED
            self._began(who, answer)

    @precondition(lambda self: any(each.challenges for each in self.known.values()))
    @rule(data=st.data(), shift=steps)
    def answer_with_a_code(self, data: Any, shift: int) -> None:
        who, challenge = self._challenge(data)
        # whose code it is need not be whose challenge it is
        owner = data.draw(st.sampled_from([who, who, who, *self.known.values()]))
        code = self._code(owner.secret or owner.pending or pyotp.random_base32(), shift)
        good = self._takes(who, owner.secret, shift)
        self._answered(who, challenge, code, good=good, step=self._step(shift))

    @precondition(lambda self: any(each.challenges for each in self.known.values()))
    @rule(data=st.data())
    def answer_with_a_recovery_code(self, data: Any) -> None:
        who, challenge = self._challenge(data)
        every = [code for each in self.known.values() for code in each.codes] + ["AAAA-AAAA-AAAA-AAAA"]
        code = data.draw(st.sampled_from(every))
        good = who.secret is not None and code in who.codes
        self._answered(who, challenge, code, good=good, step=None)
        if good:
            who.codes.remove(code)

    @rule(name=names, password=passwords)
    def begin_a_factor(self, name: str, password: str) -> None:
        who = self.known[name]
        answer = self._as(who, "POST", FACTOR, json={"password": password})
        if answer is None:
            return
        assert answer.status_code == (403 if password != PASSWORD else 409 if who.secret else OK)
        if answer.status_code == OK:
            who.pending = answer.json["secret"]

    @rule(name=names, shift=steps)
    def confirm_a_factor(self, name: str, shift: int) -> None:
        who = self.known[name]
        code = self._code(who.pending or pyotp.random_base32(), shift)
        answer = self._as(who, "POST", f"{FACTOR}/confirm", json={"code": code})
        if answer is None:
            return
        good = who.pending is not None and who.secret is None and abs(shift) <= 1
        assert answer.status_code == (OK if good else 409 if who.secret or not who.pending else 403)
        if good:
            who.secret, who.pending, who.used = who.pending, None, self._step(shift)
            who.codes = answer.json["recovery_codes"]
            self._ends_others(who)

    @rule(name=names, password=passwords, shift=steps)
    def turn_a_factor_off(self, name: str, password: str, shift: int) -> None:
        who = self.known[name]
        code = self._code(who.secret or pyotp.random_base32(), shift)
        good = password == PASSWORD and self._takes(who, who.secret, shift)
        answer = self._as(who, "POST", f"{FACTOR}/disable", json={"password": password, "code": code})
        if answer is None:
            return
        assert (answer.status_code == NO_CONTENT) == good, answer.text
        if good:
            who.secret, who.used, who.codes = None, -1, []
            self._ends_others(who)

    @rule(name=names)
    def refresh(self, name: str) -> None:
        who = self.known[name]
        for client, session_id in [each for each in self.browsers if each[1] in who.sessions][-1:]:
            answer = client.post(f"{ROOT}/sessions/refresh")
            assert (answer.status_code, answer.json["session_id"]) == (OK, session_id)
            who.sessions[session_id] = answer.json["access_token"]

    @rule(name=names)
    def refresh_what_has_ended(self, name: str) -> None:
        who = self.known[name]
        for client, _ in [each for each in self.browsers if each[1] in self.ended][-1:]:
            assert client.post(f"{ROOT}/sessions/refresh").status_code == 401, who

    @rule(name=names, everywhere=st.booleans())
    def sign_out(self, name: str, everywhere: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        who = self.known[name]
        if self._as(who, "DELETE", f"{ROOT}/sessions" if everywhere else f"{ROOT}/sessions/current") is not None:
            leaving = list(who.sessions) if everywhere else [self._newest(who)]
            self._end(who, leaving)

    @rule(seconds=st.sampled_from([1, 29, 31, 310]))
    def time_passes(self, seconds: int) -> None:
        self.database.clock.advance(seconds=seconds)

    @invariant()
    def only_sessions_that_the_model_knows_exist(self) -> None:
        records = self.store.find("sessions", limit=200).records
        live = {each["id"] for each in records if each["revoked_at"] is None}
        assert live == {session for who in self.known.values() for session in who.sessions}

    @invariant()
    def a_factor_is_on_when_the_model_says_so(self) -> None:
        for who in self.known.values():
            found = self.store.get("second_factors", who.id)
            assert (found is not None and found.record["state"] == "on") == (who.secret is not None)

    # ------------------------------------------------------------------------------------------------ the model's hands

    def _browser(self) -> FlaskClient:
        return contract_client(self.app, "users")

    def _began(self, who: Known, answer: Any) -> None:
        who.sessions[answer.json["session_id"]] = answer.json["access_token"]
        client = self._browser()
        client.set_cookie("refresh", answer.headers["Set-Cookie"].split("refresh=")[1].split(";")[0],
                          domain="localhost", path=f"{ROOT}/sessions")  # fmt: skip
        self.browsers.append((client, answer.json["session_id"]))

    def _answered(self, who: Known, challenge: str, code: str, *, good: bool, step: int | None) -> None:
        fresh = int(challenge.split(".")[1]) > self.database.clock.now().timestamp()
        # a factor that was turned off meanwhile leaves nothing to prove: the password was right a moment ago
        good = fresh and (good or who.secret is None)
        answer = self._browser().post(f"{ROOT}/sessions/second-factor", json={"challenge": challenge, "code": code})
        assert (answer.status_code == CREATED) == good, (answer.text, who)
        if good:
            if step is not None and who.secret is not None:
                who.used = step
            self._began(who, answer)

    def _challenge(self, data: Any) -> tuple[Known, str]:
        every = [(who, challenge) for who in self.known.values() for challenge in who.challenges]
        return data.draw(st.sampled_from(every))

    def _step(self, shift: int) -> int:
        return int(self.database.clock.now().timestamp()) // 30 + shift

    def _code(self, secret: str, shift: int) -> str:
        return pyotp.TOTP(secret).at(self.database.clock.now() + timedelta(seconds=30 * shift))

    def _takes(self, who: Known, secret: str | None, shift: int) -> bool:
        return who.secret is not None and secret == who.secret and abs(shift) <= 1 and self._step(shift) > who.used

    def _newest(self, who: Known) -> str:
        return list(who.sessions)[-1]

    def _as(self, who: Known, method: str, path: str, **options: Any) -> Any:
        """Call with the newest session that is left; an access token that ran out in the meantime is renewed first."""
        if not who.sessions:
            return None
        session_id = self._newest(who)
        client = next(client for client, each in self.browsers if each == session_id)
        who.sessions[session_id] = client.post(f"{ROOT}/sessions/refresh").json["access_token"]
        headers = {"Authorization": f"Bearer {who.sessions[session_id]}"}
        return self._browser().open(path, method=method, headers=headers, **options)

    def _ends_others(self, who: Known) -> None:
        self._end(who, [each for each in who.sessions if each != self._newest(who)])

    def _end(self, who: Known, leaving: list[str]) -> None:
        for each in leaving:
            token = who.sessions.pop(each)
            self.ended.add(each)
            answer = self._browser().get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("examples", "steps"), [(20, 25), pytest.param(150, 40, marks=pytest.mark.full)], ids=["moderate", "full"]
)
def test_no_path_reaches_a_session_past_a_second_factor(database, make_app, examples, steps):
    SignIns.database, SignIns.make = database, staticmethod(make_app)
    run_state_machine_as_test(
        SignIns,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
            print_blob=True,
        ),
    )
