"""The words of the interface and its dates, the same as in the browser: lib.test.js reads dates.json too."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from spa.server.dates import Calendar
from spa.server.settings import DIST
from spa.server.views import contents
from spa.server.wording import Wording

CASES = json.loads((Path(__file__).parent / "dates.json").read_text("utf-8"))


@pytest.fixture
def wording() -> Wording:
    return Wording.load(DIST / "messages" / "en.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['at']} in {case['zone']}")
def test_a_date_is_said_as_in_the_browser(wording, case):
    calendar = Calendar.at(datetime.fromisoformat(case["now"]), case["zone"], wording)
    said = calendar.describe(case["at"])
    assert {"text": said.text, "full": said.full} == {"text": case["text"], "full": case["full"]}
    assert calendar.describe(case["at"], short=True).text == case.get("short", case["text"])


def test_a_missing_text_is_an_error(wording):
    with pytest.raises(KeyError):
        wording("no.such.key")


def test_contents_need_three_headings_and_show_the_two_upper_levels():
    def heading(level: int) -> dict[str, object]:
        return {"id": f"h-{level}", "level": level, "text": f"Level {level}"}

    assert contents([]) == []
    assert contents([heading(2), heading(3)]) == []
    assert [entry["depth"] for entry in contents([heading(level) for level in (2, 3, 4, 2)])] == [0, 1, 0]
