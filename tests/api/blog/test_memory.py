"""What strangers and authors can make one process hold at most, measured from outside on the running blog."""

import json
import sys
from pathlib import Path

import pytest

API = "/api/blog/v1"
LONGEST = 1_000_000
LARGEST = 8_000_000
# six to eight times of what it needs idle: each thread keeps what it once had
MOST_MEGABYTES = 1200

BUSY_MARKDOWN = ("*a ", "[", "> ", "a\n\n", "# a\n", "[a](b) ", "```\n", "- [ ] a\n", "|a|b|\n|-|-|\n|c|d|\n\n")
BOMBS = [
    *(("/render", json.dumps({"markdown": (text * LONGEST)[:LONGEST].rstrip()}), 200) for text in BUSY_MARKDOWN),
    ("/posts", "[" * LARGEST, 400),
    ("/posts", '{"a":' * (LARGEST // 5), 400),
    ("/posts", json.dumps(dict.fromkeys(map(str, range(500_000)))), 422),
    ("/posts", json.dumps({"title": "A", "tags": [f"t{number}" for number in range(500_000)]}), 422),
    ("/posts", json.dumps({"title": "x" * (LARGEST - 100)}), 422),
    ("/posts", " " * (LARGEST * 2), 413),
]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc (Linux)")
def test_no_body_makes_the_blog_hold_much_memory(live_blog):
    blog = live_blog().set_up()
    for path, body, status in BOMBS:
        answer = blog.call("POST", f"{API}{path}", body=body.encode(), headers={"Content-Type": "application/json"})
        assert answer.status == status, (body[:20], answer.data[:200])
        assert len(answer.data) < 20 * LONGEST
    assert peak_megabytes(blog.process.pid) < MOST_MEGABYTES
    blog.stop()


def peak_megabytes(pid: int) -> float:
    """Return the most resident memory that a process ever had (VmHWM, proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
