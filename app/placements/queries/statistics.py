"""From register to staying, in persons: a person with three offers counts once, 未知 as nothing else."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, Role, visible_to
from models.i18n import Sentence
from models.numbers import FEW, figure, in_tens
from models.people.worker import Worker
from models.placement.placement import Evidence, FollowUp, Outcome, Placement, PlacementState
from models.published import published

# A word (such as a sentence takes for a value), a number of people, a remark: a row for kit.bars.
# None is not told.
Bar = tuple[Sentence | StrEnum | str, int | None, Sentence | str]
PROVEN = (Outcome.EMPLOYED,)
KEPT_LABELS = {3: Sentence("满三个月"), 6: Sentence("满六个月")}


@dataclass(frozen=True)
class Retention:
    """Persons who stayed, by months and evidence, and why people left. Rows for kit.bars."""

    evidence: list[Bar]
    reasons: list[Bar]


def funnel(session: Session, actor: Actor, today: date) -> list[Bar]:
    """(label, persons, remark) from register to six months, for the areas ``actor`` may read.

    The registered are counted only for those who read the register of the same areas: cities and enterprises
    begin at the offer, and so do auditors, whose register is one area's and whose placements are all of them.
    """
    bars: list[Bar] = []
    if counts_registered(actor):
        bars.append((Sentence("登记"), _registered(session, actor), ""))
    offered = Placement.state != PlacementState.INVITED
    bars += [
        (Sentence("已推荐"), _persons(session, actor, offered), ""),
        (Sentence("已录用"), _persons(session, actor, Placement.hired_on.is_not(None)), ""),
        (Sentence("已到岗"), _persons(session, actor, Placement.on_site_on.is_not(None)), ""),
    ]
    for months, word in KEPT_LABELS.items():
        kept, unknown = _kept(session, actor, months, today)
        bars.append((word, kept, Sentence("另 %(n)s 人未知", {"n": unknown}) if unknown else ""))
    return bars


def counts_registered(actor: Actor) -> bool:
    """Whether the funnel of ``actor`` begins with the register."""
    reads = actor.can(Permission.WORKER_READ) or actor.can(Permission.PERSON_OPEN)
    return reads and not actor.has_role(Role.AUDITOR)


def counted_under(actor: Actor) -> Permission:
    """What ``actor`` counts placements under: supervisors count though their lists of persons are closed."""
    counts = actor.can(Permission.STATISTICS_READ)
    return Permission.STATISTICS_READ if counts else Permission.PLACEMENT_READ


def _registered(session: Session, actor: Actor) -> int:
    statement = select(func.count()).select_from(Worker).where(Worker.merged_into_id.is_(None))
    counts = actor.can(Permission.STATISTICS_READ)
    under = Permission.STATISTICS_READ if counts else Permission.WORKER_READ
    return session.scalar(visible_to(actor, statement, Worker, under)) or 0


def _persons(session: Session, actor: Actor, condition: ColumnElement[bool]) -> int:
    statement = select(func.count(func.distinct(Placement.worker_id))).where(condition)
    return session.scalar(visible_to(actor, statement, Placement, counted_under(actor))) or 0


def _kept(session: Session, actor: Actor, months: int, today: date) -> tuple[int, int]:
    """Persons at work after ``months``, and persons of whom it is time to know but not known."""
    kept = _found(months, FollowUp.outcome.in_(PROVEN))
    known = _found(months, and_(FollowUp.outcome.is_not(None), FollowUp.outcome != Outcome.UNKNOWN))
    time_is_up = _found(months, FollowUp.due_on <= today)
    left_before = _found(months, Placement.left_on < FollowUp.due_on)
    unknown = and_(time_is_up, not_(or_(known, left_before)))
    return _persons(session, actor, kept), _persons(session, actor, unknown)


def _found(months: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(FollowUp.id)
        .where(FollowUp.placement_id == Placement.id, FollowUp.months == months, condition)
        .correlate(Placement)
        .exists()
    )


def retention(session: Session, actor: Actor) -> Retention:
    """Persons at work, by months and evidence, and why people left."""
    evidence = [_evidence_bar(*row) for row in _by_evidence(session, actor)]
    return Retention(evidence, reasons(session, actor))


def _evidence_bar(months: int, level: Evidence, persons: int | None) -> Bar:
    word = Sentence("%(months)s 个月 · %(evidence)s", {"months": months, "evidence": level})
    return word, persons, ""


def _by_evidence(session: Session, actor: Actor) -> list[tuple[int, Evidence, int]]:
    kept = (
        select(FollowUp.months, FollowUp.evidence, func.count(func.distinct(Placement.worker_id)))
        .join(Placement, FollowUp.placement_id == Placement.id)
        .where(FollowUp.outcome.in_(PROVEN))
        .group_by(FollowUp.months, FollowUp.evidence)
        .order_by(FollowUp.months, FollowUp.evidence.desc())
    )
    rows = session.execute(visible_to(actor, kept, Placement, counted_under(actor)))
    return [(months, Evidence(level), persons) for months, level, persons in rows]


@dataclass(frozen=True)
class PublishedRetention(Retention):
    """The same for those who may not see the persons; ``hidden`` are months whose sum may not be told."""

    hidden: frozenset[int]


def published_retention(session: Session, actor: Actor) -> PublishedRetention:
    """Persons at work by months and evidence, and why people left, so that no few are told or given away."""
    cells = {(months, level): persons for months, level, persons in _by_evidence(session, actor)}
    table = published(cells)
    evidence = [_evidence_bar(months, level, table.cells[months, level]) for months, level in cells]
    told = [
        (word, persons if persons and persons >= FEW else None, "")
        for word, persons, _ in reasons(session, actor)
    ]
    hidden = frozenset(months for months, persons in table.rows.items() if persons is None)
    return PublishedRetention(evidence, sorted(told, key=_few_last), hidden)


def _few_last(bar: Bar) -> tuple[int, str]:
    word, persons, _remark = bar
    return -(persons or 0), str(word)


def published_funnel(session: Session, actor: Actor, today: date, hidden: frozenset[int]) -> list[Bar]:
    """The funnel to the next ten, so that one figure less another tells of nobody.

    ``hidden``: months whose figure would give away what :func:`published_retention` hides.
    """
    withheld = {KEPT_LABELS[months] for months in hidden if months in KEPT_LABELS}
    return [
        (word, None if word in withheld or persons is None else in_tens(persons), _remark_in_tens(remark))
        for word, persons, remark in funnel(session, actor, today)
    ]


def _remark_in_tens(remark: Sentence | str) -> Sentence | str:
    if not isinstance(remark, Sentence) or not remark:
        return remark
    about = in_tens(remark.params["n"])
    return Sentence("另约 %(n)s 人未知", {"n": figure(about)}) if about else ""


def reasons(session: Session, actor: Actor) -> list[Bar]:
    """Why people left, in persons, the most frequent reason first."""
    persons = func.count(func.distinct(Placement.worker_id))
    statement = (
        select(Placement.leave_reason, persons)
        .where(Placement.leave_reason.is_not(None))
        .group_by(Placement.leave_reason)
        .order_by(persons.desc())
    )
    rows = session.execute(visible_to(actor, statement, Placement, counted_under(actor)))
    return [(reason, count, "") for reason, count in rows if reason]
