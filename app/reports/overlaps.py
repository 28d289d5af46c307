"""Figures of overlapping periods, told to those who may not see people: a month beside its quarter and its
year, new beside cumulative, a city beside its province.

Each figure is a table with its sums, and each hides what is small in itself. But August taken from September
is whoever went in September, and new taken from cumulative is whoever was there before. So of what is counted
from the first of January on only the whole is told, and only as far as it differs from everything told of
the year before by nobody or by ten at least; new and cumulative grow by the same people and are told
together. Of two figures of one day the smaller is one column of a table whose rows are the larger
(models/published.py). Reports come in the order in which they were drafted: the older one has been read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.numbers import FEW
from models.published import published

Shown = dict[str, int | None]
Values = Mapping[str, int]
# Counted from the first of January on: of two days of one year the later one holds the earlier one.
WHOLE, NEW = "year_province", "new_province"
CUMULATIVE = (WHOLE, NEW, "year_home", "year_elsewhere", "year_unknown_place")
# Of two figures of one day the second counts people of the first only.
WITHIN = {"at_work_province": "at_work_city", "stable3_province": "stable6_province"}


@dataclass(frozen=True)
class Counted:
    """The figures of people of one report: by key and county, "" for the whole. ``on`` is its last day."""

    on: date
    figures: Mapping[str, Values]


@dataclass
class _Year:
    """What was told of the wholes of one year, by key."""

    told: dict[str, list[int]] = field(default_factory=dict)

    def may_tell(self, keys: Sequence[str], values: Mapping[str, int]) -> bool:
        """Whether each of ``keys`` lies nowhere near what is known of it; nobody is known, too."""
        return all(
            not 0 < abs(values[key] - other) < FEW for key in keys for other in (0, *self.told.get(key, ()))
        )

    def note(self, keys: Sequence[str], values: Mapping[str, int]) -> None:
        for key in keys:
            self.told.setdefault(key, []).append(values[key])


def told_in_turn(reports: Sequence[Counted]) -> list[dict[str, Shown]]:
    """What is told of each report, by key and county, "" for the whole; None is hidden."""
    years: dict[int, _Year] = {}
    return [_told(report, years.setdefault(report.on.year, _Year())) for report in reports]


def _told(report: Counted, year: _Year) -> dict[str, Shown]:
    figures, shown = report.figures, dict[str, Shown]()
    wholes = {key: figures[key].get("", 0) for key in CUMULATIVE if key in figures}
    together = [key for key in (WHOLE, NEW) if key in wholes]
    for keys in (together, *([key] for key in wholes if key not in together)):
        is_told = year.may_tell(keys, wholes)
        if is_told:
            year.note(keys, wholes)
        for key in keys:
            is_hidden = not is_told or (key == NEW and 0 < wholes.get(WHOLE, 0) - wholes[NEW] < FEW)
            shown[key] = dict.fromkeys(figures[key])
            shown[key][""] = None if is_hidden else wholes[key]
    for outer, inner in WITHIN.items():
        if outer in figures and inner in figures:
            shown |= _nested(figures[outer], figures[inner], outer, inner)
    return shown | {key: alone(values) for key, values in figures.items() if key not in shown}


def _nested(outer: Values, inner: Values, outer_key: str, inner_key: str) -> dict[str, Shown]:
    counties = [county for county in outer if county]
    if not counties:  # no county of the programme: the wholes are all there is
        table = published({("", "in"): inner.get("", 0), ("", "out"): outer.get("", 0) - inner.get("", 0)})
        return {outer_key: {"": table.total}, inner_key: {"": table.cells["", "in"]}}
    table = published(
        {(county, "in"): inner.get(county, 0) for county in counties}
        | {(county, "out"): max(0, outer[county] - inner.get(county, 0)) for county in counties}
    )
    rows: Shown = {county: table.rows.get(county, 0) for county in counties}
    cells: Shown = {county: table.cells[county, "in"] for county in counties}
    return {outer_key: rows | {"": table.total}, inner_key: cells | {"": table.columns.get("in", 0)}}


def alone(values: Values) -> Shown:
    """One figure by county and in the whole, as it may be published by itself."""
    table = published({(county, "all"): value for county, value in values.items() if county})
    shown: Shown = {county: table.cells[county, "all"] for county in values if county}
    whole = values.get("", 0)
    hides = table.total is None or (not shown and 0 < whole < FEW)
    return shown | {"": None if hides else whole}
