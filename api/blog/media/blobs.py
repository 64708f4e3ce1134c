"""Keeps uploaded bytes by name: in a local folder, or in an object store that is given by URL."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from api.shared.http import new_id
from api.shared.store import StoreUnavailable


class Blobs(Protocol):
    """Bytes under names that never change what they mean."""

    def keep(self, name: str, data: bytes) -> None:
        """Store bytes durably. Raises StoreUnavailable."""

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a name, or None. Raises StoreUnavailable."""


def at(url: str) -> Blobs:
    """Return the blobs kept at `url`: a folder, made when it is missing, or `s3://…`, `gs://…`, `az://…`."""
    return InObjectStore(url) if "://" in url else InFolder(Path(url))


class InFolder:
    """Files of a local folder; each appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def keep(self, name: str, data: bytes) -> None:
        """Store bytes, and wait until the disk has them: the record that names them must not outlive them."""
        draft = self._folder / f".{new_id()}"
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / name)
            self._sync()
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise StoreUnavailable(f"the media cannot be written: {error.strerror}") from error

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a name, or None."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"the media cannot be read: {error.strerror}") from error

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class InObjectStore:
    """Objects of a bucket, which all replicas share."""

    def __init__(self, url: str) -> None:
        # imported here, because a blog whose media lie in a folder need not pay for it at start
        import obstore  # noqa: PLC0415 - see above

        self._obstore: Any = obstore
        self._store = obstore.store.from_url(url)

    def keep(self, name: str, data: bytes) -> None:
        """Store bytes."""
        try:
            self._obstore.put(self._store, name, data)
        except (self._obstore.exceptions.BaseError, OSError) as error:
            raise StoreUnavailable(f"the media cannot be written: {type(error).__name__}") from error

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a name, or None."""
        try:
            return bytes(self._obstore.get(self._store, name).bytes())
        except (self._obstore.exceptions.NotFoundError, FileNotFoundError):
            return None
        except (self._obstore.exceptions.BaseError, OSError) as error:
            raise StoreUnavailable(f"the media cannot be read: {type(error).__name__}") from error
