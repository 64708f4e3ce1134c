"""What the response cache tells `/metrics`: hits never reach Flask, so nobody else counts them."""

from collections.abc import Callable
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge

from api.blog.cache import HOW, Cache
from api.blog.cache_shares import SHARES


def install(registry: CollectorRegistry, cache: Cache) -> Callable[[str], None]:
    """Show the cache in a registry; returns the function that counts an answer as `hit`, `miss` or `stale`."""
    answers = Counter("response_cache_answers", "Anonymous reads by how they were answered", ["how"], registry=registry)
    held = Gauge("response_cache_bytes", "Memory that remembered answers take", ["share"], registry=registry)
    entries = Gauge("response_cache_entries", "Answers that are remembered", ["share"], registry=registry)
    for name in SHARES:
        held.labels(name).set_function(partial(getattr, cache.shares[name], "bytes"))
        entries.labels(name).set_function(partial(len, cache.shares[name]))
    # one child for each word, made once: looking it up costs more than counting
    counted = {how: answers.labels(how).inc for how in HOW}
    return lambda how: counted[how]()
