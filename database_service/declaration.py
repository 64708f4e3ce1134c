"""What a collection declares about itself. Whatever is not declared does not exist on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import Column, Index, MetaData, text
from sqlalchemy.schema import SchemaItem

from database_service.column_types import Identifier, WireType

Relation = Literal["=", "<=", ">="]
Where = Mapping[str, str | tuple[str, ...]]

NAMING = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that compares one column; `many` lets it be given several times, meaning any of them."""

    name: str
    column: str
    relation: Relation = "="
    many: bool = False


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """A query parameter that asks for records whose member list holds the target with `by` = the value."""

    name: str
    members: str
    by: str = "id"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: by a column that is never NULL, then by id. A name that starts with `-` descends."""

    name: str
    column: str

    @property
    def descending(self) -> bool:
        """Tell whether the order runs from the greatest down."""
        return self.name.startswith("-")


@dataclass(frozen=True, slots=True)
class Members:
    """An ordered list of ids of another collection, indexed by a junction table.

    The list itself stands in the record's row, so that reading it costs nothing; the junction holds the foreign keys
    and mirrors the columns that lists filter and sort by, so that "newest posts of a tag" is one index range.
    """

    name: str
    target: str
    mirrors: tuple[str, ...]

    @property
    def item(self) -> str:
        """Name the junction's column that holds the target's id."""
        return self.name.removesuffix("s")


@dataclass(frozen=True, slots=True)
class Include:
    """Records that may travel with others: those whose ids a column (or a member list) names."""

    name: str
    target: str
    by: str
    prefix: str = ""


@dataclass(frozen=True, eq=False)
class Tally:
    """A number that may travel with records: how many `source` records name them, are due and match `where`.

    `members` is a member list of the source, or a column that names one record.
    """

    name: str
    source: str
    members: str
    where: Where
    due: str


@dataclass(frozen=True, slots=True)
class SearchField:
    """A column whose text can be searched; of two matches the one in the column of greater `weight` (A to D) leads.

    `markup` says that the column holds HTML, of which the text alone is searched. `withheld` names a column and the
    value with which this one is left out of the index: nobody finds out what they may not read.
    """

    column: str
    weight: Literal["A", "B", "C", "D"]
    markup: bool = False
    withheld: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The query parameter `search`: records that hold all the words and phrases in these columns.

    The index mirrors the columns that lists filter and sort by, as the junctions of member lists do.
    """

    fields: tuple[SearchField, ...]
    mirrors: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the searched columns."""
        return tuple(field.column for field in self.fields)


@dataclass(frozen=True, eq=False)
class Neighbour:
    """The record that stands next to one in an order, among those that are due and match `where`."""

    name: str
    sort: Sort
    where: Where


@dataclass(frozen=True, eq=False)
class Kin:
    """The records that have most in common with one: they list the same targets, rare ones counting for more."""

    name: str
    members: str
    where: Where
    due: str


@dataclass(frozen=True, eq=False)
class Calendar:
    """How many `source` records fall into each month of a time zone that the record names in `zone`."""

    name: str
    source: str
    by: str
    where: Where
    zone: str


Aside = Neighbour | Kin | Calendar


@dataclass(frozen=True, eq=False)
class Collection:
    """One kind of record: its columns, and the closed list of what may be asked about it."""

    name: str
    database: str
    doc: str
    columns: tuple[Column[Any], ...]
    filters: tuple[Filter | MemberFilter, ...] = ()
    sorts: tuple[Sort, ...] = (Sort("id", "id"),)
    members: tuple[Members, ...] = ()
    includes: tuple[Include, ...] = ()
    tallies: tuple[Tally, ...] = ()
    search: Search | None = None
    asides: tuple[Aside, ...] = ()
    constraints: tuple[SchemaItem, ...] = ()
    private: frozenset[str] = frozenset()
    # What takes the place of who somebody was when the account that the record names is deleted without an heir
    personal: Mapping[str, Any] = field(default_factory=dict)
    bulky: frozenset[str] = frozenset()
    unlogged: frozenset[str] = frozenset()
    natural_ids: bool = False
    follows: bool = False
    example: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def visible(self) -> dict[str, Column[Any]]:
        """Map the names of the columns that travel to the columns, without id and version."""
        # SQLAlchemy's names are a kind of str that orjson does not take for a key
        return {str(column.name): column for column in self.columns if not column.info.get("hidden")}

    @cached_property
    def logged(self) -> tuple[str, ...]:
        """Name the columns of a record that the change feed keeps."""
        return ("id", "version", *(name for name in self.visible if name not in self.unlogged))

    @cached_property
    def id_type(self) -> Identifier:
        """Return the type of the record's id."""
        return Identifier(natural=self.natural_ids)

    @cached_property
    def types(self) -> dict[str, WireType]:
        """Map every column, the id included, to its wire type."""
        found: dict[str, WireType] = {"id": self.id_type}
        for column in self.columns:
            assert isinstance(column.type, WireType)  # noqa: S101 - the declarations are made from our own kinds
            found[str(column.name)] = column.type
        return found

    @cached_property
    def account_columns(self) -> tuple[Column[Any], ...]:
        """Return the columns that name an account of the users database."""
        return tuple(column for column in self.columns if "inherited" in column.info)

    def mirrored_by(self, members: Members) -> frozenset[str]:
        """Name the columns whose change changes the junction of a member list."""
        return frozenset({members.name, *self._sources(members.mirrors)})

    @cached_property
    def searched(self) -> frozenset[str]:
        """Name the columns whose change changes the search index."""
        if self.search is None:
            return frozenset()
        withheld = {field.withheld[0] for field in self.search.fields if field.withheld is not None}
        return frozenset({*self.search.columns, *withheld, *self._sources(self.search.mirrors)})

    def _sources(self, mirrors: tuple[str, ...]) -> set[str]:
        sources = {column.name: column.info.get("source", column.name) for column in self.columns}
        return {sources[name] for name in mirrors}

    def include_names(self) -> tuple[str, ...]:
        """Name everything that may be included with a record of this collection itself."""
        return (*(include.name for include in self.includes), *(tally.name for tally in self.tallies))


def index(table_and_purpose: str, *columns: str) -> Index:
    """Declare an index; its name says which table and what for."""
    return Index(f"ix_{table_and_purpose}", *columns)


def sparse_index(name: str, *columns: str, unique: bool = False) -> Index:
    """Declare an index of the records alone that have a value in its first column: the others cost it nothing.

    It answers every question for a value; what has none is not asked for.
    """
    present = text(f"{columns[0]} IS NOT NULL")
    return Index(name, *columns, unique=unique, sqlite_where=present, postgresql_where=present)


def metadata() -> MetaData:
    """Return an empty schema whose constraints get predictable names; errors are told apart by them."""
    return MetaData(naming_convention=NAMING)
