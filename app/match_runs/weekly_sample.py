"""What a draft finds: asked of a week's sample, in which hidden answers have changed places among ten people.

Whoever may change a draft as he likes can put the edge of any band beside any one person. So there is no such
person: half of the candidates are drawn, the same for everybody all week; in each county those next to each
other by education and age stand together, ten or more; and within such a group the hidden answers (health,
wage, nights ...) change places, each rule's apart from the others'. A requirement is met by as many as
before, and what can be read of one row was said by one of ten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from app.match_runs.candidate_pool import CandidatePool
from app.match_runs.constraint_counts import ASK, ConstraintCounts, rules_in_order, unknown_under
from matching import NOT_WAIVABLE, Order, unpack_bits
from models.match_run import SAMPLED_OF
from models.numbers import FEW
from models.vault import digest

# What a masked row of a list shows anyway stays with its row.
SHOWN = ("placed", "legal_age", "age", "education")


@dataclass(frozen=True)
class _Sample:
    """``rows`` of the pool, in the order of their groups; ``group`` is the number of each row's group."""

    week: str
    numbers: np.ndarray
    rows: np.ndarray
    group: np.ndarray

    def places(self, rule: str) -> np.ndarray:
        """Whose answer each row gives under a rule."""
        if rule in SHOWN:
            return self.rows
        drawn = _drawn(self.week, rule, self.numbers)[self.rows]
        return self.rows[np.lexsort((drawn, self.group))]


def sample_counts(pool: CandidatePool, order: Order, day: date) -> ConstraintCounts:
    """How the rules of ``order`` part the sample of the week of ``day``: its own numbers, not those of all.

    Drawn under the key of digests: who is in it can be told neither from a number nor from a week before.
    """
    year, number, _weekday = day.isocalendar()
    sample = _sample(pool, f"{year}:{number}")
    passing: dict[str, np.ndarray] = {}
    unknown: dict[str, np.ndarray] = {}
    passes = [part.workers.passing(order) for part in pool.parts]
    for rule in passes[0] if passes else ():
        places = sample.places(rule)
        passing[rule] = _bits(pool, [of_part[rule] for of_part in passes])[places]
        unknown[rule] = _bits(pool, [unknown_under(part, order, rule) for part in pool.parts])[places]
    return _counted(passing, unknown, len(sample.rows))


def _sample(pool: CandidatePool, week: str) -> _Sample:
    numbers = np.concatenate([part.numbers for part in pool.parts])
    inside = _bits(pool, [part.workers.mask for part in pool.parts])
    rows = np.flatnonzero(inside & (_drawn(week, "who", numbers) < 1 / SAMPLED_OF))
    county = _ordered(pool, "county_code", str)[rows]
    education = _ordered(pool, "education", int)[rows]
    born = _ordered(pool, "birth_date", date.toordinal)[rows]
    beside = np.lexsort((_drawn(week, "beside", numbers)[rows], born, education, county))
    rows, county = rows[beside], county[beside]
    group = _groups_of_ten(county)
    return _Sample(week, numbers, rows[group >= 0], group[group >= 0])


def _groups_of_ten(county: np.ndarray) -> np.ndarray:
    """The number of each row's group, for rows county by county; -1 in a county of fewer than ten."""
    _codes, first, size = np.unique(county, return_index=True, return_counts=True)
    place = np.arange(len(county)) - np.repeat(first, size)
    groups = np.repeat(size // FEW, size)
    group = np.repeat(first, size) + np.minimum(place // FEW, groups - 1)
    return np.where(groups > 0, group, -1)


def _drawn(week: str, what: str, numbers: np.ndarray) -> np.ndarray:
    """A figure from 0 to 1 for each worker's number, the same all week."""
    if not len(numbers):
        return np.empty(0)
    key = int(digest(f"sample of a week:{week}:{what}")[:32], 16)
    drawn = np.random.Generator(np.random.Philox(key=key)).random(int(numbers.max()) + 1)
    return np.asarray(drawn[numbers])


def _ordered(pool: CandidatePool, name: str, key: Callable[[Any], Any]) -> np.ndarray:
    """A column of all rows as whole numbers in the order of its values; -1 for unknown."""
    columns = [part.workers.frame.columns[name] for part in pool.parts]
    keys = {key(value) for column in columns for value in column.values if value not in (None, "")}
    rank = {value: place for place, value in enumerate(sorted(keys))}
    ranked = [
        np.array([-1 if value in (None, "") else rank[key(value)] for value in column.values], np.int64)
        for column in columns
    ]
    pairs = zip(ranked, columns, strict=True)
    cells: np.ndarray = np.concatenate(
        [of_value[column.codes] if len(of_value) else column.codes for of_value, column in pairs]
    )
    return cells


def _bits(pool: CandidatePool, words: list[np.ndarray]) -> np.ndarray:
    """Bits of all parts as one row of yes and no."""
    return np.concatenate(
        [unpack_bits(of_part, len(part.numbers)) for of_part, part in zip(words, pool.parts, strict=True)]
    )


def _counted(passing: dict[str, np.ndarray], unknown: dict[str, np.ndarray], people: int) -> ConstraintCounts:
    counts, left = ConstraintCounts(), np.ones(people, bool)
    for rule, passed in passing.items():
        stopped, left = left & ~passed, left & passed
        for reason, group in ((rule, stopped & ~unknown[rule]), (ASK + rule, stopped & unknown[rule])):
            counts.reasons[reason] = int(group.sum())
        if rule in NOT_WAIVABLE:
            continue
        others = [bits for other, bits in passing.items() if other != rule]
        alone = np.logical_and.reduce([~passed, *others])
        counts.costs.append({"rule": rule, "alone": int(alone.sum()), "touched": int((~passed).sum())})
    counts.asked = [cost["rule"] for cost in counts.costs]
    counts.fitting = int(left.sum())
    counts.reasons = rules_in_order(counts.reasons)
    return counts
