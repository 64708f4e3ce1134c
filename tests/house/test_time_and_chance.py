"""The clock and chance are reached for in a few named places only; everything else is handed them."""

import ast
from pathlib import Path

from tests.house.sources import PACKAGES, assert_none, files_of, name, tree

CLOCK = "api/shared/clock.py"
NOW = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "date.today", "datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
}  # fmt: skip
CHANCE = {"random", "secrets", "uuid4", "uuid7", "urandom", "numpy.random"}
# who may draw lots, and what for
DRAWS = {
    "api/blog/comments/tokens.py": "secrets by which guests change their comments",
    "api/blog/webhooks/signing.py": "the secrets of webhooks",
    "api/shared/http.py": "ids of records and requests",
    "api/blog/previews/rules.py": "the tokens of preview links",
    "api/users/passwords.py": "a password nobody has, hashed where there is no account",
    "api/users/second_factor/rules.py": "recovery codes",
    "api/users/sessions/refresh_tokens.py": "refresh tokens",
    "api/users/tokens/rules.py": "personal access tokens",
    "database_service/migrations/blog/r0013_comments.py": "the salt of guests' addresses",
    "deploy/make_secrets.py": "the secrets of a new installation",
    "flask_blog/secret_files.py": "the secrets of a new blog in one process",
}


def asked_for_now(module: ast.Module) -> list[int]:
    """Return the lines that ask the machine for the time."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if ast.unparse(call.func) in NOW]


def drawn(module: ast.Module) -> list[int]:
    """Return the lines that import a source of chance, or take one from `os`."""
    found = []
    for node in ast.walk(module):
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        source = node.module if isinstance(node, ast.ImportFrom) else None
        attribute = node.attr if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"os", "uuid"} else None
        if CHANCE & {*imported, source, attribute}:
            found.append(node.lineno)
    return found


def python_of_the_program() -> list[Path]:
    return files_of(".py", under=PACKAGES)


def test_a_look_at_the_clock_or_a_draw_would_be_found():
    assert asked_for_now(ast.parse("import time\nstart = time.time()\nnow = datetime.now(UTC)")) == [2, 3]
    assert drawn(ast.parse("import secrets\nfrom uuid_utils import uuid7\nimport os\nkey = os.urandom(8)")) == [1, 2, 4]


def test_only_the_clock_asks_the_machine_for_the_time():
    found = [f"{name(path)}:{line}" for path in python_of_the_program() for line in asked_for_now(tree(path))]
    assert_none(place for place in found if not place.startswith(CLOCK))


def test_chance_has_few_named_sources():
    found = {name(path) for path in python_of_the_program() if drawn(tree(path))}
    assert found == set(DRAWS)
