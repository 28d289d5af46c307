"""Every phrasing of the five sets gets exactly the findings it deserves."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import models.posting_law
from models.posting_law import Floor, Posting, check_posting

HERE = Path(models.posting_law.__file__).parent / "examples"
SETS = sorted(HERE.glob("phrasings*.csv"))
FOSHAN, DAY, MINIMUM = "440600", date(2017, 5, 3), 1510


def minimum_wage(city: str, day: date) -> Floor | None:
    return Floor(MINIMUM, "粤府函〔2015〕16号", True)


def phrasings(path: Path) -> list[tuple[str, frozenset[str]]]:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(line for line in handle if not line.startswith("#"))
        return [(row["text"], frozenset(filter(None, row["expected"].split("|")))) for row in rows]


def verdicts(text: str, title: str = "") -> frozenset[str]:
    found = check_posting(Posting(title, text, FOSHAN, None, DAY), minimum_wage)
    return frozenset(f"{one.rule}:{one.level}" for one in found)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_phrasing_gets_its_findings_and_no_other(path: Path) -> None:
    wrong = [
        f"{text}: expected {sorted(expected)}, found {sorted(found)}"
        for text, expected in phrasings(path)
        if (found := verdicts(text)) != expected
    ]
    assert not wrong, "\n".join(wrong)


def test_the_sets_are_large_and_hold_harmless_look_alikes() -> None:
    rows = [row for path in SETS for row in phrasings(path)]
    harmless = sum(1 for _, expected in rows if not expected)
    assert len(rows) >= 1500
    assert harmless >= 600


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_neutral_neighbour_hides_no_finding(path: Path) -> None:
    lost = [
        text
        for text, expected in phrasings(path)
        if not expected <= verdicts(f"招聘普工若干。\n{text}。\n包吃住,欢迎来电。")
    ]
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_two_harmless_phrasings_together_stay_harmless(path: Path) -> None:
    harmless = [text for text, expected in phrasings(path) if not expected]
    pairs = pairwise(harmless)
    wrong = [f"{one}。{two}" for one, two in pairs if any("block" in v for v in verdicts(f"{one}。{two}"))]
    assert not wrong, "\n".join(wrong)


def test_full_width_and_traditional_spellings_count_the_same() -> None:
    assert verdicts("限漢族") == verdicts("限汉族") == {"ethnicity:block"}
    assert verdicts("年龄18-45岁") == verdicts("年龄18-45岁") == {"age:doubt"}
    assert verdicts("底薪1400元") == verdicts("底薪一千四百元") == {"wage:block"}


def test_a_word_in_the_title_counts_as_well() -> None:
    assert verdicts("包吃住", title="女文员") == {"sex:block"}
