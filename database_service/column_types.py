"""The kinds of column a collection may have.

Each kind knows four things: how it is stored on both engines, which wire values it accepts, what a query parameter
of it looks like, and its JSON Schema. Times travel and compare as RFC 3339 in UTC with six digits of fraction, so
that a value read is byte for byte the value written.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

LONGEST_NUMBER = 16
LARGEST_INTEGER = 2**53 - 1  # what a JSON number holds exactly everywhere (RFC 8259, section 6)
ID_LENGTH = 200
# Stands for "no time yet" in sort keys, so that NULL has one place in the order of both engines: after every time.
NO_TIME = "9999-12-31T23:59:59.999999Z"
# Not the last year: NO_TIME stays beyond every time in UTC, whatever the offset
_TIME = re.compile(
    r"(?!0000|9999)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_NATURAL_ID = re.compile(r"[^\x00-\x20/\x7f]+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
EXAMPLE_ID = "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39"
EXAMPLE_TIME = "2026-11-23T10:00:00.000000Z"


class Unacceptable(ValueError):
    """A wire value does not fit its column; the message says what would."""

    code = "invalid"


class NulCharacter(Unacceptable):
    """A text deep in a JSON value holds U+0000, which PostgreSQL cannot keep and no schema of free JSON forbids."""

    code = "nul_character"

    def __init__(self) -> None:
        super().__init__("must not contain the NUL character")


class WireType(TypeDecorator[Any]):
    """A column type that knows its wire form."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Let statements with the type be cached; SQLAlchemy asks every class itself."""
        super().__init_subclass__(**arguments)
        cls.cache_ok = True

    def accept(self, value: object) -> Any:
        """Return the value in its canonical form. Raises Unacceptable."""
        raise NotImplementedError

    def accept_text(self, text: str) -> Any:
        """Return the value that a query parameter stands for. Raises Unacceptable."""
        return self.accept(text)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        raise NotImplementedError

    def example(self) -> Any:
        """Return a value that the column accepts."""
        raise NotImplementedError


class Line(WireType):
    """Text of at most `maximum` characters, compared by code point on both engines."""

    impl = Text

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.maximum = maximum

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Order text on PostgreSQL as SQLite does, whatever the cluster's locale."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        return dialect.type_descriptor(Text())

    def accept(self, value: object) -> str:
        """Return the text. NUL is refused: PostgreSQL cannot store it."""
        if not isinstance(value, str):
            raise Unacceptable("must be a string")
        if len(value) > self.maximum:
            raise Unacceptable(f"must have at most {self.maximum} characters")
        if "\0" in value:
            raise Unacceptable("must not contain the NUL character")
        return value

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        return {"type": "string", "maxLength": self.maximum, "pattern": "^[^\\u0000]*$"}

    def example(self) -> str:
        """Return a value that the column accepts."""
        return "text"


class Identifier(Line):
    """The id of a record: a lower-case UUID, or for a natural id any short text without spaces and slashes."""

    def __init__(self, *, natural: bool = False) -> None:
        super().__init__(ID_LENGTH)
        self.natural = natural

    def accept(self, value: object) -> str:
        """Return the id."""
        text = super().accept(value)
        if not (_NATURAL_ID if self.natural else _UUID).fullmatch(text):
            kind = "text without spaces, slashes and control characters" if self.natural else "a lower-case UUID"
            raise Unacceptable(f"must be {kind}")
        return text

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        if self.natural:
            pattern = "^[^\\u0000-\\u0020/\\u007f]+$"
            return {"type": "string", "minLength": 1, "maxLength": ID_LENGTH, "pattern": pattern}
        return {"type": "string", "format": "uuid", "pattern": f"^{_UUID.pattern}$"}

    def example(self) -> str:
        """Return a value that the column accepts."""
        return "an-id" if self.natural else EXAMPLE_ID


class Choice(Line):
    """One of a few words."""

    def __init__(self, *options: str) -> None:
        super().__init__(max(map(len, options)))
        self.options = options

    def accept(self, value: object) -> str:
        """Return the word."""
        if not isinstance(value, str) or value not in self.options:
            raise Unacceptable(f"must be one of {', '.join(self.options)}")
        return value

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        return {"type": "string", "enum": list(self.options)}

    def example(self) -> str:
        """Return a value that the column accepts."""
        return self.options[0]


class Moment(WireType):
    """A moment in UTC: `timestamptz` on PostgreSQL, sortable text on SQLite."""

    impl = Text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Store a real timestamp where the engine has one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Turn the wire form into what the engine stores."""
        if value is None or dialect.name != "postgresql":
            return value
        return datetime.fromisoformat(value)

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> Callable[[Any], str | None] | None:
        """Return what turns stored times into the wire form; SQLite stores that form. Sessions are in UTC."""
        return _from_timestamp if dialect.name == "postgresql" else None

    def accept(self, value: object) -> str:
        """Return the time in UTC with six digits of fraction (RFC 3339)."""
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise Unacceptable("must be a time such as 2026-11-23T10:00:00Z (RFC 3339)")
        try:
            moment = datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Unacceptable("must be a time that exists") from error
        return to_wire(moment)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        return {"type": "string", "format": "date-time", "pattern": f"^{_TIME.pattern}$"}

    def example(self) -> str:
        """Return a value that the column accepts."""
        return EXAMPLE_TIME


class Integer(WireType):
    """A whole number from 0 to 2⁵³-1."""

    impl = BigInteger

    def accept(self, value: object) -> int:
        """Return the number."""
        number = whole(value)
        if number is None or not 0 <= number <= LARGEST_INTEGER:
            raise Unacceptable(f"must be a whole number from 0 to {LARGEST_INTEGER}")
        return number

    def accept_text(self, text: str) -> int:
        """Return the number that is written in digits."""
        return self.accept(int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        return {"type": "integer", "minimum": 0, "maximum": LARGEST_INTEGER}

    def example(self) -> int:
        """Return a value that the column accepts."""
        return 1


class Flag(WireType):
    """True or false."""

    impl = Boolean

    def accept(self, value: object) -> bool:
        """Return the truth value."""
        if not isinstance(value, bool):
            raise Unacceptable("must be true or false")
        return value

    def accept_text(self, text: str) -> bool:
        """Return the truth value a query parameter stands for."""
        if text not in {"true", "false"}:
            raise Unacceptable("must be true or false")
        return text == "true"

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the wire form."""
        return {"type": "boolean"}

    def example(self) -> bool:
        """Return a value that the column accepts."""
        return True


def whole(value: object) -> int | None:
    """Return the whole number a JSON value is (1.0 is one too, says JSON Schema), or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def to_wire(moment: datetime) -> str:
    """Write an aware moment in the one form that this service stores and sends."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def _from_timestamp(value: datetime | None) -> str | None:
    return None if value is None else f"{value.isoformat(timespec='microseconds')[:26]}Z"
