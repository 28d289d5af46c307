"""The house as its imports draw it: rooms, floors, arrows, circles. ``python -m tests.house.graph``.

A room is a package of ``app``, or what lies beside ``app`` at the top of the tree. A room stands one floor
above the highest room it imports. Imports inside functions and under TYPE_CHECKING count like all others.
"""

import argparse
import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "models", "matching", "benchmarks", "drills")
FILES = ("config.py", "wsgi.py", "migrations/env.py")
PAGE = ROOT / "docs/architecture.md"
BEGIN, END = "<!-- make graph -->\n```\n", "```\n<!-- end of make graph -->"


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Module -> the modules of the project that it imports."""
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)
    names = {name for name in graph.modules if room_of(name) is not None}
    arrows = {name: frozenset(graph.find_modules_directly_imported_by(name)) & names for name in names}
    return arrows | {module_of(file): imports_of(ROOT / file) & names for file in FILES}


def imports_of(file: Path) -> frozenset[str]:
    """What a file outside the packages imports, by name."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return frozenset(
        plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    )


def module_of(file: str) -> str:
    """``migrations/env.py`` -> ``migrations.env``."""
    return file.removesuffix(".py").replace("/", ".")


def room_of(module: str) -> str | None:
    """The room a module lies in, or None for what is not ours."""
    top, *below = module.split(".")
    if top not in {*PACKAGES, *(module_of(file).split(".")[0] for file in FILES)}:
        return None
    return f"app.{below[0]}" if top == "app" and below else top


def room_arrows() -> dict[str, set[str]]:
    """Room -> the other rooms it imports."""
    arrows: dict[str, set[str]] = {}
    for module, imported in imports().items():
        room = str(room_of(module))
        arrows.setdefault(room, set()).update(str(room_of(name)) for name in imported)
    return {room: below - {room} for room, below in arrows.items()}


def circles(arrows: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The circles of a graph, each as the names along it; one is reported of those that hang together."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as problem:
        circle = problem.args[1][:-1]
        cut = {name: [to for to in below if name not in circle] for name, below in arrows.items()}
        return [circle, *circles(cut)]
    return []


def floors(arrows: Mapping[str, set[str]]) -> dict[str, int]:
    """Room -> its floor, 1 is the ground. Raises CycleError where rooms stand in a circle."""
    level: dict[str, int] = {}
    for room in TopologicalSorter(arrows).static_order():
        level[room] = 1 + max((level[below] for below in arrows.get(room, ())), default=0)
    return level


@dataclass(frozen=True)
class House:
    """What the issue of the second house counts."""

    rooms: int
    floors: int
    arrows: int
    circles: list[list[str]]


def measure() -> House:
    """The house as it stands now; circles are those of single files."""
    arrows = room_arrows()
    height = max(floors(arrows).values()) if not circles(arrows) else 0
    return House(len(arrows), height, sum(map(len, arrows.values())), circles(imports()))


def lines() -> Iterator[str]:
    """The picture in words, from the top floor down."""
    arrows, house = room_arrows(), measure()
    yield f"{house.rooms} rooms, {house.floors} floors, {house.arrows} arrows, {len(house.circles)} circles"
    level = floors(arrows)
    for floor in range(house.floors, 0, -1):
        for room in sorted(room for room in level if level[room] == floor):
            yield f"{floor}  {room:<16} -> {', '.join(sorted(arrows[room])) or '-'}"


def main() -> None:
    """Print the picture; with --write put it into docs/architecture.md as well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the picture into docs/architecture.md")
    wants_writing = parser.parse_args().write
    for circle in circles(room_arrows()) or circles(imports()):
        print("circle:", " -> ".join(circle))
    if circles(room_arrows()):
        raise SystemExit(1)
    picture = "".join(f"{line}\n" for line in lines())
    print(picture, end="")
    if wants_writing:
        head, rest = PAGE.read_text("utf-8").split(BEGIN)
        PAGE.write_text(head + BEGIN + picture + END + rest.split(END)[1], "utf-8")


if __name__ == "__main__":
    main()
