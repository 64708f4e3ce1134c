"""What Lighthouse says of the reader's pages on a slow phone: `make lighthouse`.

The Rust blog, imported from the shared data, and a post of forty pictures. A page's figures are the medians of its
runs; below the goals of the project's quality figures the command fails.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image

from benchmarks import servers
from benchmarks.blog_client import call, sign_in
from benchmarks.filling import opened
from tests.support.browser import FLAGS, executable
from tests.support.shared_data import shared_data

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
PICTURES = 40
GOALS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = {
    "first-contentful-paint": "FCP", "largest-contentful-paint": "LCP", "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS", "total-byte-weight": "bytes",
}  # fmt: skip


def picture(number: int) -> bytes:
    """Return a photograph-like JPEG, another one for each number."""
    noise = Image.effect_noise((200, 134), 60 + number).resize((1600, 1067))
    colours = [
        Image.linear_gradient("L").rotate(90 * turn).resize(noise.size) for turn in (number % 4, (number + 1) % 4)
    ]
    written = BytesIO()
    Image.merge("RGB", (noise, *colours)).save(written, "JPEG", quality=85)
    return written.getvalue()


def upload(origin: str, token: str, number: int) -> str:
    """Upload a picture and return its address."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{number}.jpg"\r\n\r\n'
    body = head.encode() + picture(number) + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(f"{origin}/api/blog/v1/media", body, headers, method="POST")  # noqa: S310 - our own loopback URL
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - same
        return str(json.loads(answer.read())["url"])


def fill(origin: str, data: Path) -> None:
    """Import the Rust blog and publish a post of many pictures."""
    source = shared_data("md-rust-blog") / "content"
    subprocess.run(
        [sys.executable, "-m", "flask_blog.cli", "import", "markdown", str(source), "--data-dir", str(data)],
        check=True, stdout=subprocess.DEVNULL, cwd=servers.ROOT,
    )  # fmt: skip
    token = sign_in(origin)
    described = {
        "title": "The Rust Blog",
        "description": "Empowering everyone to build reliable and efficient software.",
    }
    call("PATCH", f"{origin}/api/blog/v1/site", described, {"Authorization": f"Bearer {token}", "If-Match": "*"})
    shown = [f"Words about it.\n\n![Picture {n}]({upload(origin, token, n)})" for n in range(PICTURES)]
    post = {"title": "Pictures", "slug": "pictures", "markdown": "\n\n".join(shown), "status": "published"}
    call("POST", f"{origin}/api/blog/v1/posts", post, {"Authorization": f"Bearer {token}"})


def measured(url: str, folder: Path) -> dict[str, Any]:
    """Return the report of one run on the simulated phone."""
    report = folder / "report.json"
    chrome = " ".join(["--headless=new", *FLAGS])
    command = [
        "spa/with-node", "node", "benchmarks/lighthouse/node_modules/lighthouse/cli/index.js", url, "--quiet",
        "--output=json",
        f"--output-path={report}", f"--chrome-flags={chrome}", "--no-enable-error-reporting",
    ]  # fmt: skip
    subprocess.run(command, check=True, cwd=servers.ROOT, env={**os.environ, "CHROME_PATH": str(executable())})
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found


def told(name: str, reports: list[dict[str, Any]]) -> bool:
    """Print a page's medians and what cost points; return whether the goals are met."""
    scores = {goal: round(100 * median(each["categories"][goal]["score"] for each in reports)) for goal in GOALS}
    values = [
        f"{METRICS[key]} {median(each['audits'][key]['numericValue'] for each in reports):,.3f}".rstrip("0").rstrip(".")
        for key in METRICS
    ]
    print(f"{name}: " + ", ".join(f"{goal} {score}" for goal, score in scores.items()) + "; " + ", ".join(values))
    for goal in GOALS:
        for reference in reports[-1]["categories"][goal]["auditRefs"]:
            audit = reports[-1]["audits"][reference["id"]]
            if goal != "performance" and reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"  {goal}: {audit['title']}")
    return all(scores[goal] >= GOALS[goal] for goal in GOALS)


def pages(origin: str) -> dict[str, str]:
    """Return the pages to measure and where they are read."""
    posts = call("GET", f"{origin}/api/blog/v1/posts?limit=100&fields=url,word_count")["items"]
    posts.sort(key=lambda post: post["word_count"])
    middle, longest = posts[len(posts) // 2], posts[-1]
    return {
        "home": f"{origin}/",
        f"a post of {middle['word_count']} words": middle["url"],
        f"a post of {longest['word_count']} words": longest["url"],
        f"a post of {PICTURES} pictures": f"{origin}/posts/pictures",
    }


def run(folder: Path) -> bool:
    """Measure every page; return whether all goals are met."""
    # with an owner, and nothing else
    opened(folder / "data").services.close()
    with servers.blog(folder / "data") as (origin, _, _):
        fill(origin, folder / "data")
        met = [told(name, [measured(url, folder) for _ in range(ROUNDS)]) for name, url in pages(origin).items()]
    return all(met)


if __name__ == "__main__":
    if executable() is None:
        sys.exit("not measured: Lighthouse needs Chromium (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(0 if run(Path(temporary)) else "a page is below its goals")
