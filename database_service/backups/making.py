"""Makes and proves backup sets."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from database_service.backups import manifest, postgresql, sqlite
from database_service.backups.contents import Contents
from database_service.backups.manifest import BackupDamaged, Manifest
from database_service.column_types import to_wire
from database_service.connections import parse_url
from database_service.settings import Settings

MEDIA = "media"
_PROVEN = "proven.json"
_NAME = "%Y%m%dT%H%M%SZ"
_log = structlog.get_logger("backups")


@dataclass(frozen=True, slots=True)
class BackupSet:
    """A finished set: both databases and the media, in one folder."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Name the set."""
        return self.folder.name


def make(settings: Settings, now: datetime) -> BackupSet:
    """Save everything, restore it into a scratch place to see that it can be, and only then call it a backup.

    The databases are saved before the media: whatever a saved database names was stored before, so it is in the set.
    """
    name = now.strftime(_NAME)
    settings.backups_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    growing = settings.backups_dir / f"{name}.part"
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir(mode=0o700)
    try:
        held = {database: _save(database, settings, growing) for database in settings.urls}
        if settings.media_dir is not None:
            _copy_media(settings.media_dir, growing / MEDIA)
        manifest.write(growing, to_wire(now), held)
        prove(growing, settings, now)
        _sync(growing)
        finished = growing.rename(_free(settings.backups_dir / name))
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    _log.info("backup made", name=finished.name)
    return BackupSet(finished, manifest.read(finished))


def prove(folder: Path, settings: Settings, now: datetime) -> Manifest:
    """Check every file of a set and restore it into a scratch place. Raises BackupDamaged, naming the file."""
    described = manifest.read(folder)
    manifest.check(folder, described)
    for database, expected in described.databases.items():
        try:
            found = _prove(database, settings, folder, expected)
        except (ValueError, SQLAlchemyError) as error:
            raise BackupDamaged(f"the {database} database of {folder.name} cannot be restored: {error}") from error
        difference = expected.difference(found)
        if difference is not None:
            raise BackupDamaged(f"the {database} database of {folder.name} came back different: {difference}")
    if folder.parent == settings.backups_dir:
        proof = {"name": folder.name.removesuffix(".part"), "at": to_wire(now)}
        (settings.backups_dir / _PROVEN).write_bytes(orjson.dumps(proof))
    return described


def sets(settings: Settings) -> list[BackupSet]:
    """Return the finished sets, newest first; what cannot be read as one is left out."""
    found = []
    for folder in sorted(settings.backups_dir.glob("*"), reverse=True):
        if folder.is_dir() and folder.suffix != ".part":
            try:
                found.append(BackupSet(folder, manifest.read(folder)))
            except BackupDamaged as error:
                _log.warning("unreadable backup", name=folder.name, reason=str(error))
    return found


def find(settings: Settings, name: str) -> BackupSet | None:
    """Return a set by its name."""
    return next((found for found in sets(settings) if found.name == name), None)


def last_proof(settings: Settings) -> Mapping[str, str] | None:
    """Return the name of the set that was last restored for proof, and when; None when there was none."""
    try:
        proof: dict[str, str] = orjson.loads((settings.backups_dir / _PROVEN).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return proof


def _save(name: str, settings: Settings, folder: Path) -> Contents:
    url = parse_url(name, settings.urls[name])
    if url.get_backend_name() == "postgresql":
        return postgresql.save(name, url, folder)
    return sqlite.save(name, str(url.database), folder)


def _prove(name: str, settings: Settings, folder: Path, expected: Contents) -> Contents:
    if expected.engine == "sqlite":
        return sqlite.prove(name, folder)
    url = parse_url(name, settings.urls[name])
    if url.get_backend_name() != "postgresql":
        raise BackupDamaged(f"the {name} database of {folder.name} is of PostgreSQL; prove it where there is one")
    return postgresql.prove(name, url, folder, expected.revision)


def _copy_media(source: Path, target: Path) -> None:
    target.mkdir()
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            # a draft that was given its name meanwhile, or an orphan: no saved database names it
            with suppress(FileNotFoundError):
                shutil.copyfile(path, copy)


def _sync(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _free(wanted: Path) -> Path:
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")
    return candidate
