"""The SQL that finds records by their terms: one text an engine, whatever is asked."""

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Table,
    Text,
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


def matched(search: Search, index: Table, dialect: str, *, ranked: bool) -> CTE:
    """Return the index rows that match: `record_id`, the mirrored columns and, when ranked, `relevance`.

    They are found by the text index before anything else is looked at: left to themselves, the engines would now and
    then walk all posts in the order of the list and look for the words in each.
    """
    find = _on_postgresql if dialect == "postgresql" else _on_sqlite
    return find(search, index, ranked=ranked)


def _on_sqlite(search: Search, index: Table, *, ranked: bool) -> CTE:
    name = fts5_name(index.name)
    fts = table(name, column("rowid"), column(name))
    columns: list[ColumnElement[object]] = [index.c["record_id"], *(index.c[each] for each in search.mirrors)]
    if ranked:
        weights = ", ".join(str(_WEIGHTS[field.weight] * 10) for field in search.fields)
        # the best is the least
        columns.append(literal_column(f"-bm25({name}, {weights})", Float).label(RELEVANCE))
    statement = select(*columns).select_from(fts.join(index, index.c["number"] == fts.c["rowid"]))
    statement = statement.where(fts.c[name].op("MATCH")(bindparam("search", type_=Text)))
    return statement.cte("matched").prefix_with("MATERIALIZED")


def _on_postgresql(search: Search, index: Table, *, ranked: bool) -> CTE:
    asked = cast(bindparam("search", type_=Text), TSQUERY)
    columns: list[ColumnElement[object]] = [index.c["record_id"], *(index.c[each] for each in search.mirrors)]
    if ranked:
        in_order = ",".join(str(_WEIGHTS[letter]) for letter in "DCBA")
        weights: ColumnElement[object] = literal_column(f"'{{{in_order}}}'::float4[]")
        # 1: a long text needs more of a word than a short one
        columns.append(func.ts_rank(weights, index.c["weighed"], asked, 1).label(RELEVANCE))
    statement = select(*columns).where(index.c["weighed"].op("@@")(asked), ~_lacks_a_phrase(search, index))
    return statement.cte("matched").prefix_with("MATERIALIZED")


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
