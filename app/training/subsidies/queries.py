"""Claims: the list, read by key, what stands on the page of one, and what waits today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask import url_for
from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.navigation import Task
from models.access import Actor, Permission, visible_to
from models.i18n import N_, Sentence, counted
from models.numbers import figure, yuan
from models.people.masks import masked_name
from models.people.worker import Worker
from models.second_person import others
from models.training.enrolment import Enrolment
from models.training.recovery import Recovery, RecoveryState
from models.training.standard import StandardName
from models.training.standards import Figure, figure_on, first_share
from models.training.subsidy import Claim, ClaimLine, ClaimWarning, Objection, PublicNotice, Scheme
from models.training.training_class import CLASS_STATE_LABELS, ClassState, TrainingClass
from models.waiting import newest_page, page_in_line

C = ClassState
PAGE = 50
CLAIMING = (C.FOLLOWED, C.STOPPED)
CLAIMED = (C.CLAIMED, C.PUBLISHED, C.PAID, C.ARCHIVED)


@dataclass(frozen=True)
class Stage:
    """One tab of the list: the states of the classes it shows and its word."""

    name: str
    word: str
    states: tuple[ClassState, ...]


STAGES = (
    Stage("checking", N_("待审核"), (C.CLAIMED,)),
    Stage("notice", N_("公示中"), (C.PUBLISHED,)),
    Stage("paid", N_("已拨付"), (C.PAID, C.ARCHIVED)),
    Stage("returned", N_("待学校申报"), (C.CERTIFIED, C.PLACED, *CLAIMING)),
)
STAGE_BY_NAME = {stage.name: stage for stage in STAGES}
WAITING = ("checking", "notice")
STEPS = (N_("申报"), N_("审核"), N_("公示"), N_("拨付"), N_("归档"))
_REACHED = {
    C.CERTIFIED: 0,
    C.PLACED: 0,
    C.FOLLOWED: 0,
    C.STOPPED: 0,
    C.CLAIMED: 1,
    C.PUBLISHED: 2,
    C.PAID: 4,
    C.ARCHIVED: 5,
}


# --- the list -------------------------------------------------------------------------------------------


def scoped(actor: Actor, permission: Permission = Permission.CLAIM_READ) -> Select[Any]:
    """A statement for the claims ``actor`` may see, class and school with them."""
    statement = select(Claim).join(TrainingClass, TrainingClass.id == Claim.class_id)
    statement = statement.options(joinedload(Claim.training_class).joinedload(TrainingClass.school))
    return visible_to(actor, statement, Claim, permission)


def page_of(
    session: Session, actor: Actor, stage: Stage | None, after: str = ""
) -> tuple[list[tuple[Claim, int]], str]:
    """One page of claims with what each comes to in fen, and the next key ("" where there is none): those
    that wait as they stand in line, else the newest first."""
    statement = scoped(actor)
    if stage:
        statement = statement.where(TrainingClass.state.in_(stage.states))
    if stage and stage.name in WAITING:
        rows, following = page_in_line(
            session, statement, TrainingClass, after, PAGE, lambda claim: claim.training_class
        )
    else:
        rows, following = newest_page(session, statement, Claim, after, PAGE)
    sums = _sums(session, [row.id for row in rows])
    return [(row, sums.get(row.id, 0)) for row in rows], following


def _sums(session: Session, ids: list[int]) -> dict[int, int]:
    statement = (
        select(ClaimLine.claim_id, func.sum(ClaimLine.amount_fen))
        .where(ClaimLine.claim_id.in_(ids), ClaimLine.refused == "")
        .group_by(ClaimLine.claim_id)
    )
    return {claim_id: int(fen) for claim_id, fen in session.execute(statement)}


def to_claim(session: Session, actor: Actor, today: date) -> list[TrainingClass]:
    """The classes a school may claim for now (at most 50): followed up, or certified and paid in parts."""
    early = (TrainingClass.state == C.CERTIFIED) & (TrainingClass.instalment == 0)
    statement = select(TrainingClass).where(TrainingClass.state.in_(CLAIMING) | early).limit(PAGE)
    statement = statement.order_by(TrainingClass.state_since, TrainingClass.id)
    classes = session.scalars(visible_to(actor, statement, TrainingClass, Permission.CLAIM_MAKE)).all()
    return [one for one in classes if next_instalment(session, one, today) is not None]


def next_instalment(session: Session, training_class: TrainingClass, today: date) -> int | None:
    """What can be claimed for the class now: 0 all at once, 1 the first part, 2 the rest; None nothing."""
    if training_class.state in CLAIMING:
        return 2 if training_class.instalment else 0
    is_early = training_class.state is C.CERTIFIED and not training_class.instalment
    return 1 if is_early and first_share(session, training_class, today) else None


def claim_of(session: Session, training_class: TrainingClass) -> Claim | None:
    """The class's claim, sent back or not."""
    return session.scalar(select(Claim).where(Claim.class_id == training_class.id))


