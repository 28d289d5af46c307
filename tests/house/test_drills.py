"""The round of all drills: none is forgotten, and its table is one."""

from pathlib import Path

from drills.all import DRILLS, Turn, lines, summed
from drills.figures import Figure, table
from drills.migrations import changed

FOLDER = Path(__file__).resolve().parents[2] / "drills"


def test_every_drill_that_measures_a_figure_is_in_the_round() -> None:
    measuring = {
        file.stem
        for file in FOLDER.glob("*.py")
        if "sys.exit(main(" in (text := file.read_text("utf-8")) and "from drills.figures import" in text
    }
    assert measuring - {"all"} == {drill.name for drill in DRILLS}


def test_a_measurement_of_several_lines_is_one_line_of_the_table() -> None:
    told = table(("figure", "measured"), [("T16", "the import ended:\n  Traceback\n  | deadlock")])
    assert told.splitlines()[2:] == ["| T16 | the import ended: Traceback \\| deadlock |"]


def test_a_drill_that_did_not_end_is_a_figure_not_met(tmp_path: Path) -> None:
    """It says how it ended and where its log is: a missing line would read as nothing to tell."""
    turn = Turn(DRILLS[0], "sqlite", tmp_path / "kill_import-sqlite.json")
    figure = Figure(**turn._unfinished("ended with 1"))
    assert not figure.met
    assert "ended with 1" in figure.measured
    assert "kill_import-sqlite.log" in figure.measured


def test_a_drill_that_was_not_run_is_told_beside_those_that_were(tmp_path: Path) -> None:
    """A table of what ran, all met, read as if all had been run."""
    turn = Turn(DRILLS[0], "postgresql", tmp_path / "kill_import-postgresql.json")
    (line,) = lines(turn)
    assert "not run in this round" in line
    assert "**no**" in line
    assert "not run: kill_import (postgresql)" in summed([turn])


def test_rows_that_a_downgrade_leaves_on_purpose_are_no_fault_and_a_changed_or_lost_one_is() -> None:
    """0060 leaves the definitions it brought; whatever was there before has to be as it was."""
    before = {"indicator": [{"id": 1, "name": "在岗"}]}
    left = {"indicator": [{"id": 2, "name": "稳岗"}, {"id": 1, "name": "在岗"}]}
    assert changed(before, left, "0060", {"indicator"}) == []
    assert changed(before, left, "0059") == ["0059: indicator 1 -> 2 rows"]
    assert len(changed(before, {"indicator": [{"id": 2, "name": "稳岗"}]}, "0060", {"indicator"})) == 1
    assert len(changed(before, {"indicator": [{"id": 1, "name": "离岗"}]}, "0060", {"indicator"})) == 1
