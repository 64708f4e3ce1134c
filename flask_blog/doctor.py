"""`flask-blog doctor`: looks at everything a blog needs and says, for what is wrong, what to do. Changes nothing."""

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from flask_blog import local
from flask_blog.data_folder import DataFolder
from flask_blog.problem import Stop

OLDEST_PYTHON = (3, 11)
LEAST_FREE = 500_000_000
GIGABYTE = 1_000_000_000
OK = 200
# a doctor looks; whoever starts the blog migrates it
LOOK_ONLY = {**local.NO_LIMITS, "DATABASE_MIGRATE_ON_START": "false"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing."""

    thing: str
    well: bool
    detail: str


def examine(data_dir: Path) -> list[Finding]:
    """Look at everything."""
    return [finding for look in (_python, _spa, _folder, _secrets, _databases) for finding in _found(look, data_dir)]


def _found(look: Callable[[Path], Iterator[Finding]], data_dir: Path) -> Iterator[Finding]:
    try:
        yield from look(data_dir)
    except Stop as stop:
        yield Finding(look.__name__.strip("_"), well=False, detail=str(stop))


def _python(_data_dir: Path) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", sys.version_info >= OLDEST_PYTHON, version)


def _spa(_data_dir: Path) -> Iterator[Finding]:
    from spa.server.build import Build, NotBuilt  # noqa: PLC0415 - see services.open_services
    from spa.server.settings import DIST  # noqa: PLC0415

    try:
        Build.load(DIST)
    except NotBuilt as error:
        raise Stop(str(error)) from error
    yield Finding("spa", well=True, detail=f"built in {DIST}")


def _folder(data_dir: Path) -> Iterator[Finding]:
    data = local.existing(data_dir)
    free = shutil.disk_usage(data.path).free
    advice = "" if free >= LEAST_FREE else ": make room, or move the data folder"
    yield Finding("folder", free >= LEAST_FREE, f"{data.path}, {free / GIGABYTE:.1f} GB free{advice}")
    holder = data.holder()
    yield Finding("process", well=True, detail=f"runs at {holder.url}" if holder and holder.url else "does not run")


def _secrets(data_dir: Path) -> Iterator[Finding]:
    for path in sorted(DataFolder(data_dir).secrets.glob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise Stop(f"{path} can be read by others: chmod 600 {path}")
    yield Finding("secrets", well=True, detail="only their owner can read them")


def _databases(data_dir: Path) -> Iterator[Finding]:
    with local.reached(data_dir, LOOK_ONLY) as blog:
        known = _ask(blog, "GET", "/v1/databases")
        for one in known["databases"]:
            current = one["revision"] == one["newest_revision"]
            size = one["bytes"] / 1_000_000
            yield Finding(
                f"database {one['name']}", current, f"{one['engine']}, schema {one['revision']}, {size:.1f} MB"
            )
        checked = _ask(blog, "POST", "/v1/checks")
        for one in checked["findings"]:
            place = f"{one['database']}.{one['collection']} {one['id']}".strip()
            yield Finding("consistency", well=False, detail=f"{place}: {one['detail']}")
        if checked["ok"]:
            yield Finding("consistency", well=True, detail="every record is where it belongs")
        proof = known["last_proven_backup"]
        detail = f"{proof['name']}, proven {proof['at']}" if proof else "none yet: make one with `flask-blog backup`"
        yield Finding("backup", well=True, detail=detail)


def _ask(blog: local.Reached, method: str, path: str) -> Any:
    reply = blog.database.request(method, path, headers={"Authorization": f"Bearer {blog.operator_key}"})
    if reply.status != OK:
        raise Stop(f"The Database Service answered {reply.status}: {reply.body.decode('utf-8', 'replace')}")
    return orjson.loads(reply.body)
