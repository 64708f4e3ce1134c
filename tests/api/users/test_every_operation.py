"""Every row of the table of conventions, asked of every operation of the User Service."""

import pytest

from api.users.app import COOKIE_PATHS
from tests.api.users.conftest import ROOT
from tests.support.contract import contract_client, spec
from tests.support.conventions import Conventions
from tests.support.every_operation import EveryOperation

# the conventions know no database: one engine is enough
pytestmark = pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)


def asking(client, headers) -> Conventions:
    def send(path, **options):
        return client.open(path, headers={**headers, **options.pop("headers", {})}, **options)

    return Conventions(spec("users"), send, cookie_paths=COOKIE_PATHS)


@pytest.fixture
def conventions(person):
    olga = person("olga", "owner")
    return asking(olga.client, olga.headers)


@pytest.fixture
def limited(make_app, person):
    olga = person("olga", "owner")
    client = contract_client(make_app(bearer_limit="1 per minute", anonymous_limit="1 per minute"), "users")
    client.get(f"{ROOT}/me", headers=olga.headers)
    # where a password, a cookie or a link is the credential, the address counts
    client.get(f"{ROOT}/setup")
    return asking(client, olga.headers)


class TestEveryOperationOfUsers(EveryOperation):
    pass
