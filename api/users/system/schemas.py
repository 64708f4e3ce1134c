"""The state of the blog's services as it travels."""

from marshmallow import Schema, fields, validate

from api.shared.fields import Choice, Line

STATES = ("ready", "not_ready", "away")
MOST_SERVICES = 10


class ServiceState(Schema):
    """One service."""

    name = Line(most=40, required=True, metadata={"description": "Which service", "example": "database"})
    state = Choice(
        *STATES,
        required=True,
        metadata={"description": "Whether it answers, and has what it needs", "example": "ready"},
    )
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.Boolean(),
        required=True,
        metadata={"description": "What it needs, and whether it has it", "example": {"database": True}},
    )


class System(Schema):
    """The services of the blog."""

    version = Line(
        most=40,
        required=True,
        allow_none=True,
        metadata={"description": "Version of the program; null where it was not installed", "example": "0.1.0"},
    )
    services = fields.List(
        fields.Nested(ServiceState),
        required=True,
        validate=validate.Length(1, MOST_SERVICES),
        metadata={"description": "Each service that can be asked"},
    )
