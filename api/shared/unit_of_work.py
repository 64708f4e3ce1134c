"""One commit at the edge of a request.

A view plans its operations; they are committed here, with the answer stored beside them under the idempotency key.
A plan that met a concurrent change is made again from fresh reads, unless the client itself set the precondition.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.shared.http import RetryKey, version_mismatch
from api.shared.problems import CONFLICT, IDEMPOTENCY_KEY_REUSED, NOT_FOUND, Problem
from api.shared.responses import Answer, Saved
from api.shared.store import (
    AlreadyExists,
    Idempotency,
    IdempotencyKeyReused,
    MissingReference,
    Operation,
    StillReferenced,
    Store,
    VersionMismatch,
)

ATTEMPTS = 5

Plan = Callable[[], tuple[Sequence[Operation], Saved]]


@dataclass(frozen=True, slots=True)
class Event:
    """What a write is to those who look back.

    `name` is given where the operation can be several things, `about` where it concerns somebody else than the caller.
    """

    name: str | None = None
    about: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """What an operation wants written, and what it answers once that is committed."""

    operations: Sequence[Operation]
    answer: Answer
    event: Event = Event()


def replayed(store: Store, retry: RetryKey) -> Saved | None:
    """Return the answer already given to this key. Raises 422 when the key belongs to another request."""
    known = store.replay(retry.key)
    if known is None:
        return None
    if known.fingerprint != retry.fingerprint:
        raise Problem(IDEMPOTENCY_KEY_REUSED)
    return Saved.from_wire(known.answer)


def commit(
    store: Store, plan: Plan, *, retry: RetryKey | None, if_version: int | None
) -> tuple[Sequence[Operation], Saved, bool]:
    """Make a plan and commit it; returns the operations, the answer, and whether it is a repeated one.

    Raises 412 when the client's own `If-Match` failed, 409 when the conflict would not go away.
    """
    operations, saved = plan()
    for _ in range(ATTEMPTS):
        if not operations and retry is None:
            return operations, saved, False
        try:
            committed = store.commit(operations, idempotency=_stored(retry, saved))
        except VersionMismatch as conflict:
            refused = operations[conflict.operation]
            operations, saved = plan()  # may say it in the resource's own words, having read what was changed
            if if_version is not None and refused.if_version == if_version and _demands_again(operations, refused):
                raise _stale(conflict) from conflict
        except (AlreadyExists, MissingReference, StillReferenced):
            # somebody else was faster: the next plan sees what they did
            operations, saved = plan()
        except IdempotencyKeyReused as error:
            raise Problem(IDEMPOTENCY_KEY_REUSED) from error
        else:
            if committed.replayed:
                return operations, Saved.from_wire(committed.answer), True
            return operations, saved, False
    raise Problem(CONFLICT)


def _demands_again(operations: Sequence[Operation], refused: Operation) -> bool:
    """Tell whether a fresh plan demands the same version of the same record: then the client does, not our reading."""
    demanded = (refused.collection, refused.id, refused.if_version)
    return any((each.collection, each.id, each.if_version) == demanded for each in operations)


def _stored(retry: RetryKey | None, saved: Saved) -> Idempotency | None:
    if retry is None:
        return None
    return Idempotency(retry.key, retry.fingerprint, saved.to_wire())


def _stale(conflict: VersionMismatch) -> Problem:
    if conflict.current is None:
        return Problem(NOT_FOUND)
    return version_mismatch(conflict.current["version"])
