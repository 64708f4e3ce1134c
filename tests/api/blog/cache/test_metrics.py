"""What the cache tells of itself."""

import re


def metrics(client) -> dict[str, float]:
    lines = re.findall(r"^(response_cache\S+) (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_reads_are_counted_by_how_they_were_answered(read, look, line, clock, client):
    before = metrics(client)
    for _ in range(3):
        read("/posts")
    line.cut = True
    clock.advance(seconds=5)
    read("/posts")
    told = metrics(client)
    grown = {how: told[f'response_cache_answers_total{{how="{how}"}}'] for how in ("hit", "miss", "stale")}
    assert grown == {"hit": 2.0, "miss": 1.0, "stale": 1.0}
    pages = '{share="pages"}'
    assert told[f"response_cache_entries{pages}"] - before[f"response_cache_entries{pages}"] == 1
    assert told[f"response_cache_bytes{pages}"] > 1000


def test_questions_are_told_apart_from_pages(ada, read, look, client):
    ada.publish()
    for path in ("/posts?q=title", "/search?q=title", "/posts?published_before=2030-01-01T00:00:00Z", "/posts?%71=a"):
        assert read(path).status_code == 200
    told = metrics(client)
    assert told['response_cache_entries{share="questions"}'] == 4
    assert told['response_cache_entries{share="pages"}'] == 0
