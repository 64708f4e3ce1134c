"""Prints the published contract: `python -m api.blog.spec > openapi/blog.json`."""

import sys

from flask import Flask

from api.blog.app import create_app
from api.blog.settings import MAX_BODY_BYTES, Settings
from api.shared.clock import SystemClock
from api.shared.service import Limits
from api.shared.transport import Reply, ServiceUnavailable


class Nowhere:
    """A transport that reaches nothing: the contract depends on no other service."""

    def request(self, method: str, path: str, **_options: object) -> Reply:
        """Refuse."""
        raise ServiceUnavailable(f"{method} {path}: there is nothing to reach")


def application() -> Flask:
    """Return the application without data, keys or neighbours: enough to describe it."""
    limits = Limits.from_environment("BLOG_", max_body_bytes=MAX_BODY_BYTES)
    settings = Settings(
        limits, database_url="", database_key="", users_url="", media_url="memory:///", jobs_url="memory:///"
    )
    return create_app(settings, database=Nowhere(), users=Nowhere(), clock=SystemClock())


def generate() -> bytes:
    """Return the contract as it is published."""
    contract: bytes = application().extensions["openapi"]
    return contract


if __name__ == "__main__":
    sys.stdout.buffer.write(generate())
