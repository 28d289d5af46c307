"""The rows behind a figure, each with the person or class it is of, as far as the reader may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.reports.counting import AMOUNT, COUNTY, PART, SUBJECT, Row, count
from app.reports.formulas import Part
from app.reports.keeping import frozen_figures
from app.reports.overlaps import Counted, Shown, alone, told_in_turn
from app.reports.pairs import Pair
from models.access import Actor, Permission, visible_to
from models.cooperation.entry import RegisterEntry
from models.cooperation.entry_person import EntryPerson
from models.cooperation.fund import FundPosting
from models.employment.spell import EmploymentSpell
from models.i18n import Sentence
from models.people.worker import Worker
from models.reference.dated_fact import Pairing
from models.reports.indicator import FigureUnit, Indicator
from models.reports.report import Cell, Figures, Report
from models.reports.told_figure import ToldFigure
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment
from models.training.subsidy import LedgerEntry
from models.training.training_class import TrainingClass

PAGE = 50
OF_PEOPLE = (FigureUnit.PEOPLE, FigureUnit.TIMES)
_P = Permission
# By table: the model, what opens its rows to a reader (None: they are everybody's), and what is read along.
MODELS: dict[str, tuple[Any, Permission | None, tuple[str, ...]]] = {
    "employment_spell": (EmploymentSpell, _P.PLACEMENT_READ, ("worker",)),
    "enrolment": (Enrolment, _P.ENROLMENT_READ, ("worker", "training_class")),
    "certificate": (Certificate, _P.ENROLMENT_READ, ("worker",)),
    "worker": (Worker, _P.WORKER_READ, ()),
    "cohort": (TrainingClass, _P.TRAINING_READ, ()),
    "ledger_entry": (LedgerEntry, _P.CLAIM_READ, ()),
    "fund_posting": (FundPosting, _P.FUND_READ, ("item",)),
    "entry_person": (EntryPerson, _P.WORKER_READ, ("worker", "entry")),
    "pairing": (Pairing, None, ()),
    "register_entry": (RegisterEntry, _P.COOPERATION_READ, ()),
    "told_figure": (ToldFigure, _P.REPORT_READ, ()),
}


@dataclass(frozen=True)
class Line:
    """One row for a reader: whose it is and what it says; both "" where it is not in the reader's scope."""

    county_code: str
    part: Part
    amount: int
    name: str = ""
    what: Sentence | None = None


@dataclass(frozen=True)
class Behind:
    """The rows that a figure counts, and the table they are of."""

    subject: str
    rows: list[Row]


def rows_behind(session: Session, report: Report, indicator: Indicator) -> Behind:
    """The rows that a report's figure counts: those kept with it, or, before it is frozen, those of now."""
    if report.is_frozen:
        kept = frozen_figures(session, report)[indicator.key]
        return Behind(kept.subject, list(kept.rows))
    now = count(session, Pair(report.helper_code, report.recipient_code), report.on, indicator)
    return Behind(now.subject, now.rows)


def chosen(rows: Iterable[Row], county: str, part: str) -> list[Row]:
    """Those of one county and one part; "" for any."""
    return [row for row in rows if county in ("", row[COUNTY]) and part in ("", row[PART])]


def told_lines(session: Session, actor: Actor, subject: str, rows: Sequence[Row]) -> list[Line]:
    """``rows`` of the table ``subject`` with what the reader may see of each."""
    model, permission, along = MODELS[subject]
    seen: dict[int, Any] = {}
    numbers = [row[SUBJECT] for row in rows]
    for start in range(0, len(numbers), 500):
        wanted = select(model).where(model.id.in_(numbers[start : start + 500]))
        for name in along:
            wanted = wanted.options(joinedload(getattr(model, name)))
        if permission is not None:
            wanted = visible_to(actor, wanted, model, permission)
        seen |= {one.id: one for one in session.scalars(wanted).unique()}
    return [_line(row, seen.get(row[SUBJECT])) for row in rows]


