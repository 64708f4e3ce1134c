"""`flask-blog backup` and `restore`: databases and media as one set, proven by restoring it into a scratch place."""

import tempfile
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from api.shared.clock import SystemClock
from database_service.backups import making, restoring
from database_service.backups.making import BackupSet
from database_service.backups.manifest import BackupDamaged
from database_service.connections import DatabaseRefused
from database_service.settings import Settings
from flask_blog import archives, local
from flask_blog.data_folder import DataFolder
from flask_blog.problem import Stop
from flask_blog.services import database_settings

MEGABYTE = 1_000_000


def backup(data_dir: Path, file: Path | None) -> None:
    """Make a set in the data folder's `backups`, or as one file; the blog may be running meanwhile. Raises Stop."""
    settings = database_settings(local.existing(data_dir))
    if file is None:
        made = _make(settings)
        _tell(made, made.folder)
        return
    if file.exists():
        raise Stop(f"{file} is there already: choose another name, or move it away.")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.resolve().parent) as folder:
            made = _make(replace(settings, backups_dir=Path(folder)))
            archives.pack(made.folder, file)
            _tell(made, file)
    except OSError as error:
        raise Stop(f"The backup cannot be written to {file} ({error.strerror}): name another place.") from error


def restore(data_dir: Path, source: Path) -> None:
    """Put a set - a folder or one file - in the place of a blog's data, once all of it is found whole. Raises Stop."""
    if not source.exists():
        raise Stop(f"There is no backup at {source}.")
    data = DataFolder(data_dir)
    with data.held(), tempfile.TemporaryDirectory(prefix=".restoring-", dir=data.path) as scratch:
        settings = database_settings(data)
        try:
            folder = source if source.is_dir() else archives.unpack(source, Path(scratch))
            restoring.restore(settings, folder, SystemClock().now())
        except (BackupDamaged, DatabaseRefused) as error:
            raise Stop(f"Nothing was restored: {error}") from error
        except (SQLAlchemyError, OSError) as error:
            raise Stop(f"The backup could not be restored: {error}") from error
    click.echo(f"Restored {source} into {data.path}. Start the blog with `make run`.")


def _make(settings: Settings) -> BackupSet:
    try:
        return making.make(settings, SystemClock().now())
    except (BackupDamaged, DatabaseRefused, SQLAlchemyError) as error:
        raise Stop(f"The backup failed, and none was made: {error}") from error


def _tell(made: BackupSet, place: Path) -> None:
    size = made.manifest.size / MEGABYTE
    files = len(made.manifest.files)
    click.echo(f"Backup made, restored for proof and found whole: {place} ({files} files, {size:.1f} MB)")
