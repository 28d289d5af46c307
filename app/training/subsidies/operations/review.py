"""The county checks a claim, line by line; whoever made it cannot."""

from collections import defaultdict
from datetime import date
from secrets import token_urlsafe
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit.web.formatters import masked_name
from app.training.subsidies.queries.claims import lines_of
from models.access import Actor
from models.audit import EventTag, record
from models.i18n import N_
from models.reference.calendar import work_calendar
from models.training.standards import Figure, figure_on
from models.training.subsidy import Claim, ClaimLine, PublicNotice, Scheme, StandardName, payment_key
from models.training.training_class import CLASS_WORKFLOW, ClassState, TrainingClass
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused

NO_NOTICE_DAYS = N_("没有标准：这里没有登记公示几个工作日，请管理员先登记。")
NOTHING_LEFT = N_("没有一行可以补贴了，请退回申报。")
UNANSWERED = N_("还有疑点没有写核实情况，写完再公示。")
ALREADY_TAKEN = N_("这个人今年的这项补贴已经由另一个班申报，不能恢复。")
ID_HEAD, ID_TAIL, ID_LENGTH = 4, 2, 18


def locked(session: Session, claim: Claim) -> TrainingClass:
    """Return the claim's class, locked until the caller's transaction ends."""
    session.flush()
    session.refresh(claim.training_class, with_for_update=True)
    return claim.training_class


def _checked_by(session: Session, claim: Claim, actor: Actor) -> None:
    """Raise unless ``actor`` may check the claim now: it waits for a check, and somebody else made it."""
    training_class, publish_step = locked(session, claim), CLASS_WORKFLOW.by_event["publish"]
    if training_class.state is not ClassState.CLAIMED:
        raise IllegalTransition("check")
    if publish_step.guard and (sentence := publish_step.guard(training_class, actor)):
        raise TransitionRefused(sentence)


def refuse_line(session: Session, actor: Actor, line: ClaimLine, reason: str) -> None:
    """Take one line out of a claim, with the reason; the person's subsidy is free for another class."""
    _checked_by(session, line.claim, actor)
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if line.refused:
        raise IllegalTransition("refuse")
    line.refused, line.refused_params = reason.strip(), {}
    line.refused_by_id, line.payment_key = actor.user_id, None
    record(
        session,
        actor,
        EventTag.CLAIM_LINE_REFUSE,
        line.claim,
        key=line.id,
        scheme=line.scheme.value,
        reason=reason,
    )


def restore_line(session: Session, actor: Actor, line: ClaimLine) -> None:
    """Put a line back that a checker took out; raises TransitionRefused if another class has claimed it
    since."""
    _checked_by(session, line.claim, actor)
    if line.refused_by_id is None:
        raise IllegalTransition("restore")
    line.refused, line.refused_by_id = "", None
    try:
        with session.begin_nested():
            line.payment_key = payment_key(line.enrolment.worker.id_digest, line.scheme, line.year)
            session.flush()
    except IntegrityError:
        raise TransitionRefused(ALREADY_TAKEN) from None
    record(
        session,
        actor,
        EventTag.CLAIM_LINE_REFUSE,
        line.claim,
        key=line.id,
        scheme=line.scheme.value,
        event="restore",
    )


def answer_doubt(session: Session, actor: Actor, claim: Claim, number: int, answer: str, today: date) -> None:
    """Write down what was found out about the ``number``-th question (from 0)."""
    _checked_by(session, claim, actor)
    if not 0 <= number < len(claim.anomalies):
        raise IllegalTransition("answer")
    if not answer.strip():
        raise TransitionRefused(N_("请写核实到的情况。"))
    said = {"answer": answer.strip(), "by": actor.name, "on": today.isoformat()}
    claim.anomalies = [one | said if n == number else one for n, one in enumerate(claim.anomalies)]
    rule = claim.anomalies[number]["rule"]
    record(session, actor, EventTag.CLAIM_ANSWER, claim, kind=rule)


def send_back(session: Session, actor: Actor, claim: Claim, reason: str) -> None:
    """Send the claim back to the school; what it claimed is free again until it claims anew."""
    training_class = locked(session, claim)
    CLASS_WORKFLOW.advance(session, training_class, "send_back", actor, reason=reason)
    claim.report = reason.strip()
    for line in claim.lines:
        line.payment_key = None


def notice_days(session: Session, claim: Claim, day: date) -> Figure | None:
    """Return for how many working days a list has to be up, by the standard of ``day``."""
    training_class = claim.training_class
    return figure_on(
        session,
        StandardName.NOTICE_DAYS,
        training_class.county_code,
        day,
        training_class.level,
        training_class.occupation_code,
    )


def publish(session: Session, actor: Actor, claim: Claim, report: str, today: date) -> PublicNotice:
    """Pass the claim and put its list up, masked for good.

    Raises TransitionRefused while a question has no answer, when no line is left, or nobody has said for how
    many working days the list has to be up.
    """
    training_class, days = locked(session, claim), notice_days(session, claim, today)
    lines = [line for line in lines_of(session, claim) if line.is_payable]
    if training_class.state is ClassState.CLAIMED:
        _refuse(UNANSWERED if any(not one.get("answer") for one in claim.anomalies) else None)
        _refuse(None if lines else NOTHING_LEFT)
        _refuse(None if days else NO_NOTICE_DAYS)
    CLASS_WORKFLOW.advance(session, training_class, "publish", actor)
    ends_on = work_calendar(session).working_days_after(today, days.value if days else 0)
    notice = PublicNotice(
        claim_id=claim.id, token=token_urlsafe(18), starts_on=today, ends_on=ends_on, rows=masked_rows(lines)
    )
    session.add(notice)
    claim.report, training_class.checked_by_id = report.strip(), actor.user_id
    training_class.notice_ends_on, training_class.notice_over = ends_on, False
    session.flush()
    record(
        session, actor, EventTag.NOTICE_PUBLISH, notice, rows=len(notice.rows), days=days.value if days else 0
    )
    return notice


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise TransitionRefused(_(sentence))


def masked_rows(lines: list[ClaimLine]) -> list[dict[str, Any]]:
    """Return the public list: family name, four and two digits of the number, sums. Nothing leads back from
    it."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: {scheme.value: 0 for scheme in Scheme})
    people = {}
    for line in lines:
        sums[line.enrolment_id][line.scheme.value] += line.amount_fen
        people[line.enrolment_id] = line.enrolment.worker
    return [
        {"name": masked_name(people[key].name), "id": masked_id(people[key].id_number), **sums[key]}
        for key in sums
    ]


def masked_id(number: str | None) -> str:
    """Return an ID number of which four digits in front and two behind are left (trust.md, 11)."""
    if not number:
        return "*" * ID_LENGTH
    return number[:ID_HEAD] + "*" * (len(number) - ID_HEAD - ID_TAIL) + number[-ID_TAIL:]
