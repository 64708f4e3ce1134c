"""Keeps bytes by name: in a local folder, or in an object store that is given by URL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from api.shared.http import new_id
from api.shared.store import StoreUnavailable

PART = 1 << 20


class Blobs(Protocol):
    """Bytes under names that never change what they mean. Each method raises StoreUnavailable."""

    def keep(self, name: str, source: IO[bytes]) -> None:
        """Store what is read from `source`, durably; it appears whole or not at all."""

    def size(self, name: str) -> int | None:
        """Return how many bytes stand under a name, or None."""

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes | None:
        """Return the bytes of a name, or a part of them, or None."""

    def remove(self, name: str) -> None:
        """Forget a name, if it is there."""

    def names(self, before: datetime) -> Iterator[str]:
        """Yield the names of what was stored before a moment, drafts of what was never whole included."""

    def remove_old(self, name: str, before: datetime) -> bool:
        """Forget a name unless it was stored since a moment, or is being stored now. Returns whether it is gone."""

    def renew(self, name: str) -> None:
        """Let what stands under a name count as stored now, if it is there."""


def at(url: str) -> Blobs:
    """Return the blobs kept at `url`: a folder, made when it is missing, or `s3://…`, `gs://…`, `az://…`."""
    return InObjectStore(url) if "://" in url else InFolder(Path(url))


def parts(blobs: Blobs, name: str, start: int, length: int) -> Iterator[bytes]:
    """Yield a stretch of a blob in parts, so that nobody needs memory for the whole."""
    end = start + length
    while start < end:
        part = blobs.read(name, start, min(PART, end - start))
        if not part:
            raise StoreUnavailable("a blob ended before its end")
        yield part
        start += len(part)


class InFolder:
    """Files of a local folder; each appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def keep(self, name: str, source: IO[bytes]) -> None:
        """Store bytes, and wait until the disk has them: the record that names them must not outlive them."""
        draft = self._folder / f".{new_id()}"
        try:
            with draft.open("xb") as file:
                shutil.copyfileobj(source, file, PART)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / name)
            self._sync()
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise StoreUnavailable(f"the file cannot be written: {error.strerror}") from error

    def size(self, name: str) -> int | None:
        """Return the size of a file, or None."""
        try:
            return (self._folder / name).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"the file cannot be read: {error.strerror}") from error

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes | None:
        """Return the bytes of a name, or a part of them, or None."""
        try:
            with (self._folder / name).open("rb") as file:
                file.seek(start)
                return file.read(-1 if length is None else length)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"the file cannot be read: {error.strerror}") from error

    def remove(self, name: str) -> None:
        """Forget a file, if it is there."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"the file cannot be removed: {error.strerror}") from error

    def names(self, before: datetime) -> Iterator[str]:
        """Yield the names of old files; links and folders are not ours."""
        try:
            with os.scandir(self._folder) as entries:
                yield from (entry.name for entry in entries if _is_old(entry, before))
        except OSError as error:
            raise StoreUnavailable(f"the folder cannot be read: {error.strerror}") from error

    def remove_old(self, name: str, before: datetime) -> bool:
        """Forget an old file. It is taken away before it is looked at: what is stored meanwhile has its place."""
        away = self._folder / f".{new_id()}"
        try:
            (self._folder / name).rename(away)
            if away.stat().st_mtime >= before.timestamp():
                away.replace(self._folder / name)
                return False
            away.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreUnavailable(f"the file cannot be removed: {error.strerror}") from error
        return True

    def renew(self, name: str) -> None:
        """Let a file count as stored now, if it is there."""
        try:
            os.utime(self._folder / name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreUnavailable(f"the file cannot be written: {error.strerror}") from error

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_old(entry: "os.DirEntry[str]", before: datetime) -> bool:
    try:
        return entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False  # a draft that was given its name meanwhile


class InObjectStore:
    """Objects of a bucket, which all replicas share."""

    def __init__(self, url: str) -> None:
        # imported here, because a blog whose files lie in a folder need not pay for it at start
        import obstore  # noqa: PLC0415 - see above

        self._obstore: Any = obstore
        self._store = obstore.store.from_url(url)
        self._missing = (obstore.exceptions.NotFoundError, FileNotFoundError)
        self._failures = (obstore.exceptions.BaseError, OSError)

    def keep(self, name: str, source: IO[bytes]) -> None:
        """Store bytes; large ones travel in parts."""
        try:
            self._obstore.put(self._store, name, source)
        except self._failures as error:
            raise StoreUnavailable(f"the object cannot be written: {type(error).__name__}") from error

    def size(self, name: str) -> int | None:
        """Return the size of an object, or None."""
        try:
            return int(self._obstore.head(self._store, name)["size"])
        except self._missing:
            return None
        except self._failures as error:
            raise StoreUnavailable(f"the object cannot be read: {type(error).__name__}") from error

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes | None:
        """Return the bytes of a name, or a part of them, or None."""
        try:
            if length is None:
                return bytes(self._obstore.get(self._store, name).bytes())[start:]
            return bytes(self._obstore.get_range(self._store, name, start=start, length=length))
        except self._missing:
            return None
        except self._failures as error:
            raise StoreUnavailable(f"the object cannot be read: {type(error).__name__}") from error

    def remove(self, name: str) -> None:
        """Forget an object, if it is there."""
        try:
            self._obstore.delete(self._store, name)
        except self._missing:
            return
        except self._failures as error:
            raise StoreUnavailable(f"the object cannot be removed: {type(error).__name__}") from error

    def names(self, before: datetime) -> Iterator[str]:
        """Yield the names of old objects."""
        try:
            for page in self._obstore.list(self._store):
                yield from (found["path"] for found in page if found["last_modified"] < before)
        except self._failures as error:
            raise StoreUnavailable(f"the bucket cannot be listed: {type(error).__name__}") from error

    def remove_old(self, name: str, before: datetime) -> bool:
        """Forget an old object; no store of this kind compares and deletes in one step, so nearly at once."""
        try:
            if self._obstore.head(self._store, name)["last_modified"] >= before:
                return False
        except self._missing:
            return False
        except self._failures as error:
            raise StoreUnavailable(f"the object cannot be read: {type(error).__name__}") from error
        self.remove(name)
        return True

    def renew(self, name: str) -> None:
        """Do nothing: an object's age counts from its storing, and no backup of ours copies objects."""
