"""Puts a backup set in the place of the live data."""

import shutil
from datetime import datetime
from pathlib import Path

import structlog

from database_service.backups import postgresql, sqlite
from database_service.backups.making import MEDIA, prove
from database_service.backups.manifest import describe
from database_service.connections import DatabaseRefused, ServingLock, parse_url
from database_service.settings import Settings

_log = structlog.get_logger("backups")


def restore(settings: Settings, folder: Path, now: datetime) -> None:
    """Prove a set once more, then restore media and databases from it.

    Nothing live changes before the whole set was proven. Raises BackupDamaged, or DatabaseRefused when the engines
    do not match or a SQLite file is being served.
    """
    described = prove(folder, settings, now)
    urls = {name: parse_url(name, settings.urls[name]) for name in described.databases}
    for name, url in urls.items():
        engine = described.databases[name].engine
        if url.get_backend_name() != engine:
            raise DatabaseRefused(
                f"The backup's {name} database is of {engine}, the configured one of {url.get_backend_name()}: "
                f"restore it where DATABASE_{name.upper()}_URL names {engine}."
            )
        if engine == "sqlite" and (live := Path(str(url.database))).exists():
            # Better to find out before the first of the two is replaced
            ServingLock(live).release()
    # Media first: a restored database never names a file that is not there yet
    if settings.media_dir is not None and (folder / MEDIA).is_dir():
        _restore_media(folder / MEDIA, settings.media_dir)
    for name, url in urls.items():
        if described.databases[name].engine == "sqlite":
            sqlite.restore(name, str(url.database), folder)
        else:
            postgresql.restore(name, url, folder, described.databases[name].revision)
    _log.info("backup restored", name=folder.name)


def _restore_media(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_dir():
            continue
        live = target / path.relative_to(source)
        if live.is_file() and describe(live) == describe(path):
            continue
        live.parent.mkdir(parents=True, exist_ok=True)
        arriving = live.with_name(f"{live.name}.restoring")
        shutil.copyfile(path, arriving)
        arriving.replace(live)
