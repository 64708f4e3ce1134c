"""Collects bytes that no record names: of uploads never committed, of deleted files, of processes that were killed.

Nothing younger than a day is touched: it may belong to a request on its way, or into a backup that is being made.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import structlog

from api.blog.blobs import Blobs
from api.blog.context import Context
from api.blog.media.rules import MOST_DIGESTS, by_digest

AGE = timedelta(days=1)
EVERY = timedelta(days=1)
FIRST = timedelta(minutes=10)
# the names that this service gives; whatever else lies there is not its own
_MEDIA = re.compile(r"(?:original-)?([0-9a-f]{64})(?:-[0-9]{3,4})?\.[a-z]{3,4}")
_JOB = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.zip")
_DRAFT = re.compile(r"\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_log = structlog.get_logger("orphans")


class Orphans:
    """Collects once a day, as long as the process lives."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._due = context.clock.now() + FIRST

    def collect_daily(self) -> int:
        """Collect, if that is due. Returns how many files went. Raises StoreError."""
        now = self._context.clock.now()
        if now < self._due:
            return 0
        self._due = now + EVERY
        return collect(self._context)


def collect(context: Context) -> int:
    """Remove what no record names. Returns how many files went. Raises StoreError."""
    before = context.clock.now() - AGE
    removed = _remove(context.blobs, _of_media(context, before), before)
    removed += _remove(context.files, _of_jobs(context, before), before)
    if removed:
        _log.info("orphans", removed=removed)
    return removed


def _remove(blobs: Blobs, names: Iterator[str], before: datetime) -> int:
    return sum(blobs.remove_old(name, before) for name in names)


def _of_media(context: Context, before: datetime) -> Iterator[str]:
    names = context.blobs.names(before)
    while some := list(islice(names, MOST_DIGESTS)):
        digests = {name: match[1] for name in some if (match := _MEDIA.fullmatch(name))}
        known = by_digest(context, digests.values())
        yield from (name for name in some if _DRAFT.fullmatch(name) or (name in digests and digests[name] not in known))


def _of_jobs(context: Context, before: datetime) -> Iterator[str]:
    for name in context.files.names(before):
        match = _JOB.fullmatch(name)
        if _DRAFT.fullmatch(name) or (match and context.store.get("jobs", match[1]) is None):
            yield name
