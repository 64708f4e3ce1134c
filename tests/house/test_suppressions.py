"""A rule is switched off in one line only with its reason beside it."""

import io
import re
import tokenize

from tests.house.sources import assert_none, files_of, name

SUPPRESSION = re.compile(
    r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]+\])?|pragma: no cover|nosec)\s*(?P<reason>.*)"
)


def without_reason(source: str) -> list[int]:
    """Return the lines that switch a rule off and say why neither there nor above; a run of the same may share it."""
    comments = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    reasoned: dict[int, str] = {}
    for line, comment in comments.items():
        match = SUPPRESSION.search(comment)
        if match is None:
            continue
        above = comments.get(line - 1, "")
        said_above = bool(above) and not SUPPRESSION.search(above)
        if re.search(r"\w{2}", match["reason"]) or said_above or reasoned.get(line - 1) == match[1].strip():
            reasoned[line] = match[1].strip()
        else:
            found.append(line)
    return found


def test_a_suppression_without_a_reason_would_be_found():
    assert without_reason("x = 1  # noqa: S105\ny = 2  # type: ignore[misc]\n") == [1, 2]
    assert without_reason("x = 1  # noqa: S105 - a media type\n# Flask's signature\ny = 2  # noqa: ARG001\n") == []
    assert without_reason("x = 1  # noqa: S105 - a media type\ny = 2  # noqa: S105\nz = 3  # noqa: S106\n") == [3]


def test_every_suppression_has_its_reason_beside_it():
    found = [f"{name(path)}:{line}" for path in files_of(".py") for line in without_reason(path.read_text("utf-8"))]
    assert_none(found)
