"""The rooms of the SPA: who may fetch, who may know the API, who may write markup from a string."""

import re
from pathlib import Path

from tests.house.sources import ROOT, assert_none, files_of, lines, name

SOURCE = ROOT / "spa" / "src"
FETCHES = "spa/src/lib/api.js"
# It answers what the pages ask: that is the same request, passed on.
WORKER = "spa/src/service-worker.js"
RAW_HTML = "spa/src/components/Prose.svelte"


def places(pattern: str, files: list[Path]) -> list[str]:
    """Return where a pattern stands in these files."""
    found = ((path, number, line) for path in files for number, line in enumerate(lines(path), 1))
    return [f"{name(path)}:{number}: {line.strip()}" for path, number, line in found if re.search(pattern, line)]


def sources(*suffixes: str, folder: str = "") -> list[Path]:
    return files_of(*suffixes, under=[f"spa/src/{folder}"])


def test_a_pattern_is_found_where_it_stands():
    assert any(place.startswith(RAW_HTML) for place in places(r"\{@html", sources(".svelte")))
    assert any(place.startswith(FETCHES) for place in places(r"\bfetch\(", sources(".js")))


def test_html_from_a_string_enters_the_page_in_one_component_only():
    written = places(r"\{@html|innerHTML|insertAdjacentHTML|outerHTML", sources(".svelte", ".js"))
    assert_none(place for place in written if not place.startswith(RAW_HTML))


def test_only_lib_api_fetches():
    fetched = places(r"\bfetch\(|XMLHttpRequest|EventSource\(", sources(".svelte", ".js"))
    assert_none(place for place in fetched if not place.startswith((FETCHES, WORKER)))


def test_components_know_no_address_of_the_api():
    assert_none(places(r"[\"'`/]api/", sources(".svelte", ".js", folder="components")))


def test_the_library_holds_no_markup():
    assert_none(name(path) for path in sources(".svelte", ".html", ".css", folder="lib"))


def test_nothing_is_asked_of_another_host():
    linked = r"(src|href)=[\"']https?:|url\([\"']?https?:|@import [\"']?https?:"
    asked = places(linked, [*sources(".css", ".html", ".svelte"), ROOT / "spa" / "index.html"])
    assert_none(asked)


def test_layout_follows_the_direction_of_the_text():
    physical = r"(margin|padding|border)-(left|right)\b|text-align: (left|right)|^\s*(left|right):|float: (left|right)"
    assert_none(places(physical, sources(".css", ".svelte")))
