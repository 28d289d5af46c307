"""Amounts are read in one place: no other module takes the first digits of a text for a number."""

import ast
from collections.abc import Iterator
from pathlib import Path

import config
from tests.factories.sources import names_any, text_of

APP = config.ROOT / "app"
CELLS = APP / "kit" / "files" / "cells"
DIGITS = ("\\d", "[0-9]")
PARTIAL = ("match", "search", "findall", "finditer")
# Those that search a text for digits and read no figure of a person's out of them.
OTHERS = {
    "app/kit/files/readers/spreadsheet/markup.py",  # the spans of an HTML table
    "app/kit/files/readers/spreadsheet/quotes.py",  # whether a stray quote stands behind a number
    "app/workers/roster/county_places.py",  # 1组 behind a village
    "app/workers/roster/headers.py",  # whether a cell looks like a personal number
    "app/workers/roster/skipped_rows.py",  # 共5人 below a table
    "app/workers/roster/values.py",  # of what kind the values of a column are
    "app/workers/search.py",  # numbers of people in a search
}


def modules() -> Iterator[Path]:
    yield from (path for path in sorted(APP.rglob("*.py")) if CELLS not in path.parents)


def partial_readers(path: Path) -> Iterator[str]:
    """Names of patterns with digits that are matched against the beginning or the middle of a text."""
    tree = ast.parse(text_of(path) if names_any(path, DIGITS) else "")
    patterns = {
        target.id: call
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(call := node.value, ast.Call) and _has_digits(call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if node.func.attr not in ("match", "search", "findall", "finditer") or not isinstance(
            owner, ast.Name
        ):
            continue
        if owner.id in patterns and not _is_whole(patterns[owner.id]):
            yield f"{owner.id}.{node.func.attr}"
        if owner.id == "re" and node.args and _has_digits(node) and not _is_whole(node):
            yield f"re.{node.func.attr}"


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _has_digits(node: ast.AST) -> bool:
    return any(mark in text for text in _texts(node) for mark in DIGITS)


def _is_whole(node: ast.AST) -> bool:
    """A pattern that ends with the end of the text leaves nothing unread behind it."""
    return any(text.endswith("$") for text in _texts(node))


def test_no_other_module_reads_the_first_digits_of_a_text() -> None:
    readers = {
        f"{path.relative_to(config.ROOT)}: {name}"
        for path in modules()
        if str(path.relative_to(config.ROOT)) not in OTHERS
        for name in partial_readers(path)
    }
    assert readers == set()


def test_the_search_itself_finds_such_a_reader(tmp_path: Path) -> None:
    module = tmp_path / "columns.py"
    module.write_text('NUMBER = re.compile(r"\\d+元?")\nfound = NUMBER.match(text)\n', encoding="utf-8")
    assert list(partial_readers(module)) == ["NUMBER.match"]
    assert all(list(partial_readers(config.ROOT / path)) for path in sorted(OTHERS))
