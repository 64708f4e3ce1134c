"""Schemathesis judges the whole service, with the credentials of real people."""

import pytest

from api.users.sessions import rules
from tests.api.users.conftest import OWNER, ROOT
from tests.support.judging import judge
from tests.support.seeds import SEED


@pytest.fixture
def authorize(client, code, context):
    """Return a new session's token for each call: what is tried may end the session it is tried in."""
    assert client.post(f"{ROOT}/setup", json={**OWNER, "code": code}).status_code == 201
    owner = context.store.find("accounts", {"role": "owner"}).records[0]

    def session_for(_path: str) -> str:
        grant = rules.begin(context, owner, rules.Device("Schemathesis", "127.0.0.1"))
        context.store.commit(grant.operations)
        return grant.access_token

    return session_for


# The examples and the coverage of every value take a minute; the random part is small here and larger in `full`
@pytest.mark.parametrize("examples", [25, pytest.param(100, marks=pytest.mark.full)])
@pytest.mark.timeout(1800)
def test_every_operation_keeps_the_contract_whatever_is_sent(app, authorize, examples):
    verdict = judge(
        app,
        f"{ROOT}/openapi.json",
        seed=SEED,
        examples=examples,
        authorize=authorize,
        # There is an owner, so the set-up is over for every input; how it begins is tested in test_setup.py
        # A schema cannot say in full what an e-mail address is, or which letters there are
        refusals=frozenset({"setup_closed", "not_an_address", "not_a_username"}),
    )
    assert set(verdict.calls) >= {"examples", "coverage", "fuzzing", "stateful"}
    for done in (
        "POST /api/users/v1/tokens 201",
        "GET /api/users/v1/tokens/{token_id} 200",
        "DELETE /api/users/v1/tokens/{token_id} 204",
        "PATCH /api/users/v1/me 200",
        "GET /api/users/v1/accounts 200",
        "GET /api/users/v1/sessions 200",
        "DELETE /api/users/v1/sessions/current 204",
    ):
        assert verdict.answers[done], f"{done} was never reached (seed {SEED})"
    assert not verdict.failures, "\n\n".join(verdict.failures[:10])
