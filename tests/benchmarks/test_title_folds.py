"""The measure of titles that a model has not seen."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import title_folds
from benchmarks.title_folds import FOLDS, NOTICES, SEEN, STRANGERS, Pair, main, readings

WELDER, COOK = "6-18-02-04", "4-03-02-01"
TITLES = [*(f"焊{sign}" for sign in "甲乙丙丁戊己庚"), "炒菜"]


class Memory:
    """A model that knows the titles it was taught, and takes every other one for a welder's."""

    taught: list[dict[str, str]] = []

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    @classmethod
    def fit(cls, pairs: list[Pair]) -> "Memory":
        cls.taught.append(dict(pairs))
        return cls(dict(pairs))

    def words_of(self, titles: list[str]) -> list[str]:
        return [title.removeprefix("急招") for title in titles]

    def guess(self, titles: list[str], most: int) -> tuple[np.ndarray, np.ndarray]:
        assert not set(titles) & set(self.known)
        return np.array([[WELDER, COOK][:most]] * len(titles)), np.full((len(titles), 2), 0.9)


def test_every_title_is_asked_once_of_a_model_that_has_not_seen_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight titles, a row without a code, of which seven are welders': 0.875 exact, all among five."""
    monkeypatch.setattr(title_folds, "PostingModel", Memory)
    monkeypatch.setattr(Memory, "taught", [])
    monkeypatch.setattr(title_folds, "SEEN", ())
    monkeypatch.setattr(title_folds, "postings", lambda: [(title, COOK) for title in TITLES])
    path = tmp_path / "titles.csv"
    rows = [f"急招{title},{WELDER if '焊' in title else COOK},x" for title in TITLES]
    path.write_text("\n".join(["job_name,expected_code,expected_name", "督导,,", *rows]), "utf-8-sig")
    main([str(path)])
    printed = capsys.readouterr().out.splitlines()
    assert printed[2:] == [
        "| titles (8) | 0.8750 | 1.000, 1.000, 0.500, 1.000, 1.000 | 0.8750 | 1.0000 | 100.0%, 87.5% |",
        "| postings (8) | 0.0000 | 0.000, 0.000, 0.000, 0.000, 0.000 | 0.0000 | 1.0000 | 100.0%, 0.0% |",
    ]
    assert [len(taught) for taught in Memory.taught] == [6, 6, 6, 7, 7] * 2
    assert len(Memory.taught) == 2 * FOLDS


def test_titles_held_back_are_not_looked_at() -> None:
    assert {(file, part): len(readings(file, part)) for file, part in SEEN} == {
        (STRANGERS, "fitted"): 202,
        (STRANGERS, "named"): 59,
        (NOTICES, "seen"): 75,
    }
    assert (len(readings(STRANGERS, "held")), len(readings(NOTICES, "held"))) == (379, 74)
