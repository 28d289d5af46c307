"""The measure of titles that others wrote and read."""

from pathlib import Path

import pytest

from benchmarks.titles import cohen_kappa, main

WELDER, COOK, GUARD = "6-18-02-04", "4-03-02-01", "4-07-05-01"


def test_a_set_with_two_readings_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Four titles known to the dictionary: one by its second reading only, one that nobody could tell."""
    path = tmp_path / "titles.csv"
    rows = [f"电焊工,{WELDER},{WELDER}", f"保安员,{WELDER},{GUARD}", f"保安,{GUARD},{GUARD}", "???,,"]
    path.write_text("\n".join(["title,first,second", *rows]), "utf-8-sig")
    main([str(path)])
    printed = capsys.readouterr().out.splitlines()
    assert printed[2].startswith("| as shipped | 0.667 | 1.000 | 0.667 | 0.667 | 100.0 %, 100.0 % | 0.0 % |")
    assert "| by code, 3 titles | 66.7 % | 0.400 |" in printed
    assert "| by major group, 3 titles | 66.7 % | 0.400 |" in printed
    assert printed[-1] == "1 titles that the first reader could not tell: silent on 1."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title,first\n焊工,6-18-02-04\n", "row 1: second: column is missing"),
        ("title,first,second\n焊工,6-18-02-04,9-9\n", "row 2: second: no occupation has this code: 9-9"),
        ("title,first,second\n焊工,,\n焊工,,\n", "row 3: title: twice: 焊工"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "titles.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(SystemExit, match=problem):
        main([str(path)])


def test_kappa_is_agreement_beyond_chance() -> None:
    """The example of Cohen's kappa in most textbooks: 20 and 15 agreed of 50, kappa 0.4."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)
    assert cohen_kappa([(COOK, COOK)]) == 1
