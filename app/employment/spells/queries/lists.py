"""Lists of spells, read by key through the actor's scope; one spell; who waits to be found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.employment.spells.queries.counts import READ, Asked, Figure, Kept, due_rows, kept, level_at, rows_of
from app.kit.web.grouping import Grouping, month_of
from app.kit.web.whole_list import Whole, newest_whole
from models.access import Actor, Permission, visible_to
from models.employment.destination import Destination, Destinations
from models.employment.newcomer import Newcomer, NewcomerState
from models.employment.newcomer_batch import NewcomerBatch
from models.employment.spell import EmploymentSpell, SpellEvidence, SpellKind, going_on
from models.i18n import N_
from models.people.worker import Worker
from models.placement.evidence_paper import EvidencePaper, latest_papers
from models.placement.placement import Evidence

PAGE, SHEETS = 50, 10
S = EmploymentSpell
BEGAN = Grouping("month", N_("从哪个月"), S.began_on, "month", of_months=True)


@dataclass(frozen=True)
class Search:
    """What a list shows: the spells of a figure, or of a retention table's cell, or those going on."""

    on: date
    figure: Figure | None = None
    months: int | None = None
    became: Kept | None = None
    place: Destination | None = None
    kind: SpellKind | None = None
    level: Evidence | None = None
    employer_id: int | None = None
    ended: bool = False
    counted: bool = False
    month: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str], today: date) -> "Search":
        """From an address; what means nothing is left out."""
        return cls(
            on=_day(args.get("on", "")) or today,
            figure=_one_of(Figure, args.get("figure")),
            months={"3": 3, "6": 6}.get(args.get("months", "")),
            became=_one_of(Kept, args.get("became")),
            place=_one_of(Destination, args.get("place")),
            kind=_one_of(SpellKind, args.get("kind")),
            level=_level(args.get("level", "")),
            employer_id=int(number) if (number := args.get("employer", ""))[:9].isdecimal() else None,
            ended="ended" in args,
            counted=args.get("counted") == "1",
            month=month if month_of(month := args.get("month", "")[:7]) else "",
        )

    def filled(self) -> dict[str, Any]:
        """The same as parameters of an address."""
        told = {
            "on": self.on.isoformat(),
            "figure": self.figure,
            "months": self.months,
            "became": self.became,
            "place": self.place,
            "kind": self.kind,
            "level": None if self.level is None else int(self.level),
            "employer": self.employer_id,
            "ended": 1 if self.ended else None,
            "counted": 1 if self.counted else None,
            "month": self.month or None,
        }
        return {name: str(value) for name, value in told.items() if value is not None}

    @property
    def asked(self) -> Asked:
        """The part that narrows figures."""
        return Asked(self.on, self.kind, self.employer_id, self.counted)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _one_of(kind: Any, text: str | None) -> Any:
    return kind(text) if text in set(kind) else None


def _level(text: str) -> Evidence | None:
    return Evidence(int(text)) if text in {str(int(one)) for one in Evidence} else None


def statement(session: Session, actor: Actor, search: Search) -> Select[EmploymentSpell]:
    """The spells of ``search``, in no order."""
    rows = _rows(actor, search)
    if (within := BEGAN.within(search.month)) is not None:
        rows = rows.where(within)
    if search.place:
        rows = rows.where(Destinations(session, search.on).expression() == search.place.value)
    if search.level is not None:
        rows = rows.where(_shown(search) == int(search.level))
    return rows


def _shown(search: Search) -> ColumnElement[Any]:
    if search.months and search.figure is None:
        return func.coalesce(level_at(search.months), 0)
    return S.evidence_level.expression


def _rows(actor: Actor, search: Search) -> Select[EmploymentSpell]:
    if search.figure:
        return rows_of(actor, search.asked, search.figure)
    if search.months:
        rows = due_rows(actor, search.asked, search.months)
        return rows.where(kept(search.months) == search.became.value) if search.became else rows
    rows = visible_to(actor, select(S).where(*search.asked.narrowed), S, READ)
    return rows.where(S.ended_on.is_not(None) if search.ended else going_on(search.on))


def page(
    session: Session, actor: Actor, search: Search, before: int | None = None, size: int = PAGE
) -> tuple[list[EmploymentSpell], int | None]:
    """One page, the latest written first, and the key of the next."""
    numbers = statement(session, actor, search).with_only_columns(S.id).order_by(S.id.desc())
    if before:
        numbers = numbers.where(S.id < before)
    ids = list(session.scalars(numbers.limit(size + 1)))  # an index alone answers that
    rows = select(S).where(S.id.in_(ids[:size])).options(joinedload(S.worker)).order_by(S.id.desc())
    return list(session.scalars(rows)), ids[size - 1] if len(ids) > size else None


def whole(session: Session, actor: Actor, search: Search) -> Whole:
    """All rows of the list."""
    return newest_whole(statement(session, actor, search), S, visible_to(actor, select(S), S, READ))


def spell(session: Session, actor: Actor, number: int, permission: Permission = READ) -> S | None:
    """One spell that the actor may see, with its evidence."""
    rows = select(S).where(S.id == number).options(joinedload(S.worker), selectinload(S.evidence))
    return session.scalar(visible_to(actor, rows, S, permission))


def evidence(
    session: Session, actor: Actor, number: int, permission: Permission = READ
) -> SpellEvidence | None:
    """One piece of evidence of a spell that the actor may see."""
    rows = select(SpellEvidence).join(S).where(SpellEvidence.id == number)
    return session.scalar(visible_to(actor, rows, S, permission))


def papers(session: Session, shown: Sequence[SpellEvidence]) -> dict[int, EvidencePaper]:
    """The file of each piece of evidence, where there is one."""
    return latest_papers(session, EvidencePaper.spell_evidence_id, [one.id for one in shown])


def newcomers(
    session: Session, actor: Actor, state: NewcomerState, before: int | None = None
) -> tuple[list[Newcomer], int | None]:
    """One page of people told of by cities and enterprises, the latest first."""
    rows = visible_to(actor, select(Newcomer).where(Newcomer.state == state), Newcomer)
    if before:
        rows = rows.where(Newcomer.id < before)
    found = list(session.scalars(rows.order_by(Newcomer.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def in_register(session: Session, actor: Actor, rows: Sequence[Newcomer]) -> dict[int, Worker]:
    """Whom of ``rows`` the reader's own register has meanwhile, by number; of others' nothing is told."""
    digests = {one.id_digest: one.id for one in rows}
    if not digests:
        return {}
    found = select(Worker).where(Worker.id_digest.in_(digests), Worker.merged_into_id.is_(None))
    people = session.scalars(visible_to(actor, found, Worker, Permission.WORKER_READ))
    return {digests[person.id_digest]: person for person in people}


def newcomer_sheets(session: Session, actor: Actor) -> Sequence[NewcomerBatch]:
    """The latest sheets of people at work that the reader's end confirmed: each can be taken back."""
    rows = select(NewcomerBatch).where(NewcomerBatch.confirmed_at.is_not(None))
    own = visible_to(actor, rows, NewcomerBatch).order_by(NewcomerBatch.id.desc())
    return session.scalars(own.limit(SHEETS)).all()
