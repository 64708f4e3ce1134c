"""Who may import whom: the contracts of pyproject.toml, and the rules that import-linter cannot say."""

import ast
import sys
from pathlib import Path

from importlinter.cli import lint_imports

from tests.house.sources import ROOT, assert_none, files_of, name, tree

# what a schema may be made of, besides other modules that are made of nothing else
MATERIAL = {
    "marshmallow",
    "flask_smorest.fields",  # marshmallow fields for uploads
    "api.shared.auth",  # the names of roles and scopes
    "api.shared.fields",
    "api.shared.paging",
}
# what endpoints may know of the store: the shape of what it answers
SHAPES = {"Page", "Record"}


def imported(module: ast.Module) -> set[str]:
    """Return the modules that a module imports; `from a import b` counts as `a.b` when that is a file."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {path if source_of(path) else node.module for path in below.values()}
    return found


def source_of(module: str) -> Path | None:
    """Return the file of one of our modules."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return path if path.is_file() else None


def foreign_matter(module: ast.Module, seen: frozenset[str] = frozenset()) -> set[str]:
    """Return what a schema module imports, itself or through ours, that schemas are not made of."""
    rest = {each for each in imported(module) - MATERIAL - seen if each.split(".")[0] not in sys.stdlib_module_names}
    found = set()
    for each in rest:
        source = source_of(each)
        found |= foreign_matter(tree(source), seen | rest) if source else {each}
    return found


def asked_of_the_store(module: ast.Module) -> list[int]:
    """Return the lines that read or write through the store, or import what does."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in {"api.shared", "api.shared.store"}:
            names = {alias.name for alias in node.names}
            if "store" in names or (node.module == "api.shared.store" and names - SHAPES):
                found.append(node.lineno)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith(".store"):
            found.append(node.lineno)
    return found


def test_the_import_contracts_hold(capsys):
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0, (
        capsys.readouterr().out
    )


def test_flask_in_a_schema_would_be_found():
    assert foreign_matter(ast.parse("from marshmallow import Schema\nfrom flask import request")) == {"flask"}
    assert "flask" in foreign_matter(ast.parse("from api.shared.problems import Problem"))


def test_schemas_are_made_of_marshmallow_and_nothing_else():
    schemas = [path for path in files_of(".py", under=["api"]) if path.name == "schemas.py"]
    assert schemas
    assert_none(
        f"{name(path)}: {', '.join(sorted(found))}" for path in schemas if (found := foreign_matter(tree(path)))
    )


def test_an_endpoint_that_asks_the_store_itself_would_be_found():
    assert asked_of_the_store(ast.parse("from api.shared import store\npage = context().store.find('posts')")) == [1, 2]
    assert asked_of_the_store(ast.parse("from api.shared.store import Record\nrules.read(context().store)")) == []


def test_endpoints_reach_the_store_through_rules():
    endpoints = [path for path in files_of(".py", under=["api"]) if path.name == "endpoints.py"]
    assert endpoints
    assert_none(f"{name(path)}:{line}" for path in endpoints for line in asked_of_the_store(tree(path)))
