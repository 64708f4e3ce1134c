"""The folder that holds one blog - databases, media, secrets - and the one process that may work on it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from flask_blog.problem import Stop

HOLDER_FILE = "in-use.json"


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that works on the folder; `url` and `socket` are set once it serves."""

    pid: int
    url: str | None = None
    socket: str | None = None


class DataFolder:
    """A blog's folder on this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.secrets = self.path / "secrets"
        self.media = self.path / "media"
        self._holder = self.path / HOLDER_FILE

    @property
    def is_new(self) -> bool:
        """Tell whether no blog was ever made here."""
        return not (self.path / "users.sqlite3").exists()

    @contextmanager
    def held(self) -> Iterator["Hold"]:
        """Keep other processes off the folder, making it if needed. Raises Stop; the kernel lets go on a crash."""
        descriptor = self._open()
        try:
            if not _lock(descriptor):
                raise Stop(self._in_use())
            hold = Hold(descriptor)
            hold.tell(Holder(os.getpid()))
            yield hold
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def holder(self) -> Holder | None:
        """Return the process that works on the folder now, or None."""
        try:
            descriptor = os.open(self._holder, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            return None if _lock(descriptor) else self._read()
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            return os.open(self._holder, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Stop(
                f"The data folder {self.path} cannot be written ({error.strerror}): make it writable, or choose "
                "another one with DATA_DIR."
            ) from error

    def _in_use(self) -> str:
        holder = self._read()
        if holder is None or holder.url is None:
            return f"Another command works on the data folder {self.path}: wait until it has ended."
        return (
            f"The data folder {self.path} is in use by the blog at {holder.url} (process {holder.pid}): "
            "stop that one first, or choose another folder with DATA_DIR."
        )

    def _read(self) -> Holder | None:
        try:
            return Holder(**json.loads(self._holder.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None


class Hold:
    """The right to work on a data folder."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, holder: Holder) -> None:
        """Let other processes know who works here and how to reach it."""
        data = json.dumps(asdict(holder)).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, data, 0)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
