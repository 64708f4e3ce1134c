"""Lays an uploaded archive out as a folder, so that it can be imported as any other: bounded, and refused when it lies.

Only posts are written to disk. Of everything else an empty file marks the place, and its bytes are read out of the
archive when somebody wants them: what a blog weighs in images is never unpacked as a whole.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from struct import error as StructError  # noqa: N812 - it is an exception class
from typing import IO

from api.blog.jobs.task import Failed
from flask_blog.importers.folder import MARKDOWN_SUFFIXES, MAX_POST_BYTES, POST_FOLDERS

MOST_FILES = 20_000
MOST_TEXT_BYTES = 100_000_000
LARGEST_DIRECTORY = 8_000_000
LONGEST_PATH, LONGEST_STEP, MOST_STEPS, LONGEST_SHOWN = 1_000, 255, 30, 100
ENCRYPTED = 0x1
# others need a memory that the archive chooses
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# folders whose names say something of what is in them
MEANT = frozenset({"content", "source", *POST_FOLDERS})
# what Apple's archiver adds beside the files
LITTER = "__MACOSX"
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, StructError)
_END, _END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_END_OF_LARGE, _LOCATOR_BYTES = b"PK\x06\x07", 20


class Damaged(OSError):
    """A file cannot be read out of the archive."""


class Unpacked:
    """An archive as a folder: `top` is where the blog begins in it."""

    def __init__(self, archive: zipfile.ZipFile, folder: Path) -> None:
        """Write the posts and mark the rest. Raises Failed and OSError."""
        self._archive = archive
        self._members: dict[Path, zipfile.ZipInfo] = {}
        self._text = 0
        folder = folder.resolve()
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise Failed(f"The archive holds more than {MOST_FILES:,} files.")
        for member in members:
            path = _checked(member)
            if path.parts[0] != LITTER and not member.is_dir():
                self._put(member, folder.joinpath(*path.parts))
        self.top = _top(folder)

    def read(self, path: Path, most: int) -> bytes:
        """Return the bytes of a file, `most` of them at most. Raises Damaged."""
        member = self._members[path]
        try:
            with self._archive.open(member) as file:
                return file.read(most)
        except (*DAMAGE, OSError) as error:
            raise Damaged(0, "it is damaged in the archive") from error

    def _put(self, member: zipfile.ZipInfo, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                self._members[path] = member
                if path.suffix.lower() in MARKDOWN_SUFFIXES:
                    # one byte more than a post may have, so that the import says what is too large
                    text = self.read(path, MAX_POST_BYTES + 1)
                    self._text += len(text)
                    file.write(text)
        except (FileExistsError, NotADirectoryError) as error:
            raise Failed(f"The archive holds {_shown(member)} twice.") from error
        except Damaged as error:
            raise Failed(f"The archive is damaged: {_shown(member)} cannot be read.") from error
        if self._text > MOST_TEXT_BYTES:
            raise Failed(f"The posts of the archive have more than {MOST_TEXT_BYTES:,} bytes.")


@contextmanager
def opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose list of files is bounded. Raises Failed for what cannot be read."""
    _refuse_endless(file)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGE as error:
        raise Failed("The file is no zip archive, or is damaged.") from error
    with archive:
        yield archive


def _refuse_endless(file: IO[bytes]) -> None:
    """Look at the end of an archive before its list of files is read, which would be kept in memory as a whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT - _LOCATOR_BYTES))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise Failed("The file is no zip archive, or is damaged.")
    listed = int.from_bytes(tail[at + 12 : at + 16], "little")
    if listed > LARGEST_DIRECTORY or tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_END_OF_LARGE):
        raise Failed(f"The archive holds more than {MOST_FILES:,} files, or is of the kind for more than 4 GB.")


def _checked(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a file belongs. Raises Failed for what leads out of the folder and for what is no plain file."""
    path = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if (
        not path.parts
        or path.is_absolute()
        or ".." in path.parts
        or "\\" in member.filename
        or len(member.filename) > LONGEST_PATH
        or len(path.parts) > MOST_STEPS
        or any(len(part.encode("utf-8", "surrogatepass")) > LONGEST_STEP for part in path.parts)
    ):
        raise Failed(f"The archive holds {_shown(member)}, which is no place inside a folder.")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Failed(f"The archive holds {_shown(member)}, which is a link or a device.")
    if member.flag_bits & ENCRYPTED or member.compress_type not in METHODS:
        raise Failed(f"The archive holds {_shown(member)} encrypted or packed in an unusual way.")
    return path


def _top(folder: Path) -> Path:
    """Return the folder where the blog begins: many archives hold one folder and everything in that."""
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and inside[0].name not in MEANT:
        return inside[0]
    return folder


def _shown(member: zipfile.ZipInfo) -> str:
    text = "".join(c if c.isprintable() else "\ufffd" for c in member.filename)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
