"""The project's own source: read once a process, and parsed only where it names what is looked for."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def text_of(path: Path) -> str:
    """The text of a module."""
    return path.read_text(encoding="utf-8")


def names_any(path: Path, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands somewhere in a module."""
    return any(word in text_of(path) for word in words)


def nodes_of(path: Path, *words: str) -> Iterator[ast.AST]:
    """Every node of a module that names one of ``words``; of another module none.

    Parsing and walking the thousand modules of the house takes two seconds of processor, in each test that
    does so.
    """
    if names_any(path, words):
        yield from ast.walk(ast.parse(text_of(path)))


def callee(call: ast.Call) -> str:
    """The last name of what is called: ``get`` of ``request.args.get(...)``; "" for what has no name."""
    name: str = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name
