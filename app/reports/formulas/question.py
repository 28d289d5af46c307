"""What a formula is asked, and what it answers."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, literal
from sqlalchemy.orm import Session

from app.reports.pairs import Pair, pairing_day
from models.asked_day import year_begin
from models.employment.destination import Destinations
from models.i18n import N_


class Part(enum.StrEnum):
    """What a row is in a figure: counted, only among those who could be, or nobody knows."""

    COUNTED = "counted"
    WHOLE = "whole"
    UNKNOWN = "unknown"


PART_LABELS = {Part.COUNTED: N_("算在内"), Part.WHOLE: N_("不算在内"), Part.UNKNOWN: N_("未知")}


@dataclass(frozen=True)
class Basis:
    """What all figures of a pair and a day share: read and built once, not figure by figure."""

    session: Session
    pair: Pair
    on: date

    @cached_property
    def destination(self) -> ColumnElement[str]:
        """Where a spell's person went, by the pairings of the day (of the last one of a pairing that ended).

        Only the pairings of the pair's recipient: nobody else's people are counted.
        """
        return self.destinations.expression()

    @cached_property
    def destinations(self) -> Destinations:
        """The pairings that say it."""
        on = pairing_day(self.session, self.pair, self.on)
        return Destinations(self.session, on, self.pair.recipient_code)


@dataclass(frozen=True)
class Question:
    """Of which pair, as of which day, from which evidence on, of which key.

    ``day``: in the place of the basis's own; the statement is then one for all days of the same pairings.
    """

    basis: Basis
    key: str
    least_evidence: int = 0
    day: Any = None

    @property
    def pair(self) -> Pair:
        return self.basis.pair

    @property
    def on(self) -> Any:
        """A date, or the place of one."""
        return self.basis.on if self.day is None else self.day

    @property
    def since(self) -> Any:
        """The first day of the year that is counted."""
        return year_begin(self.on)


def row_columns(county: Any, subject: Any, once: Any, part: Any = Part.COUNTED, amount: Any = 1) -> list[Any]:
    """The columns of every formula (app/reports/formulas); a plain value is that of all rows."""
    return [
        (literal(county) if isinstance(county, str) else county).label("county_code"),
        subject.label("subject_id"),
        cast(once, String).label("once"),
        (literal(part.value) if isinstance(part, Part) else part).label("part"),
        (literal(amount) if isinstance(amount, int) else amount).label("amount"),
    ]


@dataclass(frozen=True)
class Formula:
    """``rows`` makes the statement; ``subject`` is the table of its rows."""

    key: str
    subject: str
    rows: Callable[[Question], Select[Any]]
