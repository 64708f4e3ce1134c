"""Prints the published contract: `python -m api.users.spec`."""

import sys

import orjson
from flask import Flask
from joserfc.jwk import OKPKey

from api.shared.clock import SystemClock
from api.shared.transport import HttpTransport
from api.users.app import create_app
from api.users.settings import Settings


def application() -> Flask:
    """Return the service without data and with a key that nobody keeps."""
    key = orjson.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)).decode()
    # A contract needs no data: nobody listens at this address, and nobody asks
    database = HttpTransport("http://database.invalid")
    return create_app(Settings(database_key="", signing_key=key), database=database, clock=SystemClock())


def generate() -> bytes:
    """Return the contract as it is committed."""
    contract: bytes = application().extensions["openapi"]
    return contract


if __name__ == "__main__":
    sys.stdout.buffer.write(generate())
