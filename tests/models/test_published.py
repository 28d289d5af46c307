"""T19: what a published table hides cannot be worked out, whatever sums stand beside it."""

import random
from itertools import product

import numpy as np
import pytest

from models.numbers import FEW
from models.published import PublishedTable, published, published_parts
from tests.whole import share

Cells = dict[tuple[int, int], int]
# ``make test-whole`` looks at all three hundred.
TABLES = share(75, 300)


def random_table(seed: int) -> Cells:
    """Three to six homes, two to five cities, many small groups and empty ones, a few large."""
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 6), rng.randint(1, 5)
    sizes = (0, 0, 1, 2, 3, 5, 7, 9, 9, 10, 11, 14, 20, 35, 120, 900)
    return {key: rng.choice(sizes) for key in product(range(rows), range(columns))}


def figures(
    cells: Cells, table: PublishedTable[int, int]
) -> tuple[list[int], list[int | None], list[list[int]]]:
    """All figures, true and told, and the equations between them: what a reader has."""
    rows, columns = sorted(table.rows), sorted(table.columns)
    keys = [key for key in cells if cells[key]]
    true = [cells[key] for key in keys]
    told = [table.cells[key] for key in keys]
    true += [sum(cells[key] for key in keys if key[0] == row) for row in rows]
    true += [sum(cells[key] for key in keys if key[1] == column) for column in columns]
    true.append(sum(cells.values()))
    told += [*(table.rows[row] for row in rows), *(table.columns[one] for one in columns), table.total]
    sums = []
    for side, codes, first in ((0, rows, len(keys)), (1, columns, len(keys) + len(rows))):
        for place, code in enumerate(codes):
            line = [int(key[side] == code) for key in keys] + [0] * (len(rows) + len(columns) + 1)
            line[first + place] = -1
            sums.append(line)
        line = [0] * len(true)
        line[first : first + len(codes)] = [1] * len(codes)
        line[-1] = -1
        sums.append(line)
    return true, told, sums


def attack(seed: int) -> tuple[int, list[str]]:
    """How many figures a table hides, and which of the small ones a linear program narrows."""
    from scipy.optimize import linprog

    cells = random_table(seed)
    table = published(cells)
    true, told, sums = figures(cells, table)
    if not true[-1]:
        return 0, []
    # A reader knows that nothing hidden is empty.
    bounds = [(1, None) if figure is None else (figure, figure) for figure in told]
    wrong = []
    for place, (figure, shown) in enumerate(zip(true, told, strict=True)):
        if figure >= FEW:
            continue
        assert shown is None
        aim = np.zeros(len(true))
        aim[place] = 1
        ends = []
        for sign in (1, -1):
            found = linprog(sign * aim, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs")
            assert found.status in (0, 3), found.message
            ends.append(found.fun * sign if found.status == 0 else np.inf)
        cells_of_it = 1 if place < len(true) - len(table.rows) - len(table.columns) - 1 else None
        least = cells_of_it or _filled(place, cells, table)
        if ends[0] > least + 1e-6 or ends[1] < FEW - 1e-6:
            wrong.append(f"table {seed}: {figure} lies between {ends[0]:g} and {ends[1]:g}")
    return sum(figure is None for figure in told), wrong


def _filled(place: int, cells: Cells, table: PublishedTable[int, int]) -> int:
    """How many cells a sum is made of: each is known to hold somebody."""
    filled = [key for key in cells if cells[key]]
    lines = [*((0, row) for row in sorted(table.rows)), *((1, column) for column in sorted(table.columns))]
    number = place - len(filled)
    if number == len(lines):
        return len(filled)
    side, code = lines[number]
    return sum(key[side] == code for key in filled)


@pytest.mark.parametrize("part", range(3))
def test_a_linear_program_narrows_no_small_group_of_random_tables(part: int) -> None:
    hidden, wrong = 0, []
    for seed in range(part, TABLES, 3):
        here, narrowed = attack(seed)
        hidden += here
        wrong += narrowed
    assert wrong == []
    assert hidden > TABLES


def test_what_gives_nothing_away_is_told() -> None:
    table = published({("a", "w"): 12, ("b", "x"): 30})
    assert table.cells == {("a", "w"): 12, ("b", "x"): 30}
    assert (table.rows, table.columns, table.total) == ({"a": 12, "b": 30}, {"w": 12, "x": 30}, 42)


def test_a_small_group_alone_hides_every_sum_that_is_it() -> None:
    table = published({("a", "w"): 3})
    assert (table.cells, table.rows, table.columns, table.total) == (
        {("a", "w"): None},
        {"a": None},
        {"w": None},
        None,
    )


def test_a_large_table_hides_little_beside_the_small_and_is_quick() -> None:
    rng = random.Random(7)
    cells = {key: rng.choice((0, 0, 3, 12, 40, 300)) for key in product(range(21), range(21))}
    table = published(cells)
    small = sum(0 < persons < FEW for persons in cells.values())
    beside = sum(told is None for told in table.cells.values()) - small
    assert beside < small
    assert table.total == sum(cells.values())


def test_a_hidden_part_does_not_follow_from_the_whole_and_the_other_parts() -> None:
    told = published_parts({"pay": 30, "far": 12, "health": 4})
    assert told == {"pay": 30, "far": None, "health": None}
    assert 46 - sum(persons or 0 for persons in told.values()) - 1 >= FEW  # with one of the other, ten of it
    assert published_parts({"pay": 30, "health": 4})["pay"] is None
    assert published_parts({"pay": 30, "far": 12}) == {"pay": 30, "far": 12}
    assert published_parts({"health": 4}) == {"health": None}
