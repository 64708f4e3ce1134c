"""What may stand in one batch: writes that do not touch one another's records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.blog.batch.problems import BATCH_OVERLAP
from api.shared.problems import TOO_LARGE, Fault, Problem
from api.shared.store import Operation

MOST_OPERATIONS = 1_000
# where an item says what a request alone says in its query and headers
PLACES: Mapping[str, str] = {"If-Match": "if_match"}

Key = tuple[str, str]


class Together:
    """The operations of a batch so far, and which item touches which record."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._touched: dict[Key, int] = {}
        self._firm: set[Key] = set()

    def collision(self, operations: Sequence[Operation]) -> Key | None:
        """Return a record that these operations touch and an earlier item touches too, or None.

        Changes that demand no version may come from several items: they only say that something happened.
        """
        for each in operations:
            key = (each.collection, each.id)
            if each.op != "require" and key in self._touched and (key in self._firm or _is_firm(each)):
                return key
        return None

    def add(self, number: int, operations: Sequence[Operation]) -> None:
        """Take an item's operations in. Raises 409 when they touch what another item touches, 413 for too many."""
        key = self.collision(operations)
        if key is not None:
            detail = f"The items {self._touched[key]} and {number} change the same record of {key[0]}."
            raise Problem(BATCH_OVERLAP, detail)
        for each in operations:
            if each.op != "require":
                self._touched.setdefault((each.collection, each.id), number)
                if _is_firm(each):
                    self._firm.add((each.collection, each.id))
        self.operations += operations
        if len(self.operations) > MOST_OPERATIONS:
            raise Problem(TOO_LARGE, f"A batch changes at most {MOST_OPERATIONS} records.")


def refused(problem: Problem, number: int) -> Problem:
    """Return the problem of one item as that of the batch: it names the item, and places in the item's body."""
    where = f"/operations/{number}"
    faults = [_placed(fault, where) for fault in problem.faults]
    extra: dict[str, Any] = {**problem.extra, "operation": number}
    return Problem(problem.kind, problem.detail, faults=faults, extra=extra, headers=problem.headers)


def _placed(fault: Fault, where: str) -> Fault:
    if fault.parameter is not None:
        return Fault(fault.code, fault.detail, pointer=f"{where}/{PLACES.get(fault.parameter, 'path')}")
    return fault if fault.pointer is None else replace(fault, pointer=f"{where}/body{fault.pointer}")


def _is_firm(operation: Operation) -> bool:
    return operation.op != "update" or operation.if_version is not None
