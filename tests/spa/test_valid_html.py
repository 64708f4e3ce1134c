"""The HTML of every kind of page, judged by the Nu checker (npm vnu-jar), which the W3C's validator runs on."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

JAR = Path(__file__).parents[2] / "openapi" / "judges" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PATHS = [
    "/", "/archive", "/archive/2013", "/archive/2013/02", "/archive/1999",
    "/posts/everything", "/posts/plain", "/pages/about-me", "/tags/judged", "/authors/ada", "/docs", "/docs/errors",
    "/docs/errors/not_found", "/nothing", "/sign-in", "/offline",
]  # fmt: skip
MARKDOWN = """\
Words with a note.[^1]

> A quotation

| Card | Meaning |
|-----:|---------|
| 1    | Add     |

```python
print("<&>")
```

## One

![A loom](https://pictures.example.org/a%20loom.png "A loom, drawn")

## Two

> [!WARNING]
> Mind the gap.

- [x] Punched

## Three

Term
: Meaning, with $e^{i\\pi}$ and <kbd>Enter</kbd>.

[^1]: Beside the text.
"""


@pytest.fixture(scope="module")
def judge() -> list[str]:
    java = shutil.which("java")
    if java is None:
        pytest.skip("the Nu checker needs Java (Debian: apt-get install default-jre-headless)")
    if not JAR.exists():
        pytest.skip("the judges are not installed (make lint-api)")
    return [java, "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always"]


def faults(judge: list[str], *files: Path) -> list[str]:
    done = subprocess.run([*judge, *map(str, files)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)["messages"]
    return [f"{fault['url']}: {fault['message']}" for fault in found if fault["type"] == "error"]


def test_the_judge_finds_a_fault(judge, tmp_path):
    broken = tmp_path / "broken.html"
    broken.write_text("<!doctype html><html lang='en'><title>Broken</title><p><table><td>", "utf-8")
    assert faults(judge, broken)


def test_every_kind_of_page_is_valid_html(judge, frontend, publish, tmp_path):
    dated = {"published_at": "2013-02-03T04:05:06.789012Z", "tags": ["Judged", "A & B"]}
    publish("Everything", markdown=MARKDOWN, summary='With "quotes" & <signs>', featured=True, **dated)
    publish("Plain", language="he", **dated)
    publish("About me", kind="page")
    files = []
    for number, path in enumerate(PATHS):
        page = frontend.get(path)
        assert page.status_code in {200, 404}, path
        files.append(tmp_path / f"{number}.html")
        files[-1].write_bytes(page.data)
    assert faults(judge, *files) == []
