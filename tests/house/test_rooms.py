"""What a room may hold: a view reads and shows; what it writes, an operation builds and audits."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from models.base import Base

ROOT = Path(__file__).resolve().parents[2]
VIEWS = re.compile(r"(.*/)?((\w+_)?views\.py|views/\w+\.py)")


def view_modules() -> list[Path]:
    return [path for path in sorted((ROOT / "app").rglob("*.py")) if VIEWS.fullmatch(path.as_posix())]


def mapped_classes() -> set[str]:
    return {mapper.class_.__name__ for mapper in Base.registry.mappers}


def models_built(source: str, mapped: set[str]) -> Iterator[str]:
    """Mapped classes that ``source`` calls: by name, under another name, or as a member of a module."""
    tree = ast.parse(source)
    imported = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("models")
        for name in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and imported.get(called.id) in mapped:
            yield f"line {node.lineno}: {imported[called.id]}"
        is_member = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
        if is_member and called.value.id in imported and called.attr in mapped:
            yield f"line {node.lineno}: {called.attr}"


def test_no_view_builds_a_model() -> None:
    modules, mapped = view_modules(), mapped_classes()
    assert len(modules) > 20
    assert len(mapped) > 50
    built = {
        str(path.relative_to(ROOT)): list(models_built(path.read_text("utf-8"), mapped)) for path in modules
    }
    assert {path: places for path, places in built.items() if places} == {}


def test_a_view_that_builds_a_model_is_seen() -> None:
    source = (
        "from models.user import User as Person\nfrom models import user\nPerson(name='a')\nuser.User()\n"
    )
    assert list(models_built(source, {"User"})) == ["line 3: User", "line 4: User"]
    assert list(models_built("from models.user import User\nUser.name.desc()\n", {"User"})) == []
