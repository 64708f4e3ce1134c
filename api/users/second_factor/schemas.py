"""The second factor as it travels."""

from marshmallow import Schema, fields, validate

from api.shared.fields import Choice, Line, Moment
from api.users.accounts.schemas import current_password

RECOVERY_CODE = "JBSW-Y3DP-EHPK-3PXP"
CODE_PATTERN = r"^[0-9A-Za-z -]+$"


def code(says: str) -> Line:
    """Return the field of a code that somebody types."""
    return Line(
        least=6,
        most=40,
        pattern=CODE_PATTERN,
        required=True,
        load_only=True,
        metadata={"description": f"{says}; spaces and hyphens do not count", "example": "492 039"},
    )


class SecondFactor(Schema):
    """Whether signing in needs a code."""

    state = Choice(
        "off",
        "pending",
        "on",
        required=True,
        metadata={"description": "`pending`: begun, not yet confirmed by a first code", "example": "on"},
    )
    confirmed_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Since when it is on, or null", "example": "2026-11-23T09:00:00.000000Z"},
    )
    recovery_codes_left = fields.Integer(
        required=True,
        validate=validate.Range(0, 10),
        metadata={"description": "How many recovery codes are unused", "example": 10, "format": "int32"},
    )


class Reauthentication(Schema):
    """The password once more."""

    password = current_password(required=True)


class Enrolment(Schema):
    """What the authenticator app has to know, this once."""

    secret = Line(
        most=64,
        pattern="^[A-Z2-7]{32}$",
        required=True,
        metadata={"description": "The secret, to type into the app", "example": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
    )
    uri = Line(
        most=2000,
        pattern="^otpauth://totp/[!-~]+$",
        required=True,
        metadata={
            "description": "The same for the app to open (the Key URI format of authenticator apps)",
            "example": "otpauth://totp/blog:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=blog",
        },
    )
    qr_svg = Line(
        most=40_000,
        required=True,
        metadata={
            "description": "The address as a QR code, to scan: an SVG image",
            "example": '<svg viewBox="0 0 53 53"></svg>',
        },
    )


class FirstCode(Schema):
    """The proof that the app works."""

    code = code("The code that the app shows")


class PasswordAndCode(Schema):
    """The password and a code once more."""

    password = current_password(required=True)
    code = code("The app's code, or a recovery code")


class RecoveryCodes(Schema):
    """New recovery codes."""

    recovery_codes = fields.List(
        Line(most=19, pattern="^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$"),
        required=True,
        validate=validate.Length(10, 10),
        metadata={
            "description": "Each is good once in the place of the app's code. They are never shown again",
            "example": [RECOVERY_CODE] * 10,
        },
    )


class ChallengeAnswer(Schema):
    """The second half of signing in."""

    challenge = Line(
        least=1,
        most=200,
        required=True,
        load_only=True,
        metadata={
            "description": "What the problem `second_factor_needed` carried; good for five minutes",
            "example": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d.1795000000.c2VhbA",
        },
    )
    code = code("The app's code, or a recovery code")
