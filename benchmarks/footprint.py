"""What the blog weighs: the seconds until it answers, the memory it keeps, the bytes a reader loads."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks import servers
from benchmarks.filling import fill, opened

STARTS = int(os.environ.get("BENCH_ROUNDS", "5"))
SETTLING_SECONDS = 5


def run(folder: Path) -> None:
    """Print the figures of one process on SQLite with a thousand posts."""
    with servers.blog(folder / "new") as (_, _, first):
        print(f"\nFirst start, both databases made: {first:.2f} s until the first answer")
    blog = opened(folder / "blog")
    fill(blog, 1_000)
    blog.services.close()
    starts, sizes = [], []
    for _ in range(STARTS):
        with servers.blog(folder / "blog") as (_, process, took):
            time.sleep(SETTLING_SECONDS)
            starts.append(took)
            sizes.append(servers.resident_megabytes(process.pid))
    print(f"Later starts: {median(starts):.2f} s (goal 2)")
    print(f"Resident memory, idle: {median(sizes):.0f} MB (goal 120)")
    print("Bytes of a reader's first page:", flush=True)
    subprocess.run(
        ["spa/with-node", "npm", "--prefix", "spa", "run", "--silent", "budget"], cwd=servers.ROOT, check=True
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary))