def _line(row: Row, one: Any) -> Line:
    county, part, amount = row[COUNTY], Part(row[PART]), row[AMOUNT]
    if one is None:
        return Line(county, part, amount)
    return Line(county, part, amount, _name(one), _what(one))


def _name(one: Any) -> str:
    if isinstance(one, Worker | TrainingClass):
        return one.name
    if isinstance(one, ToldFigure):
        return one.document
    if isinstance(one, FundPosting):
        return one.item.name if one.item else one.document
    if isinstance(one, RegisterEntry):
        return one.title
    if isinstance(one, Pairing):
        return f"{one.helper_name}—{one.recipient_name}"
    return one.payee if isinstance(one, LedgerEntry) else str(one.worker.name)


def _what(one: Any) -> Sentence | None:
    if isinstance(one, EmploymentSpell):
        until = one.ended_on or Sentence("至今")
        return Sentence(
            "%(where)s，%(began)s—%(until)s", {"where": one.name, "began": one.began_on, "until": until}
        )
    if isinstance(one, Enrolment):
        return Sentence("%(class)s，%(state)s", {"class": one.training_class.name, "state": one.state})
    if isinstance(one, TrainingClass):
        return Sentence("%(began)s开班，%(state)s", {"began": one.starts_on, "state": one.state})
    if isinstance(one, Certificate):
        return Sentence("%(skill)s，%(day)s发证", {"skill": one.occupation_name, "day": one.issued_on})
    if isinstance(one, FundPosting):
        return Sentence("%(day)s，%(step)s", {"day": one.posted_on, "step": one.step})
    if isinstance(one, RegisterEntry):
        return Sentence("%(day)s，%(state)s", {"day": one.held_on or one.due_on, "state": one.state})
    if isinstance(one, EntryPerson):
        return Sentence("%(school)s，%(day)s起", {"school": one.entry.title, "day": one.joined_on})
    if isinstance(one, Pairing):
        until = one.valid_to or Sentence("至今")
        return Sentence("%(began)s—%(until)s", {"began": one.valid_from, "until": until})
    if isinstance(one, LedgerEntry):
        return Sentence("%(day)s拨付，凭证 %(voucher)s", {"day": one.paid_on, "voucher": one.voucher})
    return Sentence("截至%(day)s", {"day": one.on}) if isinstance(one, ToldFigure) else None


def as_shown(cells: dict[str, Cell], indicator: Indicator, exact: bool) -> dict[str, int | None]:
    """Values by county and in the whole (""); None is hidden (models/published.py)."""
    if exact or indicator.unit not in OF_PEOPLE:
        return {county: cell[0] for county, cell in cells.items()}
    return alone({county: cell[0] for county, cell in cells.items()})


def figures_shown(
    session: Session, report: Report, definitions: Sequence[Indicator], exact: bool
) -> dict[str, Shown]:
    """Every figure of a report by county and in the whole; None is hidden, of what counts people also for
    what the pair's other reports of the year tell (app/reports/overlaps.py). Another version of the same
    report is told as if it were the first."""
    plain: dict[str, Shown] = {
        key: {county: cell[0] for county, cell in cells.items()} for key, cells in report.figures.items()
    }
    if exact:
        return plain
    people = {one.key for one in definitions if one.unit in OF_PEOPLE}
    before = session.execute(
        select(Report.on, Report.figures)
        .where(
            Report.helper_code == report.helper_code,
            Report.recipient_code == report.recipient_code,
            Report.on.between(date(report.on.year, 1, 1), date(report.on.year, 12, 31)),
            Report.id < report.id,
            ~((Report.kind == report.kind) & (Report.on == report.on)),
        )
        .order_by(Report.id)
    )
    turns = [_of_people(on, figures, people) for on, figures in [*before, (report.on, report.figures)]]
    return plain | told_in_turn(turns)[-1]


def _of_people(on: date, figures: Figures, people: set[str]) -> Counted:
    cells = {key: {county: cell[0] for county, cell in figures[key].items()} for key in figures}
    return Counted(on, {key: values for key, values in cells.items() if key in people})
