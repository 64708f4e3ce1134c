"""The kinds of column that hold JSON."""

from typing import Any

import orjson
from sqlalchemy import JSON, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from database_service.column_types import EXAMPLE_ID, Identifier, NulCharacter, Unacceptable, WireType

DEEPEST_JSON = 32


class Json(WireType):
    """A JSON array or object, at most `maximum` bytes long: JSONB on PostgreSQL, text on SQLite."""

    impl = JSON

    def __init__(self, shape: str, maximum: int = 1_000_000) -> None:
        super().__init__(none_as_null=True)
        self.shape = shape
        self.maximum = maximum

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the engine's own JSON type; None is NULL, never a JSON null."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def accept(self, value: object) -> Any:
        """Return the array or object."""
        if not isinstance(value, list if self.shape == "array" else dict):
            raise Unacceptable(f"must be a JSON {self.shape}")
        _check_json(value, DEEPEST_JSON)
        if len(orjson.dumps(value)) > self.maximum:
            raise Unacceptable(f"must be at most {self.maximum} bytes of JSON")
        return value

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        return {"type": self.shape, **({"items": {}} if self.shape == "array" else {})}

    def example(self) -> Any:
        """Return a value that the column accepts."""
        return [] if self.shape == "array" else {}


class Ids(Json):
    """An ordered list of distinct ids of another collection."""

    def __init__(self, maximum_items: int = 100) -> None:
        super().__init__("array")
        self.maximum_items = maximum_items

    def accept(self, value: object) -> list[str]:
        """Return the list."""
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Unacceptable("must be a list of ids")
        if len(value) > self.maximum_items or len(set(value)) != len(value):
            raise Unacceptable(f"must be at most {self.maximum_items} ids, each once")
        for item in value:
            Identifier(natural=True).accept(item)
        return value

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        item = Identifier().json_schema()
        return {"type": "array", "items": item, "uniqueItems": True, "maxItems": self.maximum_items}

    def example(self) -> list[str]:
        """Return a value that the column accepts."""
        return [EXAMPLE_ID]


def _check_json(value: object, depth: int) -> None:
    if depth == 0:
        raise Unacceptable(f"must not be nested deeper than {DEEPEST_JSON} levels")
    if isinstance(value, str):
        if "\0" in value:
            raise NulCharacter
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_json(key, depth)
            _check_json(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check_json(item, depth - 1)
