import ast
import subprocess

import pytest

from tests.house.sources import ROOT, assert_none, files_of, lines, name, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def long_functions(module: ast.Module) -> list[tuple[str, int]]:
    """Return functions of more than 40 lines, from `def` to their last line."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sized = [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
    return [(called, size) for called, size in sized if size > LONGEST_FUNCTION]


def test_a_function_of_41_lines_would_be_found():
    body = "\n".join(["    pass"] * LONGEST_FUNCTION)
    assert long_functions(ast.parse(f"def long():\n{body}")) == [("long", LONGEST_FUNCTION + 1)]
    assert long_functions(ast.parse(f"def long():\n{body.removesuffix('    pass')}")) == []


def test_no_function_is_longer_than_40_lines():
    found = [
        f"{name(path)}: {called} has {size} lines"
        for path in files_of(".py")
        for called, size in long_functions(tree(path))
    ]
    assert_none(found)


def javascript_functions(*files: str) -> list[tuple[int, str]]:
    """Return the functions of JavaScript and Svelte files: how many lines each has, and where it is."""
    if not (ROOT / "spa" / "node_modules" / "typescript").is_dir():
        pytest.skip("JavaScript packages: not installed (make build)")
    command = ["spa/with-node", "node", "tests/house/function_sizes.js", *files]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [(int(size), place) for size, place in (line.split(" ", 1) for line in printed.splitlines())]


def test_a_long_javascript_function_would_be_found(tmp_path):
    page = tmp_path / "Page.svelte"
    body = "\n".join(["  count += 1;"] * LONGEST_FUNCTION)
    page.write_text(f"<h1>Page</h1>\n<script>\nfunction long() {{\n{body}\n}}\n</script>\n", "utf-8")
    assert javascript_functions(str(page)) == [(LONGEST_FUNCTION + 2, f"{page} long")]


def test_no_javascript_function_is_longer_than_40_lines():
    found = javascript_functions(*(name(path) for path in files_of(".js", ".svelte")))
    assert found
    assert_none(f"{place} has {size} lines" for size, place in found if size > LONGEST_FUNCTION)


def test_no_source_file_is_longer_than_300_lines():
    sizes = [(name(path), len(lines(path))) for path in files_of(".py", ".js", ".svelte", ".css", ".html", ".sh")]
    assert_none(f"{path} has {size} lines" for path, size in sizes if size > LONGEST_FILE)
