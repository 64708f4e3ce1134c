"""The pinned requirements are those that pyproject.toml asks for."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<rest>(?:.*\\\n)*.*)", re.MULTILINE)
SETS = ["all", "blog", "database", "dev", "frontend", "users", "worker"]


def asked_for(extra: str) -> list[Requirement]:
    """Return what an extra asks for, with the extras it contains and what everything needs."""
    found = [Requirement(line) for line in PROJECT["dependencies"]]
    for each in map(Requirement, PROJECT["optional-dependencies"][extra]):
        if each.name == PROJECT["name"]:
            found += [inner for name in each.extras for inner in asked_for(name)]
        else:
            found.append(each)
    return found


def pinned(extra: str) -> dict[str, str]:
    """Return the pinned packages of a requirements file with their versions."""
    text = (ROOT / "requirements" / f"{extra}.txt").read_text("utf-8")
    return {canonicalize_name(found["name"]): found["version"] for found in PINNED.finditer(text)}


@pytest.mark.parametrize("extra", SETS)
def test_each_set_pins_what_pyproject_asks_for(extra):
    versions = pinned(extra)
    for requirement in asked_for(extra):
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not pinned in requirements/{extra}.txt: run make lock"
        assert version in requirement.specifier, f"{requirement} is pinned to {version}: run make lock"


@pytest.mark.parametrize("extra", SETS)
def test_every_pinned_package_has_hashes(extra):
    text = (ROOT / "requirements" / f"{extra}.txt").read_text("utf-8")
    entries = list(PINNED.finditer(text))
    assert entries
    assert [entry["name"] for entry in entries if "--hash=sha256:" not in entry["rest"]] == []


def test_the_services_pin_the_same_versions():
    everything = pinned("dev")
    for extra in SETS:
        assert pinned(extra).items() <= everything.items(), f"requirements/{extra}.txt is of another day: run make lock"


def behind(versions: dict[str, str], mended: dict[str, str]) -> list[str]:
    """Return the packages that are older than the release that mended them."""
    return [name for name, version in versions.items() if name in mended and Version(version) < Version(mended[name])]


def test_no_pinned_part_is_older_than_the_release_that_mended_a_known_flaw():
    rows = tomllib.loads((ROOT / "requirements" / "mended.toml").read_text("utf-8"))["releases"]
    mended = {name: row["version"] for name, row in rows.items()}
    assert behind({"flask": "3.1.0", "jinja2": "3.1.10", "other": "0.1"}, mended) == ["flask"]
    assert mended.keys() <= pinned("dev").keys(), "a line for a part that is gone"
    assert {extra: behind(pinned(extra), mended) for extra in SETS} == {extra: [] for extra in SETS}


@pytest.mark.parametrize("folder", ["spa", "openapi/judges", "benchmarks/lighthouse"])
def test_the_javascript_lock_is_that_of_the_package(folder):
    package = json.loads((ROOT / folder / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert locked.get(kind) == package.get(kind), f"run npm install in {folder}/"