def claim_refusal(session: Session, training_class: TrainingClass, today: date) -> Sentence | None:
    """Why nothing can be claimed for the class now."""
    if next_instalment(session, training_class, today) is not None:
        return None
    if training_class.state in CLAIMED and (claim := claim_of(session, training_class)):
        return Sentence("这个班已经申报过（%(number)s），一个班只申报一次。", {"number": claim.number})
    state = {"state": Sentence(CLASS_STATE_LABELS[training_class.state])}
    if training_class.instalment == 1:
        return Sentence("取证后的第一次补贴已经拨付，其余等就业跟踪期满再申报。现在是“%(state)s”。", state)
    return Sentence("这个班现在是“%(state)s”。就业跟踪期满以后才能申报补贴。", state)


# --- one claim ------------------------------------------------------------------------------------------


class Line(Protocol):
    """What a line says, whether it is claimed already or only assessed."""

    @property
    def scheme(self) -> Scheme: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def refusal(self) -> Sentence | None: ...


@dataclass(frozen=True)
class Total:
    """What lines of one subsidy come to: people paid and refused, fen."""

    scheme: Scheme
    people: int
    refused: int
    amount_fen: int


def totals(lines: Iterable[Line]) -> list[Total]:
    """The sums by subsidy; refused lines count no money."""
    rows = list(lines)
    known = [scheme for scheme in Scheme if scheme is not Scheme.SECOND or _has(rows, scheme)]
    return [_total(scheme, [line for line in rows if line.scheme is scheme]) for scheme in known]


def _has(lines: Iterable[Line], scheme: Scheme) -> bool:
    return any(line.scheme is scheme for line in lines)


def _total(scheme: Scheme, lines: list[Line]) -> Total:
    paid = [line for line in lines if not line.refusal]
    return Total(scheme, len(paid), len(lines) - len(paid), sum(line.amount_fen for line in paid))


def lines_of(session: Session, claim: Claim) -> list[ClaimLine]:
    """The lines by seat and subsidy, the people loaded."""
    statement = (
        select(ClaimLine)
        .join(Enrolment, Enrolment.id == ClaimLine.enrolment_id)
        .where(ClaimLine.claim_id == claim.id)
        .options(joinedload(ClaimLine.enrolment).joinedload(Enrolment.worker))
        .order_by(Enrolment.seat, Enrolment.id, ClaimLine.scheme.desc())
    )
    return list(session.scalars(statement))


def step_of(training_class: TrainingClass) -> int:
    """The index of the present step in STEPS."""
    return _REACHED.get(training_class.state, -1)


@dataclass(frozen=True)
class NamedWarning:
    """One question to the checker with the names the register has today: in the sentence, or beside it."""

    sentence: Sentence
    names: list[str]
    kept: ClaimWarning


def named_warnings(session: Session, claim: Claim, masks: bool) -> list[NamedWarning]:
    """The questions of a claim, the names masked for readers who may not know them."""
    wanted = {enrolment_id for warning in claim.warnings for enrolment_id in warning.enrolment_ids}
    rows = session.execute(
        select(Enrolment.id, Worker.name)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.id.in_(wanted), Enrolment.class_id == claim.class_id)
        .order_by(Enrolment.seat, Enrolment.id)
    )
    names = {enrolment_id: masked_name(name) if masks else name for enrolment_id, name in rows}
    return [_named(warning, names) for warning in claim.warnings]


def _named(warning: ClaimWarning, names: dict[int, str]) -> NamedWarning:
    mine = [names[enrolment_id] for enrolment_id in names if enrolment_id in warning.enrolment_ids]
    kept = warning.sentence
    if "%(name)s" not in kept.text:
        return NamedWarning(kept, mine, warning)
    return NamedWarning(Sentence(kept.text, {**kept.params, "name": mine}), [], warning)


# --- the public list ------------------------------------------------------------------------------------


def notices_of(session: Session, claim: Claim) -> list[PublicNotice]:
    """The lists that were put up, the newest first."""
    statement = select(PublicNotice).where(PublicNotice.claim_id == claim.id).order_by(PublicNotice.id.desc())
    return list(session.scalars(statement))


def last_account(session: Session, school_id: int) -> Claim | None:
    """The claim that knows the account a school last gave, if any."""
    statement = select(Claim).where(Claim.school_id == school_id, Claim.account_number.is_not(None))
    return session.scalar(statement.order_by(Claim.made_at.desc(), Claim.id.desc()).limit(1))


