"""The job that makes a picture's variants, and which there are.

A variant's address follows from the picture's alone, so that pages can name it before it is made; until then the
picture itself is shown under it.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.blog.jobs.task import Done, Task
from api.blog.media.kinds import VARIANT_FORMATS
from api.blog.media.presentation import file_name, original_name, variant_name, widths_of

MOST_SECONDS = 300.0
MAKING = "api.blog.media.making"


def make_variants(task: Task) -> Done:
    """Make every variant of the picture that the job is about; made again, they are the same."""
    context = task.context
    found = context.store.get("media", task.record["subject"])
    widths = widths_of(found.record) if found is not None else ()
    if found is None or not widths:
        return Done(forgotten=True)
    media = found.record
    data = context.blobs.read(original_name(media)) or context.blobs.read(file_name(media))
    if data is None:
        return _failed(media, "missing", "the file is not where it was stored")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "original").write_bytes(data)
        problem = _made(folder, widths)
        if problem is not None:
            return _failed(media, "variants", problem)
        for width in widths:
            for extension in VARIANT_FORMATS:
                made = (folder / f"{width}.{extension}").read_bytes()
                context.blobs.keep(variant_name(media, width, extension), io.BytesIO(made))
    # nobody reads about each of a hundred pictures that went well
    return Done(forgotten=True)


def _made(folder: Path, widths: Sequence[int]) -> str | None:
    command = [sys.executable, "-m", MAKING, str(folder), *map(str, widths)]
    try:
        ended = subprocess.run(command, capture_output=True, check=False, timeout=MOST_SECONDS)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        return "took too long"
    if ended.returncode == 0:
        return None
    lines = ended.stderr.decode(errors="replace").strip().splitlines()
    return f"the decoder ended with {ended.returncode}: {lines[-1] if lines else 'no word'}"


def _failed(media: Mapping[str, Any], code: str, message: str) -> Done:
    """End without variants: the picture itself goes on being shown in their place."""
    return Done({"images": 0}, [{"file": file_name(media), "line": 1, "code": code, "message": message[:300]}])
