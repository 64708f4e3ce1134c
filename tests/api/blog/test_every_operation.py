"""Every row of the table of conventions, asked of every operation of the Blog Service."""

from dataclasses import replace

import pytest

from api.blog.app import close, create_app
from tests.support.contract import contract_client, spec
from tests.support.conventions import Conventions
from tests.support.every_operation import EveryOperation

# the conventions know no database: one engine is enough
pytestmark = pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)


@pytest.fixture
def conventions(owner):
    def send(path, **options):
        headers = {"Authorization": f"Bearer {owner.fresh_token()}", **options.pop("headers", {})}
        return owner.client.open(path, headers=headers, **options)

    return Conventions(spec("blog"), send)


@pytest.fixture
def limited(settings, database, users, owner):
    once = "1 per minute"
    strict = replace(settings, limits=replace(settings.limits, bearer_limit=once, anonymous_limit=once))
    app = create_app(strict, database=database.transport, users=users, clock=database.clock)
    client, headers = contract_client(app, "blog"), {"Authorization": f"Bearer {owner.fresh_token()}"}

    def send(path, **options):
        return client.open(path, headers={**options.pop("headers", {}), **headers}, **options)

    send("/api/blog/v1/site")
    # where a token is not looked at, the address counts
    send("/api/blog/v1/previews/x")
    yield Conventions(spec("blog"), send)
    close(app)


class TestEveryOperationOfTheBlog(EveryOperation):
    pass
