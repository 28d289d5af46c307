"""The public list: put up with a telephone for objections, kept masked, protested against, answered."""

from collections import defaultdict
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.training.subsidies.operations.claims import locked, strike
from app.training.subsidies.queries import lines_of, notice_days, notices_of
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.masks import masked_id, masked_name
from models.people.worker import Worker
from models.reference.area import area_names
from models.reference.calendar import work_calendar
from models.reference.county_office import office_of
from models.second_person import second_person
from models.training.claim_paper import unopened, unopened_refusal
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.enrolment import Enrolment
from models.training.subsidy import Claim, ClaimLine, Objection, PublicNotice, Scheme
from models.training.training_class import ClassState, TrainingClass
from models.two_person_acts import CLAIM_CHECKED
from models.workflow import IllegalTransition, TransitionRefused, refuse_for

NO_NOTICE_DAYS = Sentence("没有标准：这里没有登记公示几个工作日，请管理员先登记。")
NOTHING_LEFT = Sentence("没有一行可以补贴了，请退回申报。")
UNANSWERED = Sentence("还有疑点没有写核实情况，写完再公示。")
OBJECTION_MISSING = Sentence("请写异议的内容。")
ANSWER_MISSING = Sentence("请写答复。")
PHONE_MISSING = Sentence("请写受理异议的电话，看公示的人才知道向谁反映。")


def publish(
    session: Session, actor: Actor, claim: Claim, report: str, today: date, phone: str
) -> tuple[PublicNotice, list[ClaimLine]]:
    """Pass the claim and put its list up; returns it, and the lines taken out just now.

    What the claim rests on is asked again: lines that do not hold any more go, new questions need an answer.
    ``phone`` takes objections. Raises TransitionRefused while a warning has no answer, when no line is left,
    without a telephone, or when no standard says for how many working days the list has to be up.
    """
    training_class, days = locked(session, claim), notice_days(session, claim, today)
    is_checked = training_class.state is ClassState.CLAIMED
    struck = strike(session, actor, claim, today) if is_checked else []
    lines = [line for line in lines_of(session, claim) if line.is_due]
    if is_checked:
        _refuse(UNANSWERED if any(not warning.answer for warning in claim.warnings) else None)
        _refuse(None if lines else NOTHING_LEFT)
        _refuse(None if days else NO_NOTICE_DAYS)
        _refuse(None if phone.strip() else PHONE_MISSING)
        _refuse(unopened_refusal(unopened(session, actor, claim)))
    CLASS_WORKFLOW.advance(session, training_class, "publish", actor)
    count = days.value if days else 0
    ends_on = work_calendar(session).working_days_after(today, count)
    notice = PublicNotice(
        claim_id=claim.id,
        token=token_urlsafe(18),
        starts_on=today,
        ends_on=ends_on,
        rows=notice_rows(session, lines),
        phone=phone.strip(),
    )
    session.add(notice)
    claim.report, training_class.checked_by_id = report.strip(), actor.user_id
    training_class.notice_ends_on, training_class.notice_over = ends_on, False
    session.flush()
    record(session, actor, EventTag.NOTICE_PUBLISH, notice, rows=len(notice.rows), days=count)
    return notice, struck


def _refuse(sentence: Sentence | None) -> None:
    if sentence:
        raise TransitionRefused(sentence)


