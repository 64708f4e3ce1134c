"""Waiting for something that must come true soon."""

import time
from collections.abc import Callable

STEP_SECONDS = 0.05


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Return as soon as a condition holds; fail after so many seconds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"did not come true within {seconds} s"
        time.sleep(STEP_SECONDS)
