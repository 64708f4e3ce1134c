"""docs/settings.md lists every setting there is, and none that is not."""

import ast
import os
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.house.sources import PACKAGES, ROOT, files_of, name, tree

DOCUMENT = ROOT / "docs" / "settings.md"
COMPOSE = ROOT / "docker-compose.yml"
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
SETTINGS = [
    name(path).removesuffix(".py").replace("/", ".")
    for path in files_of(".py", under=PACKAGES)
    if path.name == "settings.py" and "def from_environment" in path.read_text("utf-8")
]
# what a service could be told, long enough for a secret
PLAUSIBLE = {"URL": "http://127.0.0.1:8000", "KEY": "k" * 64}
ATTEMPTS = 20
READERS = {"os.environ.get", "os.getenv"}


class Environment(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self):
        self.asked: set[str] = set()

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)


def asked_by(module: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return what a service's settings ask the environment for, giving them what their refusals name."""
    settings = import_module(module).Settings
    environment = Environment()
    with monkeypatch.context() as patched:
        patched.setattr(os, "environ", environment)
        for _ in range(ATTEMPTS):
            try:
                settings.from_environment()
            except Exception as refusal:  # noqa: BLE001 - each service has its own; any other names no setting
                missing = re.search(r"[A-Z]+(_[A-Z]+)+", str(refusal))
                if not missing:
                    pytest.fail(f"{module} refuses without naming a setting: {refusal}")
                environment[missing[0]] = PLAUSIBLE.get(missing[0].rsplit("_", 1)[-1], "1")
            else:
                return environment.asked
    pytest.fail(f"{module} cannot be started with plausible settings: {dict(environment)}")


def written_out(module: ast.Module) -> Iterator[str]:
    """Yield the settings that code reads without a Settings class: from os.environ, or as a command's option."""
    for node in ast.walk(module):
        match node:
            case ast.keyword(arg="envvar", value=ast.Constant(value=str(name))):
                yield name
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(function) in READERS:
                yield name
            case ast.Subscript(value=read, slice=ast.Constant(value=str(name))) if ast.unparse(read) == "os.environ":
                yield name


def test_every_setting_is_documented_and_every_documented_setting_exists(monkeypatch):
    asked = set().union(*(asked_by(module, monkeypatch) for module in SETTINGS))
    asked |= {each for path in files_of(".py", under=PACKAGES) for each in written_out(tree(path))}
    asked |= set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text("utf-8")))
    documented = ROW.findall(DOCUMENT.read_text("utf-8"))
    # that any text may be given as NAME_FILE is said once, above the tables
    asked -= {each for each in asked if each.removesuffix("_FILE") in asked - {each}}
    assert sorted(asked) == sorted(documented)
