"""What the documents say is there, is there."""

import re
from pathlib import Path

from flask_blog.cli import main
from tests.house.sources import CODE, ROOT, assert_none, files, files_of, name

TESTS = ROOT / "tests"
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(#[^)\s]*)?\)")
COMMAND = re.compile(r"(?:^    |`)flask-blog ([a-z][a-z-]*)", re.MULTILINE)
MAKE = re.compile(r"`make ([a-z][a-z-]*)")
TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)(?P<rest>.*)$", re.MULTILINE)


def makefiles() -> list[Path]:
    return [ROOT / "Makefile", *files_of(".mk")]


def targets() -> dict[str, str]:
    """Return the tasks of the Makefiles with what follows their colon."""
    return {found[1]: found["rest"] for path in makefiles() for found in TARGET.finditer(path.read_text("utf-8"))}


def described(folder: Path) -> bool:
    """Whether a folder has a README, or the nearest one above names it, or its tests are of a folder of the program."""
    if (folder / "README.md").is_file():
        return True
    if folder.is_relative_to(TESTS) and (ROOT / folder.relative_to(TESTS)).is_dir():
        return True
    above = next(each for each in folder.parents if (each / "README.md").is_file())
    return f"{folder.name}/" in (above / "README.md").read_text("utf-8")


def test_every_task_says_in_make_help_what_it_does():
    assert "test" in targets()
    assert_none(task for task, rest in targets().items() if " ## " not in rest)


def test_the_documents_name_only_tasks_that_exist():
    named = {(name(path), task) for path in files_of(".md") for task in MAKE.findall(path.read_text("utf-8"))}
    assert_none(f"{path}: make {task}" for path, task in sorted(named) if task not in targets())


def test_the_documents_name_only_commands_that_exist():
    named = {(name(path), word) for path in files_of(".md") for word in COMMAND.findall(path.read_text("utf-8"))}
    assert ("README.md", "import") in named
    assert_none(f"{path}: flask-blog {word}" for path, word in sorted(named) if word not in main.commands)


def test_links_between_documents_lead_somewhere():
    links = [(path, found["target"]) for path in files_of(".md") for found in LINK.finditer(path.read_text("utf-8"))]
    inside = [(path, target) for path, target in links if "://" not in target and not target.startswith("/")]
    assert_none(f"{name(path)}: {target}" for path, target in inside if not (path.parent / target).exists())


def test_each_folder_with_code_is_described():
    folders = sorted({path.parent for path in files() if path.suffix in CODE})
    assert_none(f"{name(folder)}/ is in no README" for folder in folders if not described(folder))


def test_the_changelog_has_a_place_for_what_is_not_yet_released():
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_images_never_run_as_root():
    dockerfiles = [path for path in files() if path.name == "Dockerfile"]
    assert dockerfiles
    for path in dockerfiles:
        last_stage = re.split(r"^FROM ", path.read_text("utf-8"), flags=re.MULTILINE)[-1]
        users = re.findall(r"^USER (\S+)", last_stage, flags=re.MULTILINE)
        assert users, f"{name(path)} names no user"
        assert users[-1].split(":")[0] not in {"root", "0"}, f"{name(path)} runs as root"
