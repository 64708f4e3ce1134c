"""docs/promises.yaml names only tests that exist."""

import yaml

from tests.house.named_tests import missing
from tests.house.sources import ROOT, assert_none

TABLE = yaml.safe_load((ROOT / "docs" / "promises.yaml").read_text("utf-8"))


def test_every_promise_is_shown_by_tests_that_are_there():
    assert len(TABLE) >= 12
    assert_none(
        f"{name}: {row.keys()}" for name, row in TABLE.items() if row.keys() - {"promise", "shown", "would_see"}
    )
    assert_none(f"{name}: shows nothing" for name, row in TABLE.items() if not row["promise"] or not row["shown"])
    named = ((name, each) for name, row in TABLE.items() for each in [*row["shown"], *row.get("would_see", ())])
    assert_none(f"{name}: {each}" for name, each in named if missing([each]))
