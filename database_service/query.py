"""Reads what a list or a get asks for, and refuses every parameter, value and relation that is not declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from werkzeug.datastructures import MultiDict

from api.shared.problems import INVALID, Fault, Problem
from database_service.column_types import Unacceptable, WireType
from database_service.cursors import Cursors, Position
from database_service.declaration import Collection, Filter, MemberFilter, Sort
from database_service.registry import SCHEMAS
from database_service.search import matching
from database_service.search.question import Question
from database_service.search.question import read as read_question
from database_service.statements import SEARCH

DEFAULT_LIMIT = 20
MOST_RECORDS = 200
MOST_VALUES = 200
LONGEST_NUMBER = 18
MOST_BY_RELEVANCE = 200
RELEVANCE = Sort("-relevance", matching.RELEVANCE)
_PAGE_PARAMETERS = {"sort", "limit", "cursor", "include", "view", "count"}

Arguments = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which parts of records travel: what is included, and whether the bulky columns stay behind."""

    includes: tuple[str, ...] = ()
    brief: bool = False


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A checked query; `filters` maps declared names to one value, or to a list where several were given."""

    filters: dict[str, Any]
    sort: Sort
    limit: int
    position: Position | None
    shape: Shape
    count: bool
    search: Question | None = None
    excerpts: bool = False

    @property
    def given(self) -> frozenset[tuple[str, bool]]:
        """Return the filters given and whether each has several values: the shape of the statement."""
        given = {(name, isinstance(value, list)) for name, value in self.filters.items()}
        return frozenset(given if self.search is None else given | {(SEARCH, False)})

    @property
    def skipped(self) -> int:
        """Return how many records of a list by relevance come before the page."""
        return 0 if self.position is None else int(self.position.key)

    @property
    def finds_nothing(self) -> bool:
        """Tell whether no record can match: nothing to look for was asked."""
        return self.search is not None and not self.search.phrases


def read_shape(collection: Collection, arguments: Arguments) -> Shape:
    """Read the parameters of a get. Raises Problem."""
    if not arguments:
        return Shape()
    _refuse_unknown(arguments, {"include", "view"})
    return _shape(arguments, [*allowed_includes(collection), *aside_names(collection)])


def read_list(collection: Collection, arguments: Arguments, cursors: Cursors) -> ListQuery:
    """Read the parameters of a list. Raises Problem."""
    declared = {declared.name: declared for declared in collection.filters}
    own = {SEARCH, "excerpts"} if collection.search is not None else set()
    _refuse_unknown(arguments, _PAGE_PARAMETERS | own | set(declared))
    filters = {
        name: _filter(collection, declared[name], arguments.getlist(name)) for name in arguments if name in declared
    }
    sort = _sort(collection, arguments)
    cursor = _single(arguments, "cursor")
    return ListQuery(
        filters=filters,
        sort=sort,
        limit=_limit(arguments),
        position=None if cursor is None else cursors.read(cursor_scope(collection, sort), cursor),
        shape=_shape(arguments, allowed_includes(collection)),
        count=_word(arguments, "count", "exact"),
        search=_question(arguments),
        excerpts=_word(arguments, "excerpts", "marked"),
    )


def read_number(arguments: Arguments, name: str, *, default: int, least: int, most: int) -> int:
    """Read a whole number. Raises Problem when it is not one, or outside its bounds."""
    text = _single(arguments, name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else -1
    if not least <= number <= most:
        raise _invalid(name, f"must be a whole number from {least} to {most}")
    return number


def cursor_scope(collection: Collection, sort: Sort) -> str:
    """Name what a cursor is bound to."""
    return f"{collection.database}/{collection.name}/{sort.name}"


@cache
def allowed_includes(collection: Collection) -> tuple[str, ...]:
    """Name everything that may be included with records of a collection, one level deep."""
    targets = SCHEMAS[collection.database].collections
    nested = [
        f"{include.name}.{inner}"
        for include in collection.includes
        for inner in targets[include.target].include_names()
        if include.target != collection.name
    ]
    return (*collection.include_names(), *nested)


def aside_names(collection: Collection) -> list[str]:
    """Name what may be included with a single record alone, because it costs a statement for each."""
    return [aside.name for aside in collection.asides]


def refuse_parameters(arguments: Arguments) -> None:
    """Refuse any parameter, where none is taken. Raises Problem."""
    _refuse_unknown(arguments, set())


def refuse_unknown_parameters(arguments: Arguments, known: set[str]) -> None:
    """Refuse parameters that are not known. Raises Problem."""
    _refuse_unknown(arguments, known)


def _shape(arguments: Arguments, allowed: Sequence[str]) -> Shape:
    text = _single(arguments, "include")
    names = tuple(dict.fromkeys(text.split(","))) if text is not None else ()
    for name in names:
        if name not in allowed:
            raise _invalid("include", f"must be some of {', '.join(allowed)}" if allowed else "nothing can be included")
    brief = _word(arguments, "view", "brief")
    return Shape(names, brief)


def _sort(collection: Collection, arguments: Arguments) -> Sort:
    name = _single(arguments, "sort")
    if name is None:
        return collection.sorts[0]
    sorts = collection.sorts if SEARCH not in arguments else (*collection.sorts, RELEVANCE)
    for sort in sorts:
        if sort.name == name:
            return sort
    if collection.search is not None and name == RELEVANCE.name:
        raise _invalid("sort", f"sorts what is looked for alone: give {SEARCH} too", code="nothing_looked_for")
    raise _invalid("sort", f"must be one of {', '.join(sort.name for sort in sorts)}")


def _question(arguments: Arguments) -> Question | None:
    text = _single(arguments, SEARCH)
    if text is None:
        return None
    try:
        return read_question(text)
    except Unacceptable as error:
        raise _invalid(SEARCH, str(error)) from error


def _limit(arguments: Arguments) -> int:
    return read_number(arguments, "limit", default=DEFAULT_LIMIT, least=1, most=MOST_RECORDS)


def _filter(collection: Collection, declared: Filter | MemberFilter, texts: Sequence[str]) -> Any:
    several = isinstance(declared, Filter) and declared.many
    if len(texts) > (MOST_VALUES if several else 1):
        raise _invalid(declared.name, f"may be given {f'at most {MOST_VALUES} times' if several else 'once'}")
    wire_type = _filter_type(collection, declared)
    values = []
    for text in texts:
        try:
            values.append(wire_type.accept_text(text))
        except Unacceptable as error:
            raise _invalid(declared.name, str(error)) from error
    return values[0] if len(values) == 1 else values


def _filter_type(collection: Collection, declared: Filter | MemberFilter) -> WireType:
    if isinstance(declared, Filter):
        return collection.types[declared.column]
    members = next(m for m in collection.members if m.name == declared.members)
    return SCHEMAS[collection.database].collections[members.target].types[declared.by]


def _word(arguments: Arguments, name: str, word: str) -> bool:
    text = _single(arguments, name)
    if text not in {None, word}:
        raise _invalid(name, f"must be {word}, or left out")
    return text is not None


def _single(arguments: Arguments, name: str) -> str | None:
    texts = arguments.getlist(name)
    if len(texts) > 1:
        raise _invalid(name, "may be given once")
    return texts[0] if texts else None


def _refuse_unknown(arguments: Arguments, known: set[str]) -> None:
    unknown = sorted(set(arguments) - known)
    if unknown:
        raise Problem(INVALID, faults=[Fault("unknown", "is not declared", parameter=name) for name in unknown])


def _invalid(parameter: str, detail: str, *, code: str = "invalid") -> Problem:
    return Problem(INVALID, faults=[Fault(code, detail, parameter=parameter)])
