"""A backup set as one file: a plain tar archive, refused whole when it holds anything but files and folders."""

import tarfile
from pathlib import Path, PurePosixPath

from flask_blog.problem import Stop

CHUNK = 1 << 20


def pack(folder: Path, file: Path) -> None:
    """Write a folder into an archive; it appears whole or not at all. Raises OSError."""
    growing = file.with_name(f"{file.name}.part")
    try:
        with tarfile.open(growing, "w") as archive:
            archive.add(folder, arcname=folder.name, filter=_anonymous)
        growing.chmod(0o600)
        growing.rename(file)
    finally:
        growing.unlink(missing_ok=True)


def unpack(file: Path, into: Path) -> Path:
    """Write an archive's one folder below another; return it. Raises Stop for what `pack` never wrote, and OSError."""
    try:
        # not "r:*": a compressed archive could grow without bound
        with tarfile.open(file, "r:") as archive:
            members = archive.getmembers()
            tops = {_checked(member).parts[0] for member in members}
            if len(tops) != 1:
                raise Stop(f"{file} is no backup: it holds several folders.")
            for member in members:
                _extract(archive, member, into)
    except tarfile.TarError as error:
        raise Stop(f"{file} is no backup, or was damaged: {error}.") from error
    return into / tops.pop()


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _checked(member: tarfile.TarInfo) -> PurePosixPath:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not path.parts or not (member.isreg() or member.isdir()):
        raise Stop(f"This is no backup: it holds {member.name}, which is neither a file nor a folder inside it.")
    return path


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    target = into / _checked(member)
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = archive.extractfile(member)
    assert source is not None  # noqa: S101 - regular files have one
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
