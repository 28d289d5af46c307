"""What a drill hands back: figures, each with its goal and whether it was met; and how they are shown.

``python -m drills.<name>`` runs a drill on SQLite, with ``DATABASE_URL=postgres`` on PostgreSQL;
``--small`` is a quick trial, ``--into FILE`` keeps the figures as JSON.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

SMALL = "DRILL_SMALL"


@dataclass(frozen=True)
class Figure:
    """One figure of docs/trust.md (``id``, as in "T23"), as it was measured on ``database``."""

    id: str
    claim: str
    goal: str
    measured: str
    met: bool
    database: str


def database_in_use() -> str:
    """``sqlite`` or ``postgresql``, by the environment."""
    return "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


def size(full: int, small: int) -> int:
    """The size to run at: ``small`` in a quick trial."""
    return small if os.environ.get(SMALL) else full


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as Markdown, a line for each row: what a measurement tells may have lines of its own."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(run: Callable[[str], list[Figure]]) -> int:
    """Run a drill from the command line; the exit status is 1 when a figure is not met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="a quick trial; its figures are not published")
    parser.add_argument("--into", type=Path, help="keep the figures as JSON")
    given = parser.parse_args()
    if given.small:
        os.environ[SMALL] = "1"
    figures = run(database_in_use())
    if given.into:
        given.into.write_text(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False), "utf-8")
    rows = [(f.id, f.claim, f.goal, f.measured, "yes" if f.met else "NO", f.database) for f in figures]
    print(table(("id", "claim", "goal", "measured", "met", "database"), rows), flush=True)
    return 0 if figures and all(figure.met for figure in figures) else 1
