"""T19: no small group comes out of a quarter and its months, nor of new figures beside cumulative ones."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import linprog

from app.reports.overlaps import Counted, told_in_turn
from models.numbers import FEW
from models.published import published
from models.reference.calendar import months_after

HISTORIES, MONTHS = 24, 6
SIZES = (0, 0, 0, 1, 2, 4, 7, 9, 11, 15, 40)


class History:
    """Some counties, who was there before the year, and who went in each month."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.counties = [f"c{n}" for n in range(rng.randint(1, 5))]
        self.before = {county: rng.choice(SIZES) for county in self.counties}
        self.went = {(c, m): rng.choice(SIZES) for c in self.counties for m in range(MONTHS)}
        self.size = len(self.counties) * (MONTHS + 1)
        kinds = [(month, "month") for month in range(MONTHS)] + [(2, "quarter"), (5, "quarter")]
        if rng.random() < 0.3:  # a month that was forgotten is drafted last
            kinds.append(kinds.pop(rng.randrange(MONTHS)))
        self.reports = kinds

    def people(self, county: str, month: int, key: str) -> list[int]:
        """A figure as a row of the unknown: who was there before, who went in each month."""
        row = [0] * self.size
        for place, one in enumerate(self.counties):
            if county in ("", one):
                start = place * (MONTHS + 1)
                row[start] = int(key == "year_province")
                row[start + 1 : start + 2 + month] = [1] * (month + 1)
        return row

    @property
    def truth(self) -> list[int]:
        return [
            one
            for county in self.counties
            for one in (self.before[county], *(self.went[county, month] for month in range(MONTHS)))
        ]

    def value(self, county: str, month: int, key: str) -> int:
        return int(np.dot(self.people(county, month, key), self.truth))

    def counted(self) -> list[Counted]:
        return [
            Counted(
                months_after(date(2017, 1, 1), month + 1) - timedelta(days=1),
                {
                    key: {county: self.value(county, month, key) for county in ("", *self.counties)}
                    for key in ("year_province", "new_province")
                },
            )
            for month, _kind in self.reports
        ]

    def targets(self) -> list[list[int]]:
        """The small groups: before the year, in a month, in a quarter; by county and in the whole."""
        groups = []
        for county in ("", *self.counties):
            rows = [np.array(self.people(county, month, "new_province")) for month in range(MONTHS)]
            before = np.array(self.people(county, 0, "year_province")) - rows[0]
            months = [rows[0], *(rows[n] - rows[n - 1] for n in range(1, MONTHS))]
            groups += [before, *months, rows[2], rows[5] - rows[2]]
        return [group.tolist() for group in groups if 0 < np.dot(group, self.truth) < FEW]


def narrowed(history: History, shown: list[dict[str, dict[str, int | None]]]) -> tuple[int, list[str]]:
    """How many figures are hidden, and which small groups a linear program narrows."""
    rows, values, hidden = [], [], 0
    for (month, _kind), of_report in zip(history.reports, shown, strict=True):
        for key, cells in of_report.items():
            for county, told in cells.items():
                row = history.people(county, month, key)
                if told is None:
                    hidden += 1
                else:
                    rows.append(row)
                    values.append(told)
    equal = {"A_eq": rows, "b_eq": values} if rows else {}
    wrong = []
    for target in history.targets():
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * np.array(target), **equal, bounds=(0, None), method="highs")
            assert answer.status in (0, 3), answer.message
            ends.append(answer.fun * sign if answer.status == 0 else np.inf)
        parts = sum(1 for one, people in zip(target, history.truth, strict=True) if one and people)
        if ends[0] > parts + 1e-6 or ends[1] < FEW - 1e-6:
            wrong.append(f"{np.dot(target, history.truth)} lies between {ends[0]:g} and {ends[1]:g}")
    return hidden, wrong


@pytest.mark.parametrize("part", range(3))
def test_no_small_group_comes_out_of_periods_that_overlap(part: int) -> None:
    hidden, told, wrong = 0, 0, []
    for seed in range(part, HISTORIES, 3):
        history = History(seed)
        shown = told_in_turn(history.counted())
        here, found = narrowed(history, shown)
        hidden += here
        told += sum(one is not None for r in shown for cells in r.values() for one in cells.values())
        wrong += [f"history {seed}: {one}" for one in found]
    assert wrong == []
    assert min(hidden, told) > 60


def test_each_figure_published_by_itself_gives_small_groups_away() -> None:
    """What the attack finds of tables that know nothing of each other: it can fail."""
    wrong: list[str] = []
    for seed in range(4):
        history = History(seed)
        alone = []
        for report in history.counted():
            tables = {
                key: (cells[""], published({(c, "all"): cells[c] for c in cells if c}))
                for key, cells in report.figures.items()
            }
            alone.append(
                {
                    key: {c: table.cells[c, "all"] for c in history.counties}
                    | {"": None if table.total is None else whole}
                    for key, (whole, table) in tables.items()
                }
            )
        wrong += narrowed(history, alone)[1]
    assert len(wrong) > 10