def notice_rows(session: Session, lines: list[ClaimLine]) -> list[dict[str, Any]]:
    """The list as it is kept: whom (by enrolment, masked), township, trade, level, sums by subsidy in fen."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: {scheme.value: 0 for scheme in Scheme})
    people = {line.enrolment_id: line.enrolment for line in lines}
    for line in lines:
        sums[line.enrolment_id][line.scheme.value] += line.amount_fen
    towns = area_names(session, {one.worker.township_code for one in people.values()})
    return [
        {
            "enrolment": key,
            "name": masked_name(one.worker.name),
            "id": masked_id(one.worker.id_number),
            "township": towns.get(one.worker.township_code or "", ""),
            "trade": one.training_class.occupation_name,
            "level": one.training_class.level,
            **sums[key],
        }
        for key, one in people.items()
    ]


def names_on(session: Session, notice: PublicNotice) -> dict[int, str]:
    """The whole names on a list that is up, by enrolment, as the register has them today."""
    wanted = [row["enrolment"] for row in notice.rows if "enrolment" in row]
    rows = session.execute(
        select(Enrolment.id, Worker.name)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.id.in_(wanted), Worker.erased_at.is_(None))
    )
    return dict(rows.all())


def recount_notices(session: Session, today: date) -> int:
    """Count the days of lists that are up anew: the year's holidays may have been entered since.

    No list comes down earlier. Commits; returns how many stay up longer.
    """
    calendar, moved = work_calendar(session), 0
    is_up = PublicNotice.withdrawn_at.is_(None), PublicNotice.ends_on >= today
    for notice in session.scalars(select(PublicNotice).where(*is_up).order_by(PublicNotice.id)).all():
        days = notice_days(session, notice.claim, notice.starts_on)
        ends_on = calendar.working_days_after(notice.starts_on, days.value if days else 0)
        if ends_on > notice.ends_on:
            notice.ends_on = notice.claim.training_class.notice_ends_on = ends_on
            moved += 1
    session.commit()
    return moved


# --- while the list is up -------------------------------------------------------------------------------


def current_notice(session: Session, claim: Claim) -> PublicNotice | None:
    """The list that is up, or was the last one up and was not taken down."""
    return next((row for row in notices_of(session, claim) if row.withdrawn_at is None), None)


def record_objection(
    session: Session, actor: Actor, notice: PublicNotice, text: str, by_whom: str
) -> Objection:
    """Note what was said against a list that is up. Raises IllegalTransition when it is not any more."""
    if locked(session, notice.claim).state is not ClassState.PUBLISHED or notice.withdrawn_at:
        raise IllegalTransition("object")
    _refuse(None if text.strip() else OBJECTION_MISSING)
    row = Objection(
        notice_id=notice.id, text=text.strip(), by_whom=by_whom.strip(), recorded_by_id=actor.user_id
    )
    session.add(row)
    record(session, actor, EventTag.NOTICE_OBJECT, notice, event="record")
    return row


def answer_objection(
    session: Session, actor: Actor, objection: Objection, upheld: bool, answer: str, now: datetime
) -> None:
    """Answer an objection once; one that is right takes the list down, and the claim is checked again."""
    notice = objection.notice
    training_class = locked(session, notice.claim)
    if objection.answered_at or training_class.state is not ClassState.PUBLISHED or notice.withdrawn_at:
        raise IllegalTransition("answer")
    _refuse(None if answer.strip() else ANSWER_MISSING)
    refuse_for(second_person(CLAIM_CHECKED, training_class, actor))
    objection.upheld, objection.answer = upheld, answer.strip()
    objection.answered_at, objection.answered_by_id = now, actor.user_id
    outcome = "upheld" if upheld else "dismissed"
    record(session, actor, EventTag.NOTICE_OBJECT, notice, event="answer", outcome=outcome)
    if upheld:
        CLASS_WORKFLOW.advance(session, training_class, "pull", actor, reason=answer)
        notice.withdrawn_at, training_class.notice_ends_on = now, None


# --- read -----------------------------------------------------------------------------------------------

MOST_CHARACTERS = 32


def public_notice(session: Session, token: str) -> PublicNotice | None:
    """The list at the public address that ends in ``token``, class and school with it."""
    claim = joinedload(PublicNotice.claim).joinedload(Claim.training_class).joinedload(TrainingClass.school)
    statement = select(PublicNotice).where(PublicNotice.token == token[:MOST_CHARACTERS])
    return session.scalar(statement.options(claim))


def objections_of(session: Session, claim: Claim) -> list[Objection]:
    """What was said against the claim's lists, the oldest first."""
    statement = (
        select(Objection)
        .join(PublicNotice, PublicNotice.id == Objection.notice_id)
        .where(PublicNotice.claim_id == claim.id)
        .order_by(Objection.id)
    )
    return list(session.scalars(statement))


def open_objection(session: Session, notice: PublicNotice, number: str | None) -> Objection | None:
    """The objection ``number`` against a list, if it waits for its answer."""
    waiting = select(Objection).where(Objection.notice_id == notice.id, Objection.answered_at.is_(None))
    return next((one for one in session.scalars(waiting) if str(one.id) == number), None)


def usual_phone(session: Session, training_class: TrainingClass) -> str:
    """The telephone for objections: that of the county's last list, or the one of its office; else ""."""
    statement = select(PublicNotice.phone).join(Claim, Claim.id == PublicNotice.claim_id)
    mine = statement.where(Claim.county_code == training_class.county_code, PublicNotice.phone != "")
    if last := session.scalar(mine.order_by(PublicNotice.id.desc()).limit(1)):
        return last
    office = office_of(session, training_class.county_code)
    return office.phone if office else ""
