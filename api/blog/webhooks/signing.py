"""Signs messages as Standard Webhooks (specification 1.0.0) says: HMAC-SHA256 over id, time and body, version `v1`."""

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
# the specification asks for 24 to 64
SECRET_BYTES = 32


def draw() -> str:
    """Return a new secret, as it is shown and kept."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(message_id: str, at: datetime, body: bytes, keys: Sequence[str]) -> Mapping[str, str]:
    """Return the headers by which a receiver knows who sent a body, when, and whether it has it already."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = " ".join(f"v1,{_signature(key, signed)}" for key in keys)
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def _signature(key: str, signed: bytes) -> str:
    raw = base64.b64decode(key.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(raw, signed, "sha256")).decode()
