"""Before two records become one: what stands against it, what has to be confirmed, and what it brings.

The rules of one job, one class at a time, one application and one payment a year belong to the person. Where
the two records have broken one between them, that is said here, before the decision and not after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake.merging import counts, missing_fields, stuck_rows
from app.workers.personal_data.queries.record import has_open_case
from app.workers.roster.fields import BY_NAME
from models.audit import subject_name
from models.cooperation.work_subsidy import SubsidyLine
from models.i18n import N_, Sentence
from models.numbers import yuan
from models.people.intake import Duplicate, DuplicateState
from models.people.worker import Worker, WorkerState
from models.placement.placement import HOLDING, OPEN_OFFERS, Placement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import ATTENDED, Attendance, Lesson
from models.training.subsidy import SCHEME_LABELS, ClaimLine
from models.user import User
from models.workflow import Obstacle

TWO_JOBS = N_(
    "两条记录都有岗位：%(one)s（%(first)s）和%(two)s（%(second)s）。"
    "一个人只能有一份工，请先给其中一个登记离职或没有到岗。"
)
TWO_SEATS = N_("两条记录都在班：“%(one)s”和“%(two)s”。一个人同时只能在一个班，请先给其中一个办退学。")
TWO_CASES = Sentence("两条记录都有没办完的落户申请。一个人同时只办一件，请先撤回其中一件。")
CLOSED_KEPT = Sentence("要保留的这一条已经“不再服务”，另一条有正在办的岗位。请保留另一条，或先重新服务。")
ACCOUNT_ENDS = Sentence("并走的那条记录的本人账号会停用；本人要用，请判定以后给他打账号单。")


@dataclass(frozen=True)
class Weighed:
    """``against`` bars the decision, ``asked`` has to be confirmed with it, ``brings`` says what moves.

    An obstacle's place is the row that has to be settled, as the audit names it.
    """

    against: list[Obstacle] = field(default_factory=list)
    asked: list[Sentence] = field(default_factory=list)
    brings: list[Sentence] = field(default_factory=list)


def weigh(session: Session, kept: Worker, gone: Worker) -> Weighed:
    """What merging ``gone`` into ``kept`` would mean now."""
    return Weighed(
        list(_against(session, kept, gone)),
        list(_asked(session, kept, gone)),
        list(_brings(session, kept, gone)),
    )


# --- what bars it ---------------------------------------------------------------------------------------


def _against(session: Session, kept: Worker, gone: Worker) -> Iterator[Obstacle]:
    mine, theirs = (_placements(session, one) for one in (kept, gone))
    held, other = (next((p for p in some if p.state in HOLDING), None) for some in (mine, theirs))
    if held and other:
        told = {
            "one": held.order.title,
            "first": held.order.enterprise.name,
            "two": other.order.title,
            "second": other.order.enterprise.name,
        }
        yield Obstacle(Sentence(TWO_JOBS, told), subject_name(other))
    offered = {p.order_id for p in mine if p.state in OPEN_OFFERS}
    for placement in theirs:
        if placement.state in OPEN_OFFERS and placement.order_id in offered:
            title = {"title": placement.order.title}
            sentence = Sentence("两条记录都在谈“%(title)s”，请先撤回其中一个推荐。", title)
            yield Obstacle(sentence, subject_name(placement))
    if kept.state is WorkerState.CLOSED and any(p.state in (*OPEN_OFFERS, *HOLDING) for p in theirs):
        yield Obstacle(CLOSED_KEPT, subject_name(kept))
    seats = [next((e for e in _enrolments(session, one) if _sits(e)), None) for one in (kept, gone)]
    if all(seats):
        one, two = (seat.training_class for seat in seats if seat)
        yield Obstacle(Sentence(TWO_SEATS, {"one": one.name, "two": two.name}), subject_name(two))
    if has_open_case(session, kept) and has_open_case(session, gone):
        yield Obstacle(TWO_CASES)


def _placements(session: Session, worker: Worker) -> list[Placement]:
    return list(session.scalars(select(Placement).where(Placement.worker_id == worker.id)))


def _enrolments(session: Session, worker: Worker) -> list[Enrolment]:
    return list(session.scalars(select(Enrolment).where(Enrolment.worker_id == worker.id)))


def _sits(enrolment: Enrolment) -> bool:
    return enrolment.state is EnrolmentState.ENROLLED


# --- what is asked --------------------------------------------------------------------------------------


def _asked(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    yield from _paid_twice(session, kept, gone)
    yield from _subsidy_twice(session, kept, gone)
    yield from _same_days(session, kept, gone)
    yield from _two_jobs(session, kept, gone)
    for number in stuck_rows(session, Enrolment.__table__, gone.id, kept.id):  # type: ignore[arg-type]
        name = session.get_one(Enrolment, number).training_class.name
        yield Sentence(
            "两条记录都在“%(name)s”的名单里：这一条的学员记录留在原处，从这个人的经过里看得到。",
            {"name": name},
        )
    if session.scalar(select(User.id).where(User.worker_id == gone.id, User.is_active)):
        yield ACCOUNT_ENDS
    yield from _judged_apart(session, kept, gone)


def _paid_twice(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    """Lines of one subsidy and year for both records: the second payment is asked back."""
    mine, theirs = (_claimed(session, one) for one in (kept, gone))
    for one, two in product(mine, theirs):
        if (one.scheme, one.year) != (two.scheme, two.year):
            continue
        told = {"year": one.year, "scheme": Sentence(SCHEME_LABELS[one.scheme])}
        if one.paid_on and two.paid_on:
            second = max(one, two, key=lambda line: (line.paid_on, line.id))
            yield Sentence(
                "%(year)s 年的%(scheme)s两条记录都领过：后领的 %(sum)s（%(number)s）列入待追回。",
                told | {"sum": yuan(second.amount_fen), "number": second.claim.number},
            )
        else:
            numbers = {"one": one.claim.number, "two": two.claim.number}
            yield Sentence(
                "%(year)s 年的%(scheme)s两条记录都在申报（%(one)s、%(two)s）：只补一笔，另一笔会被剔除。",
                told | numbers,
            )


def _subsidy_twice(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    """A travel or retention subsidy of one year on lists for both records."""
    mine, theirs = (_listed(session, one) for one in (kept, gone))
    for one, two in product(mine, theirs):
        if (one.paper.kind, one.paper.year) != (two.paper.kind, two.paper.year):
            continue
        told = {"year": one.paper.year, "kind": one.paper.kind, "sum": yuan(two.amount_fen)}
        if one.paid_on and two.paid_on:
            yield Sentence("%(year)s 年的%(kind)s两条记录都领过：后领的 %(sum)s列入待追回。", told)
        else:
            yield Sentence("%(year)s 年的%(kind)s两条记录都列了名单：只发一笔，没支付的要重列。", told)


def _listed(session: Session, worker: Worker) -> list[SubsidyLine]:
    rows = select(SubsidyLine).where(SubsidyLine.worker_id == worker.id, SubsidyLine.payment_key.is_not(None))
    return list(session.scalars(rows))


def _claimed(session: Session, worker: Worker) -> list[ClaimLine]:
    statement = (
        select(ClaimLine)
        .join(Enrolment, Enrolment.id == ClaimLine.enrolment_id)
        .where(Enrolment.worker_id == worker.id, ClaimLine.payment_key.is_not(None))
    )
    return list(session.scalars(statement))


def _same_days(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    """Days on which both were marked present in different classes."""
    mine, theirs = (_days(session, one) for one in (kept, gone))
    days = {day for (day, name), (other, second) in product(mine, theirs) if day == other and name != second}
    if days:
        yield Sentence(
            "两条记录有 %(n)s 天在两个班都记了到课（最早 %(day)s）。这些天的补贴会被剔除，请核实。",
            {"n": len(days), "day": min(days)},
        )


def _days(session: Session, worker: Worker) -> set[tuple[date, int]]:
    statement = (
        select(Lesson.held_on, Lesson.class_id)
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Enrolment.worker_id == worker.id, Attendance.presence.in_(ATTENDED))
    )
    return {(day, number) for day, number in session.execute(statement)}


def _two_jobs(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    """Spells at work that overlap."""
    mine, theirs = ([p for p in _placements(session, one) if p.on_site_on] for one in (kept, gone))
    for one, two in product(mine, theirs):
        begins, ends = max(_first(one), _first(two)), min(one.left_on or date.max, two.left_on or date.max)
        if begins < ends:
            titles = {"one": one.order.title, "two": two.order.title, "day": begins}
            yield Sentence("从 %(day)s 起，两条记录同时在岗：“%(one)s”和“%(two)s”，请核实。", titles)


def _first(placement: Placement) -> date:
    return placement.on_site_on or date.max


def _judged_apart(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    """Somebody whom one record was said to be and the other was said not to be."""
    alike, apart = ({}, {})  # type: ignore[var-annotated]
    for one, other in ((kept, gone), (gone, kept)):
        pairs = select(Duplicate).where((Duplicate.worker_id == one.id) | (Duplicate.other_id == one.id))
        for pair in session.scalars(pairs):
            third = pair.other_id if pair.worker_id == one.id else pair.worker_id
            if third != other.id and pair.state in (DuplicateState.SAME, DuplicateState.DIFFERENT):
                (alike if pair.state is DuplicateState.SAME else apart).setdefault(third, set()).add(one.id)
    for third in alike.keys() & apart.keys():
        if alike[third] != apart[third]:
            name = {"name": session.get_one(Worker, third).name}
            yield Sentence(
                "以前判定过：一条和%(name)s是同一人，另一条不是。现在的判定和那次不一致，请核实。",
                name,
            )


# --- what it brings -------------------------------------------------------------------------------------


def _brings(session: Session, kept: Worker, gone: Worker) -> Iterator[Sentence]:
    for noun, number in counts(session, gone.id).items():
        yield Sentence("%(what)s %(n)s 条", {"what": Sentence(noun), "n": number})
    if fields := [Sentence(BY_NAME[name].label) for name in missing_fields(kept, gone) if name in BY_NAME]:
        yield Sentence("补上空着的：%(fields)s", {"fields": fields})
