"""A small service made of the shared parts, so that the conventions are tested apart from any resource."""

from datetime import date
from pathlib import Path

import pytest
from marshmallow import Schema
from marshmallow import fields as ma

from api.shared import fields, service
from api.shared.auth import Access, Authenticator
from api.shared.deprecation import Deprecation
from api.shared.operations import Call, Resource, Runtime
from api.shared.paging import PageQuery, fields_parameter, list_of
from api.shared.responses import Answer
from tests.support.clock import ManualClock

THING = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
ROOT = "/api/things/v1"
OLD = Deprecation(since=date(2026, 11, 1), sunset=date(2027, 11, 1), successor=f"{ROOT}/things")


class Part(Schema):
    """Something inside a thing."""

    size = fields.Line(most=3, required=True)


class Thing(Schema):
    """Something with a name."""

    name = fields.Line(least=1, most=20, required=True)
    made_at = fields.Moment()
    part = ma.Nested(Part)


class ThingQuery(PageQuery):
    """The query of the list."""

    fields = fields_parameter(Thing)


ThingList = list_of(Thing)


class NobodyStands:
    """Knows no session and no token."""

    def of_session(self, account_id, session_id, role):
        return None

    def of_token(self, digest):
        return None


def resource() -> Resource:
    things = Resource("things", __name__, description="Things")

    @things.operation("GET", "/things", "listThings", query=ThingQuery, returns=ThingList)
    def list_things(call: Call) -> Answer:
        """List things."""
        items = [{"name": "box", "made_at": "2026-11-23T09:00:00.000000Z"}]
        return Answer({"items": items, "next": None, "prev": None}, fields=call.query["fields"])

    @things.operation("GET", "/objects", "listObjects", query=ThingQuery, returns=ThingList, deprecated=OLD)
    def list_objects(call: Call) -> Answer:
        """List things as they were called before."""
        return Answer({"items": [], "next": None, "prev": None}, headers={"Link": '</>; rel="next"'})

    @things.operation("GET", "/things/<uuid:thing_id>", "getThing", returns=Thing)
    def get_thing(call: Call, thing_id: str) -> Answer:
        """Get a thing."""
        return Answer({"name": thing_id[:4]}, version=3)

    @things.operation("PATCH", "/things/<uuid:thing_id>", "updateThing", body=Thing, returns=Thing, versioned=True)
    def update_thing(call: Call, thing_id: str) -> Answer:
        """Change a thing."""
        return Answer(call.body, version=4)

    @things.operation("POST", "/things", "createThing", body=Thing, returns=Thing, status=201)
    def create_thing(call: Call) -> Answer:
        """Make a thing."""
        return Answer(call.body, version=1, location=f"{ROOT}/things/{THING}")

    @things.operation("DELETE", "/things/<uuid:thing_id>", "deleteThing", status=204)
    def delete_thing(call: Call, thing_id: str) -> Answer:
        """Break, to show what an unexpected error answers."""
        raise RuntimeError("secret-detail")

    return things


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def app(clock):
    access = {
        "listThings": Access("anonymous"),
        "listObjects": Access("anonymous"),
        "getThing": Access("anonymous"),
        "updateThing": Access("anonymous"),
        "createThing": Access("anonymous"),
        "deleteThing": Access("anonymous"),
    }
    authenticator = Authenticator(
        issuer="http://blog.example.org", keys=lambda kid: None, standings=NobodyStands(), clock=clock
    )
    return service.build(
        service.Description("things", "/api/things", {"title": "Things", "version": "1"}, [resource()]),
        service.Limits("http://blog.example.org", 2000, "40 per minute", "40 per minute", "memory://", Path()),
        Runtime(None, authenticator, access, publicly_cacheable=True),
    )


@pytest.fixture
def client(app):
    return app.test_client()
