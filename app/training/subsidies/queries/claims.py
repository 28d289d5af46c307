"""Claims: the list, read by key, and what stands on the page of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import masked_name
from models.access import Actor, Permission, visible_to
from models.i18n import N_
from models.people.worker import Worker
from models.training.enrolment import Enrolment
from models.training.subsidy import Claim, ClaimLine, Objection, PublicNotice, Scheme
from models.training.training_class import ClassState, TrainingClass

C = ClassState
PAGE = 50


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
    Stage("returned", N_("已退回"), (C.FOLLOWED,)),
)
STAGE_BY_NAME = {stage.name: stage for stage in STAGES}
STEPS = (N_("申报"), N_("审核"), N_("公示"), N_("拨付"), N_("归档"))
_REACHED = {C.FOLLOWED: 0, C.CLAIMED: 1, C.PUBLISHED: 2, C.PAID: 4, C.ARCHIVED: 5}


class Line(Protocol):
    """What a line says, whether it is claimed already or only computed."""

    scheme: Scheme
    amount_fen: int
    refused: str


@dataclass(frozen=True)
class Total:
    """What lines of one subsidy come to: people paid and refused, fen."""

    scheme: Scheme
    people: int
    refused: int
    amount_fen: int


def totals(lines: Iterable[Any]) -> list[Total]:
    """Return the sums by subsidy; refused lines count no money."""
    found = list(lines)
    return [_total(scheme, [line for line in found if line.scheme is scheme]) for scheme in Scheme]


def _total(scheme: Scheme, lines: Sequence[Line]) -> Total:
    paid = [line for line in lines if not line.refused]
    return Total(scheme, len(paid), len(lines) - len(paid), sum(line.amount_fen for line in paid))


def lines_of(session: Session, claim: Claim) -> list[ClaimLine]:
    """Return the lines by seat and subsidy, the people loaded."""
    statement = (
        select(ClaimLine)
        .join(Enrolment, Enrolment.id == ClaimLine.enrolment_id)
        .where(ClaimLine.claim_id == claim.id)
        .options(joinedload(ClaimLine.enrolment).joinedload(Enrolment.worker))
        .order_by(Enrolment.seat, Enrolment.id, ClaimLine.scheme.desc())
    )
    return list(session.scalars(statement))


def scoped(actor: Actor, permission: Permission = Permission.CLAIM_READ) -> Select[Any]:
    """Return a statement for the claims ``actor`` may see, class and school with them."""
    statement = select(Claim).join(TrainingClass, TrainingClass.id == Claim.class_id)
    statement = statement.options(joinedload(Claim.training_class).joinedload(TrainingClass.school))
    return visible_to(actor, statement, Claim, permission)


def page_of(
    session: Session, actor: Actor, stage: Stage | None, before: int | None = None
) -> tuple[list[tuple[Claim, int]], int | None]:
    """Return one page of claims with what each comes to in fen, the newest first, and the next key."""
    statement = scoped(actor)
    if stage:
        statement = statement.where(TrainingClass.state.in_(stage.states))
    if before:
        statement = statement.where(Claim.id < before)
    rows = list(session.scalars(statement.order_by(Claim.id.desc()).limit(PAGE + 1)))
    sums = _sums(session, [row.id for row in rows[:PAGE]])
    page = [(row, sums.get(row.id, 0)) for row in rows[:PAGE]]
    return page, rows[PAGE - 1].id if len(rows) > PAGE else None


def _sums(session: Session, ids: list[int]) -> dict[int, int]:
    statement = (
        select(ClaimLine.claim_id, func.sum(ClaimLine.amount_fen))
        .where(ClaimLine.claim_id.in_(ids), ClaimLine.refused == "")
        .group_by(ClaimLine.claim_id)
    )
    return {number: int(fen) for number, fen in session.execute(statement)}


def to_claim(session: Session, actor: Actor) -> list[TrainingClass]:
    """Return the classes whose follow-up is over and that a school may claim for now (at most 50)."""
    statement = (
        select(TrainingClass)
        .where(TrainingClass.state == C.FOLLOWED)
        .order_by(TrainingClass.state_since, TrainingClass.id)
        .limit(PAGE)
    )
    return list(session.scalars(visible_to(actor, statement, TrainingClass, Permission.CLAIM_MAKE)))


# --- one claim ------------------------------------------------------------------------------------------


def step_of(training_class: TrainingClass) -> int:
    """Return the index of the present step in STEPS."""
    return _REACHED.get(training_class.state, -1)


def notices_of(session: Session, claim: Claim) -> list[PublicNotice]:
    """Return the lists that were put up, the newest first."""
    statement = select(PublicNotice).where(PublicNotice.claim_id == claim.id).order_by(PublicNotice.id.desc())
    return list(session.scalars(statement))


def objections_of(session: Session, claim: Claim) -> list[Objection]:
    """Return what was said against the claim's lists, the oldest first."""
    statement = (
        select(Objection)
        .join(PublicNotice, PublicNotice.id == Objection.notice_id)
        .where(PublicNotice.claim_id == claim.id)
        .order_by(Objection.id)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True)
class Doubt:
    """One question to the checker: the sentence with its parameters, whom it concerns, what was found out."""

    sentence: str
    params: dict[str, Any]
    names: list[str]
    answer: str
    by: str
    on: str


def doubts_of(session: Session, claim: Claim, masks: bool) -> list[Doubt]:
    """Return the questions of a claim with the names the register has today, masked for who may not read
    them."""
    wanted = {number for one in claim.anomalies for number in one["enrolments"]}
    rows = session.execute(
        select(Enrolment.id, Worker.name)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.id.in_(wanted), Enrolment.class_id == claim.class_id)
        .order_by(Enrolment.seat, Enrolment.id)
    )
    names = {number: masked_name(name) if masks else name for number, name in rows}
    return [_doubt(one, names) for one in claim.anomalies]


def _doubt(one: dict[str, Any], names: dict[int, str]) -> Doubt:
    mine = [names[number] for number in names if number in one["enrolments"]]
    in_sentence = "%(name)s" in one["sentence"]
    params = one["params"] | ({"name": "、".join(mine)} if in_sentence else {})
    said = [one.get(key, "") for key in ("answer", "by", "on")]
    return Doubt(one["sentence"], params, [] if in_sentence else mine, *said)
