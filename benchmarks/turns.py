"""Times calls in turn, round after round, so that a noisy minute touches all alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median, quantiles

Times = dict[str, list[float]]


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call took."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def timed(calls: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Call each once to warm up, then all in turn for so many rounds; return the seconds of each."""
    for call in calls.values():
        call()
    taken: Times = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(seconds(call))
    return taken


def print_times(title: str, taken: Times) -> None:
    """Print the median and the 95th percentile of each, in milliseconds."""
    print(f"\n{title}\n{'':36}{'median':>10}{'p95':>10}")
    for name, times in taken.items():
        print(f"{name:36}{median(times) * 1000:8.3f}ms{quantiles(times, n=20)[-1] * 1000:8.3f}ms")


def growth(taken: Times, first: str, second: str) -> float:
    """Return the median over the rounds of what the second took against the first in the same round."""
    return median(late / early for early, late in zip(taken[first], taken[second], strict=True))


def beyond(taken: Times, name: str, *parts: str) -> float:
    """Return the median over the rounds of what a call took beyond its parts in the same round, in milliseconds."""
    rounds = zip(taken[name], *(taken[part] for part in parts), strict=True)
    return median(whole - sum(rest) for whole, *rest in rounds) * 1000
