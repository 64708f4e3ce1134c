"""The words of the interface and its dates, the same as in the browser: lib.test.js reads dates.json too."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from spa.server.dates import Calendar
from spa.server.settings import DIST
from spa.server.views import contents
from spa.server.wording import Wording, Wordings

MESSAGES = Path(__file__).parents[2] / "spa" / "src" / "messages"
CASES = json.loads((Path(__file__).parent / "dates.json").read_text("utf-8"))


@pytest.fixture
def wording() -> Wording:
    return Wordings.load(DIST / "messages").of("en")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['at']} in {case['zone']}")
def test_a_date_is_said_as_in_the_browser(wording, case):
    calendar = Calendar.at(datetime.fromisoformat(case["now"]), case["zone"], wording)
    said = calendar.describe(case["at"])
    assert {"text": said.text, "full": said.full} == {"text": case["text"], "full": case["full"]}
    assert calendar.describe(case["at"], short=True).text == case.get("short", case["text"])


def test_numbers_and_their_forms_are_those_of_the_language():
    wordings = Wordings.load(DIST / "messages")
    assert wordings.of("en-GB")("list.posts", count=1234) == "1,234 posts"
    assert [wordings.of("de")("list.posts", count=count) for count in (1, 101)] == ["1 Beitrag", "101 Beiträge"]
    assert wordings.of("de-CH")("list.posts", count=1_234_567) == "1.234.567 Beiträge"
    assert wordings.of("ar-XB")("list.posts", count=11).count("\u202e") == 1
    assert wordings.of("tlh")("archive.title") == "Archive"


@pytest.mark.parametrize("file", sorted(MESSAGES.glob("??.json")), ids=lambda file: file.stem)
def test_a_translation_says_all_of_the_readers_pages_and_nothing_else(file):
    def parameters(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", text))

    english = json.loads((MESSAGES / "en.json").read_text("utf-8"))
    more = {
        key: text for part in MESSAGES.glob("*.en.json") for key, text in json.loads(part.read_text("utf-8")).items()
    }
    said = json.loads(file.read_text("utf-8"))
    said_more = {} if file.stem == "en" else json.loads((MESSAGES / f"more.{file.name}").read_text("utf-8"))
    assert english.keys() == said.keys()
    assert said_more.keys() <= more.keys()
    for key, text in {**said, **said_more}.items():
        assert (key, parameters(text)) == (key, parameters({**more, **english}[key]))


def test_a_missing_text_is_an_error(wording):
    with pytest.raises(KeyError):
        wording("no.such.key")


def test_contents_need_three_headings_and_show_the_two_upper_levels():
    def heading(level: int) -> dict[str, object]:
        return {"id": f"h-{level}", "level": level, "text": f"Level {level}"}

    assert contents([]) == []
    assert contents([heading(2), heading(3)]) == []
    assert [entry["depth"] for entry in contents([heading(level) for level in (2, 3, 4, 2)])] == [0, 1, 0]
