"""Whether a person was still there after so many months: one definition for scorecards and tables."""

from datetime import date
from typing import Any

from models.placement.placement import Outcome, PlacementState
from models.reference.calendar import months_after

ARRIVED = (PlacementState.ON_SITE, PlacementState.STAYED, PlacementState.LEFT)
STAY_MONTHS = (3, 6)


def stayed(row: Any) -> dict[int, bool]:
    """For 3 and 6 months whether the person was there; a month that is missing is unknown.

    ``row`` has state, on_site_on, left_on, and as ``third`` and ``sixth`` what the follow-ups said. A person
    who was hired and never came did not stay; after a no of either side the question does not arise.
    """
    if row.state is PlacementState.NOT_ARRIVED:
        return dict.fromkeys(STAY_MONTHS, False)
    if row.state not in ARRIVED:
        return {}
    there = {3: was_there(row, 3, row.third), 6: was_there(row, 6, row.sixth)}
    if there[6]:
        there[3] = True
    if there[3] is False:
        there[6] = False
    return {months: was for months, was in there.items() if was is not None}


def was_there(row: Any, months: int, seen: Outcome | None) -> bool | None:
    """By the day of leaving where it is known, else by the follow-up; None while neither tells."""
    if row.state is PlacementState.STAYED:
        return True
    if row.left_on and row.on_site_on:
        left_on: date = row.left_on
        return left_on > months_after(row.on_site_on, months)
    return None if seen in (None, Outcome.UNKNOWN) else seen is Outcome.EMPLOYED
