"""Each figure of docs/trust.md has a proof: a test, or a drill of the round, that exists."""

import re
from pathlib import Path

import pytest

from drills.all import BEGIN, DRILLS

ROOT = Path(__file__).resolve().parents[2]
PROMISES = (ROOT / "docs" / "trust.md").read_text("utf-8").partition(BEGIN)[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PROMISES.splitlines()
    if line.startswith("| T") or line.startswith("| m")
]
FIGURES = [f"T{number}" for number in range(1, 27)]
MAKE = dict(
    re.findall(r"^(drill[a-z-]*):.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), flags=re.M)
)


def proofs(figure: str) -> str:
    """What the rows of a figure name as its proof."""
    return " ".join(row[2] for row in ROWS if row[0].partition(",")[0] == figure)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_names_a_test_or_a_drill(figure: str) -> None:
    told = proofs(figure)
    tests = re.findall(r"`(tests/[\w/.]+|test_\w+\.py)`", told)
    drills = re.findall(r"make (drill[a-z-]*)|drills[./](\w+)", told)
    assert tests or any(target in MAKE or module for target, module in drills), told


def test_every_drill_of_the_round_is_the_proof_of_its_figure() -> None:
    """A drill that no promise names is nobody's; a promise without its drill is not proven."""
    unnamed = []
    for drill in DRILLS:
        targets = [target for target, does in MAKE.items() if f"drills.{drill.name}" in does]
        named = (f"drills.{drill.name}", f"drills/{drill.name}.py", *(f"make {one}" for one in targets))
        if not any(
            f"`{name}" in proofs(drill.figures) or f" {name}`" in proofs(drill.figures) for name in named
        ):
            unnamed.append(drill.name)
    assert not unnamed
