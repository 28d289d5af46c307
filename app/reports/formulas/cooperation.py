"""Money, meetings and projects of the cooperation, by its ledger's postings and its registers' lines
(粤办发〔2016〕32号 6, 10, 12)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_, select

from app.reports.formulas.question import Formula, Part, Question, row_columns
from models.access import visible_to
from models.asked_day import day_after
from models.cooperation.entry import EntryState, RegisterEntry
from models.cooperation.fund import FundPosting, FundStep

P, E = FundPosting, RegisterEntry
Rows = Callable[[Question], Select[Any]]
HAPPENED = (EntryState.DONE, EntryState.ACCEPTED)


def _money(steps: tuple[FundStep, ...], back: tuple[FundStep, ...] = (), of_helper: bool = False) -> Rows:
    """Fen of ``steps`` in the year less those of ``back``; ``of_helper``: only what the pair's city sent.

    What has come into a county has lost its sender: the ledger keeps the proportion of the sources alone.
    """

    def rows(asked: Question) -> Select[Any]:
        amount = case((P.step.in_(back), -P.amount_fen), else_=P.amount_fen)
        told = select(*row_columns(P.county_code, P.id, P.id, amount=amount)).where(
            P.step.in_((*steps, *back)), P.posted_on.between(asked.since, asked.on)
        )
        if of_helper:
            told = told.where(P.payer_code == asked.pair.helper_code)
        return visible_to(asked.pair.viewer, told, P)

    return rows


def between_both(asked: Question, rows: Select[Any]) -> Select[Any]:
    """Lines of the two ends of the pair that were not given up."""
    own = rows.where(E.city_code == asked.pair.helper_code, E.state != EntryState.CANCELLED)
    return visible_to(asked.pair.viewer, own, E)


def _by_state(counted: ColumnElement[bool], otherwise: Part) -> ColumnElement[str]:
    return case((counted, Part.COUNTED.value), else_=otherwise.value)


def meetings(asked: Question) -> Select[Any]:
    """Meetings and visits of the year; whether one took place whose line nobody has ended is not known."""
    part = _by_state(E.state.in_(HAPPENED), Part.UNKNOWN)
    rows = select(*row_columns(E.place_code, E.id, E.id, part)).where(
        E.register.in_(("meetings", "visits")), E.held_on.between(asked.since, asked.on)
    )
    return between_both(asked, rows)


def projects_accepted(asked: Question) -> Select[Any]:
    """Of the projects to be worked on in the year: those that somebody else has accepted by the day."""
    accepted = (E.state == EntryState.ACCEPTED) & (E.state_since < day_after(asked.on))
    rows = select(*row_columns(E.place_code, E.id, E.id, _by_state(accepted, Part.WHOLE))).where(
        E.register == "projects",
        E.due_on >= asked.since,
        or_(E.held_on.is_(None), E.held_on <= asked.on),
    )
    return between_both(asked, rows)


FORMULAS = (
    Formula("funds_arrived", P.__tablename__, _money((FundStep.APPROPRIATE,), of_helper=True)),
    Formula("funds_allocated", P.__tablename__, _money((FundStep.ALLOCATE,), (FundStep.TAKE_BACK,))),
    Formula(
        "funds_paid",
        P.__tablename__,
        _money((FundStep.PAY, FundStep.SUBSIDY), (FundStep.REVERSE, FundStep.SUBSIDY_BACK)),
    ),
    Formula("meetings", E.__tablename__, meetings),
    Formula("projects_accepted", E.__tablename__, projects_accepted),
)
