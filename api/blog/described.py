"""Building blocks of the Blog Service's schemas: descriptions with examples, and fields only this service needs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from api.shared.fields import URL_PATTERN, Line

# something to see: no control character, space of whatever width, or mark that cannot be seen
VISIBLE_PATTERN = r"[^\x00-\x20\x7f-\xa0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
# a path of this site: it begins with one slash, so that it can never name another host
PATH_PATTERN = r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$"
AN_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
A_MOMENT = "2026-11-23T09:00:00.000000Z"

Check = Callable[[str], object]


def says(description: str, example: Any) -> dict[str, Any]:
    """Return the keyword arguments that describe a field: no field goes without a sentence and an example."""
    return {"metadata": {"description": description, "example": example}}


class Body(Schema):
    """What a client sends; whatever is not declared is refused, and the published schema says so."""

    class Meta:
        """marshmallow's options."""

        unknown = RAISE


class Name(fields.String):
    """One line of text with something to see in it; control characters become spaces, spaces around it are cut.

    All but NUL, which is refused here as everywhere: no text holds one. It is as long as it was given.
    """

    _PATTERN = rf"^[^\x00]*{VISIBLE_PATTERN}[^\x00]*$"
    _CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
    _VISIBLE = re.compile(VISIBLE_PATTERN)

    def __init__(self, *, most: int, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self._measure = validate.Length(1, most)
        checks: list[Check] = [self._measure, self._check_visible]
        super().__init__(validate=checks, metadata={"pattern": self._PATTERN, **(metadata or {})}, **kwargs)

    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text:
            raise ValidationError("A NUL stands in it.")
        self._measure(text)
        return self._CONTROL.sub(" ", text).strip()

    def _check_visible(self, text: str) -> None:
        if not self._VISIBLE.search(text):
            raise ValidationError("There is nothing to see in it.")


class OneOfPatterns(fields.String):
    """Text that has one of a few shapes."""

    def __init__(self, *patterns: str, most: int, metadata: Mapping[str, Any], **kwargs: Any) -> None:
        self._shapes = [re.compile(pattern) for pattern in patterns]
        shapes = [{"pattern": pattern} for pattern in patterns]
        checks: list[Check] = [validate.Length(1, most), self._check_shape]
        super().__init__(validate=checks, metadata={"anyOf": shapes, **metadata}, **kwargs)

    def _check_shape(self, text: str) -> None:
        if not any(shape.search(text) for shape in self._shapes):
            raise ValidationError("This has none of the shapes that are possible here.")


class Target(OneOfPatterns):
    """Where a link leads: a path of this site, or a web address. Nothing else may be clicked."""

    def __init__(self, *, metadata: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(PATH_PATTERN, URL_PATTERN, most=2000, metadata=metadata, **kwargs)


class Language(Line):
    """A language tag as BCP 47 writes it."""

    refusal = "Write a language tag, such as en or pt-BR."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=2, most=35, pattern=LANGUAGE_PATTERN, **kwargs)


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, *_unused: Any, **_kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid")


class QueryFlag(fields.Boolean):
    """The word `true` or `false` in a query."""

    def _deserialize(self, value: Any, *_unused: Any, **_kwargs: Any) -> bool:
        if value in {"true", "false"}:
            return bool(value == "true")
        raise self.make_error("invalid")
