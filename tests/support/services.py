"""The services as their published contracts see them: what each generates, and the routes that each serves."""

import re
from importlib import import_module

from tests.support.contract import spec

GENERATORS = {"blog": "api.blog.spec", "users": "api.users.spec", "database": "database_service.spec.document"}
PUBLISHED = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def generated(name: str) -> bytes:
    """Return the contract that a service's code generates now."""
    contract: bytes = import_module(GENERATORS[name]).generate()
    return contract


def routes(name: str) -> set[tuple[str, str]]:
    """Return every route that a public service serves under its contract, as path pattern and method."""
    app = import_module(GENERATORS[name]).application()
    return {
        (re.sub(r"<[^>]+>", "{}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if spec(name).covers(rule.rule) and not rule.rule.endswith("openapi.json")
        for method in rule.methods & PUBLISHED
    }
