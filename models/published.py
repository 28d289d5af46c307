"""Tables for those who may not see the people: what is small is hidden, and what would give it away.

A table with its sums is a flow of persons: from all to the rows, through the cells to the columns, and back
to all. A hidden figure can be anything that a change along hidden figures allows, and nothing else; so the
least and the most a reader can work out are paths through that flow, exact, and the same as a linear program
finds. Every small figure gets enough such paths, along the fewest persons, to be anything from 1 to 10.
"""

import heapq
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Generic, TypeVar

from models.access import Actor, Permission, Role
from models.numbers import FEW

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)
Node = tuple[str, Hashable]
ALL, BACK = ("all", ""), ("back", "")


def sees_exact(actor: Actor) -> bool:
    """Whether small groups are told: to those who may open the people of whole prefectures. A city reads its
    own people's rows, and of others' figures what is published."""
    offices = (Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
    return any(
        right.role in offices and Permission.PLACEMENT_READ in right.permissions for right in actor.rights
    )


@dataclass(frozen=True)
class PublishedTable(Generic[R, C]):
    """A table with its sums; None is hidden: fewer than ten, or what would give such a figure away."""

    cells: dict[tuple[R, C], int | None]
    rows: dict[R, int | None]
    columns: dict[C, int | None]
    total: int | None


def published(cells: Mapping[tuple[R, C], int]) -> PublishedTable[R, C]:
    """``cells`` as they may be published, with the sums of rows and columns and of all. Cells that are not
    there are none, and told so."""
    some = {key: persons for key, persons in cells.items() if persons}
    net, rows, columns = _Net(), dict[R, int](), dict[C, int]()
    for (row, column), persons in some.items():
        rows[row] = rows.get(row, 0) + persons
        columns[column] = columns.get(column, 0) + persons
    for key, persons in some.items():
        net.add(("row", key[0]), ("column", key[1]), persons)
    for row, persons in rows.items():
        net.add(ALL, ("row", row), persons)
    for column, persons in columns.items():
        net.add(("column", column), BACK, persons)
    total = sum(rows.values())
    net.add(BACK, ALL, total)
    net.protect()

    def told(persons: int, tail: Node, head: Node) -> int | None:
        return None if (tail, head) in net.hidden else persons

    return PublishedTable(
        cells={
            key: told(persons, ("row", key[0]), ("column", key[1])) if persons else 0
            for key, persons in cells.items()
        },
        rows={row: told(persons, ALL, ("row", row)) for row, persons in rows.items()},
        columns={column: told(persons, ("column", column), BACK) for column, persons in columns.items()},
        total=told(total, BACK, ALL) if total else 0,
    )


def published_parts(parts: Mapping[R, int]) -> dict[R, int | None]:
    """The parts of one whole that a reader may know from elsewhere; where it is small, so is each part."""
    table = published({(part, "all"): persons for part, persons in parts.items()})
    return {part: None if table.total is None else table.cells[part, "all"] for part in parts}


@dataclass
class _Net:
    """The figures as arcs; ``hidden`` are those that are not told."""

    persons: dict[tuple[Node, Node], int] = field(default_factory=dict)
    hidden: set[tuple[Node, Node]] = field(default_factory=set)
    beside: dict[Node, list[tuple[Node, Node]]] = field(default_factory=dict)

    def add(self, tail: Node, head: Node, persons: int) -> None:
        if not persons:
            return
        self.persons[tail, head] = persons
        for node in (tail, head):
            self.beside.setdefault(node, []).append((tail, head))
        if persons < FEW:
            self.hidden.add((tail, head))

    def protect(self) -> None:
        """Hide what is needed beside the small figures, the smallest of them first."""
        for arc in sorted(self.hidden, key=lambda arc: (self.persons[arc], str(arc))):
            tail, head = arc
            self._open(arc, head, tail, FEW - self.persons[arc])
            self._open(arc, tail, head, self.persons[arc] - self._least(arc))

    def _least(self, arc: tuple[Node, Node]) -> int:
        """What a reader knows anyway: one person in each cell that is not empty."""
        tail, head = arc
        line = next((node for node in arc if node[0] in ("row", "column")), None)
        if tail[0] == "row" and head[0] == "column":
            return 1
        if line is None:
            cells = [one for one in self.persons if one[0][0] == "row"]
        else:
            cells = [one for one in self.beside[line] if one[0][0] == "row" and one[1][0] == "column"]
        return len(cells)

    def _open(self, arc: tuple[Node, Node], start: Node, end: Node, need: int) -> None:
        """Hide, along the fewest persons, what lets ``need`` go from ``start`` to ``end`` past ``arc``."""
        moved: dict[tuple[Node, Node], int] = {}
        while need > 0 and (path := self._path(arc, start, end, moved)):
            room = int(min(need, *(self._room(step, at, moved) for step, at in path)))
            for step, at in path:
                self.hidden.add(step)
                moved[step] = moved.get(step, 0) + (room if step[0] == at else -room)
            need -= room

    def _room(self, step: tuple[Node, Node], at: Node, moved: Mapping[tuple[Node, Node], int]) -> float:
        """How many more may go over a figure from ``at``: it may grow without end, and shrink to one."""
        return inf if step[0] == at else self.persons[step] - 1 + moved.get(step, 0)

    def _path(
        self, arc: tuple[Node, Node], start: Node, end: Node, moved: Mapping[tuple[Node, Node], int]
    ) -> list[tuple[tuple[Node, Node], Node]]:
        """The steps of the cheapest way, each with where it begins; what is hidden already costs nothing."""
        best, came = {start: 0}, dict[Node, tuple[tuple[Node, Node], Node]]()
        line: list[tuple[int, str, Node]] = [(0, "", start)]
        while line:
            cost, _tie, at = heapq.heappop(line)
            if at == end:
                break
            if cost > best[at]:
                continue
            for step in self._steps(arc, at, moved):
                to = step[1] if step[0] == at else step[0]
                dearer = cost + (0 if step in self.hidden else self.persons[step])
                if dearer < best.get(to, dearer + 1):
                    best[to], came[to] = dearer, (step, at)
                    heapq.heappush(line, (dearer, str(to), to))
        path: list[tuple[tuple[Node, Node], Node]] = []
        while end != start and end in came:
            path.append(came[end])
            end = came[end][1]
        return path if end == start else []

    def _steps(
        self, arc: tuple[Node, Node], at: Node, moved: Mapping[tuple[Node, Node], int]
    ) -> Iterable[tuple[Node, Node]]:
        return (step for step in self.beside[at] if step != arc and self._room(step, at, moved) >= 1)
