"""Removes preview links that have ended."""

from api.blog.context import Context
from api.blog.previews.rules import COLLECTION
from api.shared.store import VersionMismatch, delete

SLICE = 100


def sweep(context: Context) -> int:
    """Remove some links that have ended; returns how many. Raises StoreUnavailable."""
    done = 0
    page = context.store.find(COLLECTION, {"ended_before": context.now()}, sort="expires_at", limit=SLICE)
    for preview in page.records:
        try:
            context.store.commit([delete(COLLECTION, preview["id"], if_version=preview["version"])])
        except VersionMismatch:
            continue
        done += 1
    return done
