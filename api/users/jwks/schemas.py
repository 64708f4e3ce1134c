"""The published keys as JSON Web Keys."""

from marshmallow import Schema, fields, validate

from api.shared.auth import ALGORITHM
from api.shared.fields import Choice, Line

BASE64URL = "^[A-Za-z0-9_-]+$"


class Key(Schema):
    """A public Ed25519 key (RFC 8037)."""

    kty = Choice("OKP", required=True, metadata={"description": "Type of the key", "example": "OKP"})
    crv = Choice("Ed25519", required=True, metadata={"description": "Its curve", "example": "Ed25519"})
    x = Line(
        most=43,
        pattern=BASE64URL,
        required=True,
        metadata={"description": "The public key", "example": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    )
    kid = Line(
        most=200,
        required=True,
        metadata={
            "description": "Its name, as in the header of the tokens it signed",
            "example": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        },
    )
    use = Choice("sig", required=True, metadata={"description": "What it is for: signatures", "example": "sig"})
    alg = Choice(ALGORITHM, required=True, metadata={"description": "How it signs (RFC 9864)", "example": "Ed25519"})


class KeySet(Schema):
    """The JSON Web Key Set (RFC 7517)."""

    keys = fields.List(
        fields.Nested(Key),
        required=True,
        validate=validate.Length(1, 2),
        metadata={"description": "The key in use, and the next or the last one while they change"},
    )
