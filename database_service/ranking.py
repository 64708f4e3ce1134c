"""The SQL of a search by relevance: of what matches and passes the filters the newest, of these the best.

Measuring every match of a common word would cost more with every post. So many at most are measured (parameter
`ranked`); SQLite takes those that were written last, which its text index yields in that order, PostgreSQL those that
stand first in the search table's order.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Select, bindparam, select

from database_service.declaration import Collection, Filter
from database_service.registry import SCHEMAS
from database_service.search import matching
from database_service.statements import SEARCH, Lister, record_names


class Ranker(Lister):
    """Builds the statement of one shape of list by relevance."""

    def __init__(self, collection: Collection, dialect: str, given: frozenset[tuple[str, bool]]) -> None:
        super().__init__(collection, dialect, given - {(SEARCH, False)})
        assert collection.search is not None  # noqa: S101 - nothing else can be asked for by relevance
        self._search = collection.search
        self._index = self._schema.search_tables[collection.name]
        self._lead = None  # the text index leads, whatever else is asked for
        self._mirrors = {name: self._index.c[name] for name in self._search.mirrors}
        self._mirrors["id"] = self._index.c["record_id"]

    def statement(self, *, brief: bool) -> Select[Any]:
        """Return the statement of a page; parameters: the filters, ranked, page_size and skipped."""
        measured = self._on_postgresql() if self._dialect == "postgresql" else self._on_sqlite()
        order = (measured.c[matching.RELEVANCE].desc(), measured.c["record_id"].desc())
        best = select(measured.c["record_id"], measured.c[matching.RELEVANCE]).order_by(*order)
        best = best.limit(bindparam("page_size")).offset(bindparam("skipped"))
        page = best.cte("matched").prefix_with("MATERIALIZED")
        stored = SCHEMAS[self._collection.database].table(self._collection.name)
        records = matching.fetched(stored, page) if self._dialect == "postgresql" else stored
        columns = [records.c[name] for name in record_names(self._collection, brief=brief)]
        source = page.join(records, records.c["id"] == page.c["record_id"])
        order = (page.c[matching.RELEVANCE].desc(), page.c["record_id"].desc())
        return select(*columns).select_from(source).order_by(*order)

    def _found(self, *columns: Any) -> Select[Any]:
        source, matches = matching.found_by(self._search, self._index, self._dialect)
        if self._looks_at_records():
            source = source.join(self._table, self._table.c["id"] == self._index.c["record_id"])
        found = select(self._index.c["record_id"], *columns).select_from(source).where(matches, *self.conditions())
        return found.limit(bindparam("ranked"))

    def _on_sqlite(self) -> CTE:
        relevance = matching.bm25(self._search, self._index).label(matching.RELEVANCE)
        newest = matching.fts5(self._index).c["rowid"].desc()
        return self._found(relevance).order_by(newest).cte("measured").prefix_with("MATERIALIZED")

    def _on_postgresql(self) -> CTE:
        newest = self._index.c[self._search.mirrors[-1]].desc()
        found = self._found(self._index.c["weighed"]).order_by(newest).cte("found").prefix_with("MATERIALIZED")
        relevance = matching.ts_rank(found.c["weighed"]).label(matching.RELEVANCE)
        return select(found.c["record_id"], relevance).cte("measured")

    def _looks_at_records(self) -> bool:
        asked = [each for each in self._collection.filters if each.name in self._many and isinstance(each, Filter)]
        return any(each.column not in self._mirrors for each in asked)


@lru_cache(maxsize=512)
def best(collection: Collection, dialect: str, given: frozenset[tuple[str, bool]], *, brief: bool) -> Select[Any]:
    """Return the statement of a page by relevance, built once."""
    statement = Ranker(collection, dialect, given).statement(brief=brief)
    filters = tuple(sorted(name for name, _ in given))
    return statement.execution_options(query=f"{collection.name}.best", shape=filters)
