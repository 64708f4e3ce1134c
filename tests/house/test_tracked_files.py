"""Files hold nothing that ties them to one machine or one network."""

import json
import re

import pytest

from tests.house.sources import CODE, ROOT, assert_none, files, lines, name

# The addresses of package registries: an installation behind a mirror must not be led past it.
REGISTRIES = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.](org|com)|yarnpkg[.]com|crates[.]io|proxy[.]golang[.]org|rubygems[.]org|"
    r"docker[.]io|docker[.]com|ghcr[.]io|quay[.]io|unpkg[.]com|jsdelivr[.]net"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc", "handlers"}


def found(pattern: re.Pattern[str]) -> list[str]:
    """Return where a pattern stands in the repository's text."""
    places = ((path, number, line) for path in files() for number, line in enumerate(lines(path), 1))
    return [f"{name(path)}:{number}: {line.strip()[:80]}" for path, number, line in places if pattern.search(line)]


@pytest.mark.parametrize("host", ["pythonhosted" + ".org", "npmjs" + ".org", "ghcr" + ".io"])
def test_a_registry_would_be_found(host):
    assert REGISTRIES.search(f"https://{host}/simple")


def test_a_path_of_one_machine_would_be_found_and_a_web_address_not():
    assert MACHINE_PATHS.search('open("/' + 'root/notes.txt")')
    assert not MACHINE_PATHS.search("https://example.org/home/ada/")


def test_no_file_names_the_host_of_a_package_registry():
    assert_none(found(REGISTRIES))


def test_no_file_names_a_path_of_one_machine():
    assert_none(found(MACHINE_PATHS))


def test_lock_files_hold_no_addresses():
    locks = [path for path in files() if path.name == "package-lock.json"]
    assert locks
    for lock in locks:
        packages = json.loads(lock.read_text("utf-8"))["packages"]
        assert [entry for entry, package in packages.items() if "resolved" in package] == [], name(lock)


def test_no_module_or_folder_has_a_name_that_says_nothing():
    code = [path.relative_to(ROOT) for path in files() if path.suffix in CODE]
    assert_none(str(path) for path in code if FORBIDDEN_NAMES & {part.lower() for part in path.with_suffix("").parts})
