"""The repository's own files, as the house tests read them."""

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "database_service", "deploy", "flask_blog", "spa")
CODE = frozenset({".py", ".js", ".svelte"})


@cache
def files() -> tuple[Path, ...]:
    """Return every file of the repository but those that .gitignore names; an unpacked archive has no git to ask."""
    return tuple(sorted(_walk(ROOT, [".git"])))


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    own = folder / ".gitignore"
    if own.is_file():
        ignored = ignored + [line.rstrip("/") for line in own.read_text("utf-8").splitlines() if line]
    for path in folder.iterdir():
        names = (path.name, path.relative_to(ROOT).as_posix(), path.relative_to(folder).as_posix())
        if any(fnmatch(name, pattern) for name in names for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path


def files_of(*suffixes: str, under: Iterable[str] = ("",)) -> list[Path]:
    """Return the files with these suffixes in these folders of the repository."""
    folders = [ROOT / name for name in under]
    return [
        path for path in files() if path.suffix in suffixes and any(path.is_relative_to(folder) for folder in folders)
    ]


def name(path: Path) -> str:
    """Return a file's path as people write it: from the repository's root."""
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> list[str]:
    """Return the lines of a text file, none of one that holds no text."""
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []


@cache
def tree(path: Path) -> ast.Module:
    """Return a Python file as its syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def assert_none(found: Iterable[str]) -> None:
    """Fail with one offender a line."""
    offenders = list(found)
    assert not offenders, "\n" + "\n".join(offenders)
