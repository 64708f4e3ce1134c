"""A Blog Service whose line to the database can be cut, and whose look at the feed a test decides."""

import pytest

from api.blog.app import FOLLOWER, close, create_app
from api.shared.transport import ServiceUnavailable
from tests.support.contract import contract_client


class Line:
    """A transport to the Database Service that can be cut, slowed and counted."""

    def __init__(self, transport) -> None:
        self._transport = transport
        self.cut = False
        self.reads = 0
        self.before = lambda _method, _path: None

    def request(self, method, path, **options):
        if self.cut:
            raise ServiceUnavailable("the Database Service is away")
        if "/changes" not in path:
            self.reads += 1
        self.before(method, path)
        return self._transport.request(method, path, **options)


@pytest.fixture
def line(database):
    return Line(database.transport)


@pytest.fixture
def app(line, users, settings, database):
    app = create_app(settings, database=line, users=users, clock=database.clock)
    # the tests look at the feed themselves, when they mean to: one that is closed looks no more by itself
    close(app)
    return app


@pytest.fixture
def look(app):
    app.extensions[FOLLOWER].look()
    return app.extensions[FOLLOWER].look


@pytest.fixture
def other(database, users, settings):
    """Another replica of the service, whose commits are heard of by the feed alone."""
    app = create_app(settings, database=database.transport, users=users, clock=database.clock)
    yield contract_client(app, "blog")
    close(app)


def cached(read, path, **options) -> str:
    return read(path, **options).headers["X-Cache"]