def notice_days(session: Session, claim: Claim, today: date) -> Figure | None:
    """For how many working days a list has to be up, by the standard of the day."""
    of_class = claim.training_class
    return figure_on(
        session,
        StandardName.NOTICE_DAYS,
        of_class.county_code,
        today,
        of_class.level,
        of_class.occupation_code,
    )


# --- what waits today -----------------------------------------------------------------------------------

HERE = "subsidies.index"


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this room; a count of zero means nothing does."""
    waiting: list[Task] = []
    if actor.can(Permission.CLAIM_MAKE):
        waiting += [_to_claim(session, actor, today)]
    if actor.can(Permission.CLAIM_CHECK):
        waiting += [_to_check(session, actor), _to_answer(session, actor)]
    if actor.can(Permission.CLAIM_PAY):
        waiting += [_to_pay(session, actor, today), _to_recover(session, actor)]
    return waiting


def _to_claim(session: Session, actor: Actor, today: date) -> Task:
    classes = to_claim(session, actor, today)
    is_one = len(classes) == 1
    url = url_for("subsidies.of_class", class_id=classes[0].id) if is_one else url_for(HERE)
    what, reason = counted(len(classes), "个班可以申报补贴"), Sentence("先看每个人能补多少，再确认申报")
    return Task(len(classes), what, reason, url, N_("去申报"), HERE)


def _to_check(session: Session, actor: Actor) -> Task:
    where = TrainingClass.state == C.CLAIMED, others(session, actor, TrainingClass.claimed_by_id)
    count, first = _waiting(session, actor, Permission.CLAIM_CHECK, *where)
    what, reason = counted(count, "份补贴申报等你审核"), Sentence("逐人核对，写清疑点，再公示")
    return Task(count, what, reason, _url(count, first, "checking"), N_("去审核"), HERE)


def _to_answer(session: Session, actor: Actor) -> Task:
    unanswered = exists().where(
        PublicNotice.claim_id == Claim.id,
        Objection.notice_id == PublicNotice.id,
        Objection.answered_at.is_(None),
    )
    where = TrainingClass.state == C.PUBLISHED, unanswered
    count, first = _waiting(session, actor, Permission.CLAIM_CHECK, *where)
    what, reason = counted(count, "份公示有异议没有答复"), Sentence("答复以前不能拨付")
    return Task(count, what, reason, _url(count, first, "notice"), N_("去答复"), HERE)


def _to_pay(session: Session, actor: Actor, today: date) -> Task:
    not_mine = others(session, actor, TrainingClass.claimed_by_id, TrainingClass.checked_by_id)
    where = TrainingClass.state == C.PUBLISHED, TrainingClass.notice_ends_on < today, not_mine
    count, first = _waiting(session, actor, Permission.CLAIM_PAY, *where)
    what, reason = counted(count, "份申报公示期满，可以拨付"), _sum(session, first) if first else None
    return Task(count, what, reason, _url(count, first, "notice"), N_("去拨付"), HERE)


def _to_recover(session: Session, actor: Actor) -> Task:
    statement = select(func.count(), func.sum(Recovery.amount_fen)).where(
        Recovery.state == RecoveryState.OPEN
    )
    count, fen = session.execute(visible_to(actor, statement, Recovery, Permission.CLAIM_PAY)).one()
    reason = Sentence("一共 %(sum)s，钱回来以后登记", {"sum": yuan(int(fen or 0))})
    url = url_for("subsidies.recovery_list")
    return Task(count, counted(count, "笔补贴要追回"), reason, url, N_("去追回"), HERE)


def _waiting(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> tuple[int, int | None]:
    """How many claims wait, and the one that has waited longest."""
    statement = (
        select(func.count(), func.min(Claim.id))
        .join(TrainingClass, TrainingClass.id == Claim.class_id)
        .where(*where)
    )
    count, first = session.execute(visible_to(actor, statement, Claim, permission)).one()
    return count, first


def _url(count: int, first: int | None, stage: str) -> str:
    return url_for("subsidies.show", claim_id=first) if count == 1 else url_for(HERE, stage=stage)


def _sum(session: Session, claim_id: int) -> Sentence:
    statement = select(func.count(), func.sum(ClaimLine.amount_fen)).where(
        ClaimLine.claim_id == claim_id, ClaimLine.refused == ""
    )
    count, fen = session.execute(statement).one()
    return Sentence("等得最久的一份 %(n)s 笔，共 %(sum)s", {"n": figure(count), "sum": yuan(int(fen or 0))})
