"""Marshmallow fields whose validation and published schema say the same."""

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.shared.clock import parse_rfc3339, rfc3339

UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
# Lone surrogates need no mention: neither orjson nor werkzeug lets them in, and not every regex engine can name them
LINE_PATTERN = r"^[^\x00-\x1f\x7f]*$"
PROSE_PATTERN = r"^[^\x00]*$"
# a day of room for every offset at the beginning; a year at the end, where the store keeps a value of its own
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9998, 12, 31, tzinfo=UTC)
# a host that readers can recognise: no user names, nothing that a URL parser could stumble over
URL_PATTERN = r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]*)?$"


class Shape(validate.Validator):
    """A pattern that all of the text has to match; Python's `$` alone would let a last line break pass.

    apispec publishes the pattern of any validator that has a `regex`.
    """

    def __init__(self, pattern: str, *, error: str) -> None:
        self.regex = re.compile(pattern)
        self._refusal = error

    def __call__(self, value: str) -> str:
        """Return the value. Raises ValidationError."""
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._refusal)
        return value


class Id(fields.String):
    """A UUID in lower-case text."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "uuid", **kwargs.pop("metadata", {})}
        super().__init__(validate=Shape(UUID_PATTERN, error="This is no id."), metadata=metadata, **kwargs)


class Line(fields.String):
    """One line of text without control characters; lengths in characters."""

    refusal = "These characters cannot stand here."

    def __init__(self, *, least: int = 0, most: int, pattern: str = LINE_PATTERN, **kwargs: Any) -> None:
        checks = [
            validate.Length(least, most),
            Shape(pattern, error=self.refusal),
        ]
        super().__init__(validate=checks, **kwargs)


class Prose(Line):
    """Text of many lines; only NUL is refused."""

    def __init__(self, *, least: int = 0, most: int, **kwargs: Any) -> None:
        super().__init__(least=least, most=most, pattern=PROSE_PATTERN, **kwargs)


class Url(Line):
    """An absolute http or https address."""

    refusal = (
        "Write a whole address, such as https://example.org/page; other characters than a URL's are percent-encoded."
    )

    def __init__(self, *, most: int = 2000, **kwargs: Any) -> None:
        super().__init__(least=1, most=most, pattern=URL_PATTERN, **kwargs)


class Choice(fields.String):
    """One of a closed list of words; `hint` is added to a refusal, for whoever thinks of another word."""

    def __init__(self, *words: str, hint: str = "", **kwargs: Any) -> None:
        refusal = f"Must be one of: {{choices}}. {hint}".rstrip()
        super().__init__(validate=validate.OneOf(words, error=refusal), **kwargs)


class Whole(fields.Integer):
    """A whole number from `least` to `most`; `90.0` is the same number to JSON Schema, `"90"` is none."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)

    def _validated(self, value: object) -> int:
        return super()._validated(int(value) if isinstance(value, float) and value.is_integer() else value)


class Number(fields.Integer):
    """A whole number in a query: decimal digits and nothing else, of which Python's `int` would take more."""

    _DIGITS = re.compile(r"[0-9]{1,18}")

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _validated(self, value: object) -> int:
        if not isinstance(value, str) or not self._DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Moment(fields.Field):  # type: ignore[type-arg]  # takes no argument at run time
    """An RFC 3339 time; read with any offset, kept and written in UTC with `Z` and microseconds."""

    default_error_messages = {"invalid": "Write a time as RFC 3339, such as 2026-11-23T09:00:00Z."}  # noqa: RUF012 - marshmallow's own
    _SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:  # noqa: ARG002 - its signature
        if not isinstance(value, str) or not self._SHAPE.fullmatch(value):
            raise self.make_error("invalid")
        try:
            moment = parse_rfc3339(_without_leap_second(value.upper()))
        except (ValueError, OverflowError) as error:
            raise self.make_error("invalid") from error
        if not EARLIEST <= moment <= LATEST:
            raise self.make_error("invalid")
        return rfc3339(moment)

    def _serialize(self, value: object, attr: str | None, obj: object, **kwargs: object) -> object:  # noqa: ARG002 - same
        return value


def _without_leap_second(text: str) -> str:
    # RFC 3339 allows :60; Python's datetime does not know it. Nanoseconds are cut to microseconds.
    text = re.sub(r":60(?=[.Z+-])", ":59", text)
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


class FaultSchema(Schema):
    """One place in the input that broke a rule."""

    pointer = fields.String(metadata={"description": "JSON Pointer (RFC 6901) into the body"})
    parameter = fields.String(metadata={"description": "Name of the query parameter, path parameter or header"})
    code = fields.String(required=True, metadata={"description": "Stable code of the rule"})
    detail = fields.String(required=True, metadata={"description": "What to mend, in words"})


class Problem(Schema):
    """An error as RFC 9457 describes it."""

    type = fields.String(required=True, metadata={"description": "Address of the page that explains this kind"})
    title = fields.String(required=True, metadata={"description": "The kind in words"})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status"})
    detail = fields.String(required=True, metadata={"description": "What happened this time"})
    code = fields.String(required=True, metadata={"description": "Stable code of the kind, for programs"})
    request_id = fields.String(required=True, metadata={"description": "Finds the request in the logs"})
    errors = fields.List(
        fields.Nested(FaultSchema), metadata={"description": "Each place that broke a rule; the first 100"}
    )
    version = fields.Integer(metadata={"description": "With 412: the current version"})
    etag = fields.String(metadata={"description": "With 412: the current ETag"})
    base_revision = fields.Integer(
        allow_none=True,
        metadata={"description": "With 412, where revisions are kept: the newest that your version came from, the "
                  "common base of a three-way merge; null when it is no longer kept"},
    )  # fmt: skip
    current_revision = fields.Integer(
        allow_none=True, metadata={"description": "With 412, where revisions are kept: the newest of all"}
    )
    operation = fields.Integer(metadata={"description": "Of a batch: which item was refused, counted from 0"})
    challenge = fields.String(metadata={"description": "With 401: what has to be sent along with a second proof"})
