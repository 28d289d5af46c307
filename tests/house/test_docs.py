"""What the documents name exists: make targets, files, modules, pictures."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
CODE = re.compile(r"```.*?```|`[^`\n]+`", flags=re.S)
# A decision tells of the day it was made, the changelog of versions gone by: they may name what is gone. The
# example of CONTRIBUTING makes files of its own.
HISTORY = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    *(f"docs/decisions/{page.name}" for page in (ROOT / "docs/decisions").glob("*.md")),
}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(page.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:^|[`\n;]\s*)make ([a-z][a-z-]+)", code_of(page)))
    assert named <= TARGETS


@pytest.mark.parametrize("page", [page for page in PAGES if name_of(page) not in HISTORY], ids=name_of)
def test_every_file_and_module_named_exists(page: Path) -> None:
    code = code_of(page)
    files = set(
        re.findall(
            r"(?<![\w/.])((?:app|models|matching|templates|tests|docs|benchmarks|drills)/[\w./-]+)", code
        )
    )
    gone = {file for file in files if not (ROOT / file.rstrip(".-")).exists()}
    modules = set(
        re.findall(r"(?<![\w/.])((?:app|models|matching|benchmarks|drills|tests)(?:\.[a-z_]+)+)\b", code)
    )
    gone |= {module for module in modules if not is_there(module)}
    assert not gone


def is_there(dotted: str) -> bool:
    """Whether ``a.b.c`` is a module, or a name in the module ``a.b``."""
    parts = dotted.split(".")
    for length in (len(parts), len(parts) - 1, len(parts) - 2):
        path = ROOT.joinpath(*parts[:length])
        if length and (path.is_dir() or path.with_suffix(".py").exists()):
            rest = parts[length:]
            source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
            return not rest or (
                source.exists() and re.search(rf"\b{rest[0]}\b", source.read_text("utf-8")) is not None
            )
    return importlib.util.find_spec(parts[0]) is None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_and_picture_linked_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))
