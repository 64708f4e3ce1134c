"""The operator's routes: refusals that need no backup."""

import pytest


@pytest.mark.parametrize("name", ["none", "..", ".", "%2e%2e", "proven.json"])
def test_a_name_that_is_no_set_is_not_found(operator, name):
    assert operator.get(f"/v1/backups/{name}")[0] == 404
