"""Clients whose every exchange is checked against the published contract, and plain ones for tests of many threads."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from flask import Flask

from api.shared.store import Store
from api.shared.transport import Reply
from tests.support.contract import contract_client
from tests.support.databases import ServedDatabase


class ContractTransport:
    """Carries requests to an application and holds both sides to openapi/database.json."""

    def __init__(self, app: Flask) -> None:
        self._client = contract_client(app, "database")

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        response = self._client.open(path, method=method, headers=dict(headers or {}), data=body or None)
        return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.data)


class Caller:
    """Asks as one service, and returns status and JSON."""

    def __init__(self, transport: ContractTransport, key: str) -> None:
        self.transport = transport
        self.key = key

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        return self._ask("GET", path)

    def post(self, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        return self._ask("POST", path, b"" if body is None else orjson.dumps(body))

    def _ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.key}"}
        if body:
            headers["Content-Type"] = "application/json"
        reply = self.transport.request(method, path, headers=headers, body=body)
        return reply.status, orjson.loads(reply.body)


@pytest.fixture
def transport(database: ServedDatabase) -> ContractTransport:
    return ContractTransport(database.app)


@pytest.fixture
def blog(database: ServedDatabase, transport: ContractTransport) -> Store:
    return Store(transport, database="blog", key=database.keys["blog"])


@pytest.fixture
def users(database: ServedDatabase, transport: ContractTransport) -> Store:
    return Store(transport, database="users", key=database.keys["users"])


@pytest.fixture
def ask(database: ServedDatabase, transport: ContractTransport) -> Caller:
    """Ask as the Blog Service."""
    return Caller(transport, database.keys["blog"])


@pytest.fixture
def operator(database: ServedDatabase, transport: ContractTransport) -> Caller:
    return Caller(transport, database.keys["operator"])
