"""Real documents, specifications and attacks that stand beside the checkout and are no part of it."""

import os
from pathlib import Path

import pytest

BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "data"


def shared_data(name: str) -> Path:
    """Return the folder of that name in `SHARED_DATA`, or else in `../shared/data`; skip the test if there is none."""
    folder = Path(os.environ.get("SHARED_DATA") or BESIDE_THE_CHECKOUT) / name
    if not folder.exists():
        pytest.skip(f"shared data '{name}' is not here")
    return folder
