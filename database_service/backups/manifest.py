"""The manifest of a backup set: every file with its size and digest, and what each database holds.

A set is a folder. `manifest.json` lists every other file but `manifest.sha256`, which holds the manifest's own digest.
Nothing of a set is used before all of it was found to be exactly what the manifest says.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from database_service.backups.contents import Contents

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
_CHUNK = 1 << 20


class BackupDamaged(Exception):
    """A backup set is not what its manifest says; the message names the file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set consists of. `files` maps each path inside the set to its size and SHA-256."""

    made_at: str
    databases: Mapping[str, Contents]
    files: Mapping[str, tuple[int, str]]

    @property
    def size(self) -> int:
        """Return the size of the set in bytes."""
        return sum(size for size, _ in self.files.values())


def write(folder: Path, made_at: str, databases: Mapping[str, Contents]) -> Manifest:
    """Describe every file in a folder and seal the description."""
    files = {path: describe(folder / path) for path in sorted(_paths(folder))}
    body = {
        "format": FORMAT,
        "made_at": made_at,
        "databases": {name: found.to_json() for name, found in databases.items()},
        "files": {path: {"bytes": size, "sha256": digest} for path, (size, digest) in files.items()},
    }
    raw = orjson.dumps(body, option=orjson.OPT_INDENT_2)
    (folder / MANIFEST).write_bytes(raw)
    (folder / SEAL).write_text(hashlib.sha256(raw).hexdigest() + "\n", encoding="ascii")
    return Manifest(made_at, databases, files)


def read(folder: Path) -> Manifest:
    """Read the manifest of a set. Raises BackupDamaged."""
    try:
        raw, seal = (folder / MANIFEST).read_bytes(), (folder / SEAL).read_bytes()
    except OSError as error:
        raise BackupDamaged(f"{Path(str(error.filename)).name} is missing or cannot be read") from error
    if seal != hashlib.sha256(raw).hexdigest().encode() + b"\n":
        raise BackupDamaged(f"{MANIFEST} or {SEAL} was changed")
    body: dict[str, Any] = orjson.loads(raw)
    if body["format"] != FORMAT:
        raise BackupDamaged(f"{MANIFEST} has format {body['format']}, which this version does not know")
    return Manifest(
        made_at=body["made_at"],
        databases={name: Contents(**found) for name, found in body["databases"].items()},
        files={path: (entry["bytes"], entry["sha256"]) for path, entry in body["files"].items()},
    )


def check(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest. Raises BackupDamaged."""
    present = set(_paths(folder)) - {MANIFEST, SEAL}
    for path in sorted(manifest.files.keys() - present):
        raise BackupDamaged(f"{path} is missing")
    for path in sorted(present - manifest.files.keys()):
        raise BackupDamaged(f"{path} does not belong to this backup")
    for path, described in manifest.files.items():
        if describe(folder / path) != described:
            raise BackupDamaged(f"{path} was changed")


def describe(file: Path) -> tuple[int, str]:
    """Return the size and SHA-256 of a file."""
    digest = hashlib.sha256()
    size = 0
    with file.open("rb") as opened:
        while block := opened.read(_CHUNK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _paths(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()
