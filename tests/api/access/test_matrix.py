"""Who may call what: rows of `api/access.toml`, operations of the contracts, everybody. Denied: nothing changed.

Operations come from the contracts and what is expected of them from the table, so that a new operation is tried by
being there. One without a row fails.
"""

import pytest

from api.shared.auth import ROLES, load_access
from tests.api.access.conftest import bad_credentials

ACCESS = load_access()
SCOPES = sorted({row.scope for row in ACCESS.values() if row.scope})
# What takes the account along that tries it
ENDING = {"deleteMe"}


def name_of(operation):
    return operation.described["operationId"]


def row_of(operation):
    return ACCESS[name_of(operation)]


def takes_bearer(operation):
    """Tell whether a token is looked at; where a password, a cookie or a mailed link is the credential, it is not."""
    return operation.described["security"] != []


def denial(response):
    """Return how somebody was denied, or None when the answer is about something else."""
    code = response.json["code"] if response.mimetype == "application/problem+json" else None
    return code if code in {"unauthenticated", "forbidden"} else None


def due(operation, role):
    """Return how the table denies an operation to a role, or None."""
    if not takes_bearer(operation) or ROLES.index(role) >= ROLES.index(row_of(operation).role):
        return None
    return "unauthenticated" if role == "anonymous" else "forbidden"


@pytest.fixture
def denied(world):
    """Try operations with a token; return those that were not denied as they should be, and see that nothing moved."""

    def check(token, expected):
        world.settle()
        before = world.heads()
        wrong = []
        for service, operation in world.operations:
            wanted = expected(operation)
            if wanted is None:
                continue
            response = world.try_out(service, operation, token)
            if denial(response) != wanted or (wanted == "unauthenticated") != ("WWW-Authenticate" in response.headers):
                wrong.append(f"{operation}: {response.status_code}, not {wanted}")
        assert world.heads() == before
        return wrong

    return check


@pytest.fixture
def allowed(world):
    """Try operations, each with a token of its own; return those that were denied."""

    def check(token_for, operations):
        wrong = []
        for service, operation in operations:
            response = world.try_out(service, operation, token_for(operation))
            if denial(response) is not None:
                wrong.append(f"{operation}: {response.json['detail']}")
        return wrong

    return check


def test_every_operation_has_a_row_and_every_row_an_operation(world):
    assert sorted(name_of(operation) for _, operation in world.operations) == sorted(ACCESS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_denied_what_needs_a_higher_one_and_is_let_in_to_what_needs_no_more(world, denied, allowed, role):
    account = world.accounts.get(role)
    assert denied(account and world.session(account), lambda operation: due(operation, role)) == []

    def token_for(operation):
        # a session for each: what is tried may end it
        if account is None:
            return None
        return world.session(world.new_account(f"{role}-2", role) if name_of(operation) in ENDING else account)

    # each role includes the one before, so that its own rows are enough; the owner tries all
    reached = ROLES if role == "owner" else {role}
    open_to = [each for each in world.operations if takes_bearer(each[1]) and row_of(each[1]).role in reached]
    if role == "owner":
        open_to = [each for each in open_to if name_of(each[1]) not in ENDING]
    assert allowed(token_for, open_to) == []


def test_credentials_that_are_over_or_half_are_refused_wherever_a_token_is_looked_at(world, denied):
    for what, token in bad_credentials(world).items():
        wrong = denied(token, lambda operation: "unauthenticated" if takes_bearer(operation) else None)
        assert wrong == [], what


def test_a_token_opens_what_its_scope_names_and_nothing_else(world, denied, allowed):
    owner = world.accounts["owner"]
    all_but = {scope: world.token(owner, *(set(SCOPES) - {scope})) for scope in SCOPES}
    enough = {row.scopes: world.token(owner, *row.scopes) for row in ACCESS.values() if row.scope}

    for scope, token in all_but.items():
        closed = {
            name for name, row in ACCESS.items() if row.role != "anonymous" and (not row.scope or scope in row.scopes)
        }
        wrong = denied(token, lambda operation, closed=closed: "forbidden" if name_of(operation) in closed else None)
        assert wrong == [], scope
    opened = [each for each in world.operations if row_of(each[1]).scope]
    assert allowed(lambda operation: enough[row_of(operation).scopes], opened) == []
