"""The store as an item of a batch sees it: with the records that earlier items are about to make.

So two posts of one batch share a new tag, and get two slugs from one title. Changes and deletions are not shown: two
items that touch one record are refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.shared.store import FilterValue, Found, Operation, Page, Record, Store


class Overlay(Store):
    """Answers as the store does, and adds planned records that pass filters of their columns' names."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._planned: dict[str, dict[str, Record]] = {}

    def plan(self, operations: Sequence[Operation]) -> None:
        """Show what these operations make to whoever asks from now on."""
        for each in operations:
            if each.op == "insert":
                record = {"id": each.id, "version": 1, **(each.values or {})}
                self._planned.setdefault(each.collection, {})[each.id] = record

    def get(self, collection: str, record_id: str, *, include: Sequence[str] = (), brief: bool = False) -> Found | None:
        """Return one record by its id, or None."""
        planned = self._planned.get(collection, {}).get(record_id)
        if planned is not None:
            return Found(planned, {})
        return self._store.get(collection, record_id, include=include, brief=brief)

    def find(self, collection: str, filters: Mapping[str, FilterValue | None] | None = None, **options: Any) -> Page:
        """Return a page of records by declared filters, with what is planned at its end."""
        page = self._store.find(collection, filters, **options)
        wanted = {name: value for name, value in (filters or {}).items() if value is not None}
        more = [record for record in self._planned.get(collection, {}).values() if _passes(record, wanted)]
        return replace(page, records=[*page.records, *more]) if more else page


def _passes(record: Record, wanted: Mapping[str, FilterValue]) -> bool:
    return bool(wanted) and all(
        name in record and (record[name] in value if isinstance(value, list | tuple) else record[name] == value)
        for name, value in wanted.items()
    )
