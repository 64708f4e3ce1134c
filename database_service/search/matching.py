"""The SQL that finds records by their terms: one text an engine, whatever is asked."""

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Table,
    TableClause,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from database_service.declaration import Search
from database_service.search.question import Question
from database_service.search.tables import fts5_name

RELEVANCE = "relevance"
# How much more a match in a column of each weight counts
_WEIGHTS = {"A": 1.0, "B": 0.4, "C": 0.2, "D": 0.1}


def parameters(question: Question, dialect: str) -> dict[str, object]:
    """Return the parameters of every statement below."""
    if dialect == "postgresql":
        return {"search": question.tsquery, "needles": question.needles}
    return {"search": question.fts5}


def matched(search: Search, index: Table, dialect: str) -> CTE:
    """Return the index rows that match: `record_id` and the mirrored columns.

    They are found by the text index before anything else is looked at: left to themselves, the engines would now and
    then walk all posts in the order of the list and look for the words in each.
    """
    columns = [index.c["record_id"], *(index.c[each] for each in search.mirrors)]
    source, matches = found_by(search, index, dialect)
    return select(*columns).select_from(source).where(matches).cte("matched").prefix_with("MATERIALIZED")


def found_by(search: Search, index: Table, dialect: str) -> tuple[FromClause, ColumnElement[bool]]:
    """Return where the index rows come from, and that they match."""
    if dialect == "postgresql":
        asked = cast(bindparam("search", type_=Text), TSQUERY)
        return index, and_(index.c["weighed"].op("@@")(asked), ~_lacks_a_phrase(search, index))
    fts = fts5(index)
    source = fts.join(index, index.c["number"] == fts.c["rowid"])
    return source, fts.c[fts.name].op("MATCH")(bindparam("search", type_=Text))


def fts5(index: Table) -> TableClause:
    """Return SQLite's text index beside a search table."""
    name = fts5_name(index.name)
    return table(name, column("rowid"), column(name))


def bm25(search: Search, index: Table) -> ColumnElement[float]:
    """Return SQLite's measure of how well a row of its text index matches; FTS5's best is the least."""
    weights = ", ".join(str(_WEIGHTS[field.weight] * 10) for field in search.fields)
    return literal_column(f"-bm25({fts5_name(index.name)}, {weights})", Float)


def ts_rank(weighed: ColumnElement[object]) -> ColumnElement[float]:
    """Return PostgreSQL's measure of how well a tsvector matches; a long text needs more of a word than a short one."""
    in_order = ",".join(str(_WEIGHTS[letter]) for letter in "DCBA")
    weights: ColumnElement[object] = literal_column(f"'{{{in_order}}}'::float4[]")
    return func.ts_rank(weights, weighed, cast(bindparam("search", type_=Text), TSQUERY), 1, type_=Float)


def _lacks_a_phrase(search: Search, index: Table) -> ColumnElement[bool]:
    needles = (
        func.unnest(bindparam("needles", type_=ARRAY(Text))).table_valued("needle", name="needles").render_derived()
    )
    found = or_(*(func.strpos(index.c[name], needles.c.needle) > literal_column("0") for name in search.columns))
    return select(literal_column("1")).select_from(needles).where(~found).exists()


def fetched(records: Table, found: CTE) -> FromClause:
    """Return the records of what matched, each looked up by its id.

    Left to itself, PostgreSQL would now and then read the whole table and join it, when it thinks that much matches.
    """
    one = select(*records.c).where(records.c["id"] == found.c["record_id"]).limit(literal_column("1"))
    return one.lateral(f"each_of_{records.name}")
