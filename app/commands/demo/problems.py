"""What went wrong at work in the demo: cases at every stage, contacts with visits, first calls, summaries."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.story import at
from app.problems.operations import calls, cases, contacts, escalation, staying, warnings
from app.problems.operations.calls import Answer
from app.problems.operations.cases import Heard
from models.access import Actor
from models.placement.leaving import Channel
from models.placement.placement import WORKING, Placement
from models.problems.first_call import FirstCall, plan_first_calls
from models.problems.problem import Problem, ProblemKind, open_problem
from models.user import User

SAID = (
    (ProblemKind.WAGE, "上个月的工资到今天还没发，问班长说再等等。"),
    (ProblemKind.NOT_AS_TOLD, "说好白班，来了排的是两班倒。"),
    (ProblemKind.HEALTH, "手被机器夹了，厂里只给了创可贴。"),
    (ProblemKind.WANTS_TO_LEAVE, "想家，吃不惯，想回去。"),
    (ProblemKind.SPOUSE, "想让爱人也来一个厂，住夫妻房。"),
    (ProblemKind.OTHER, "宿舍漏水，说了几次没人修。"),
)
MOST_CASES, MOST_CALLS, RECENT = 18, 40, 14


def tell_problems(session: Session, rng: Random, today: date) -> None:
    """Through the operations, as the county; the summaries as the night makes them."""
    county = actor_named(session, "county", today)
    at_work = select(Placement).where(Placement.county_code == ZHAOJUE, Placement.state.in_(WORKING))
    rows = list(session.scalars(at_work.order_by(Placement.on_site_on.desc(), Placement.id).limit(200)))
    _calls(session, rng, county, rows, today)
    for number, placement in enumerate(rng.sample(rows, min(MOST_CASES, len(rows)))):
        _case(session, number, county, placement, today)
    _contact(session, county, rows, today)
    session.commit()
    warnings.refresh(session, today)
    staying.refresh(session, today)


def _calls(session: Session, rng: Random, county: Actor, rows: list[Placement], today: date) -> None:
    recent = [row for row in rows if row.on_site_on and (today - row.on_site_on).days <= RECENT]
    for placement in recent[:MOST_CALLS]:
        plan_first_calls(session, placement, placement.on_site_on or today)
    session.flush()
    for call in session.scalars(select(FirstCall).where(FirstCall.due_on <= today).order_by(FirstCall.id)):
        draw = rng.random()
        if draw < 0.6:
            calls.record_first_call(session, county, call, Answer(), today, at(call.due_on))
        elif draw < 0.8:
            calls.miss_first_call(session, county, call, today, at(call.due_on))


def _case(session: Session, number: int, county: Actor, placement: Placement, today: date) -> None:
    kind, words = SAID[number % len(SAID)]
    opened = at(today - timedelta(days=(number * 2) % 12))
    problem = open_problem(
        session,
        placement.worker_id,
        kind,
        words,
        actor=county,
        now=opened,
        placement_id=placement.id,
        channel=Channel.PHONE,
        agrees=number % 3 == 0,
    )
    _what_became(session, number, county, problem, today)


def _what_became(session: Session, number: int, county: Actor, problem: Problem, today: date) -> None:
    stage, now = number % 6, at(today)
    if stage == 0:
        return
    cases.take(session, county, problem, now)
    if stage == 1:
        cases.write_note(session, county, problem, "打电话给厂里人事，说周五前答复。", now)
    elif stage == 2:
        cases.answer(session, county, problem, "厂里已经处理，请本人看看行不行。", now)
    elif stage == 3:
        cases.close(session, county, problem, "solve", Heard("已经补发了，谢谢。", Channel.PHONE), now)
    elif stage == 4:
        for days in (4, 2, 1):
            cases.note_try(session, county, problem, Channel.PHONE, "关机", at(today - timedelta(days=days)))
        cases.give_up(session, county, problem, "三天都没打通，请村里捎话", now)
    elif problem.city_code:
        escalation.escalate(session, county, problem, "厂里推了三次", now)


def _contact(session: Session, county: Actor, rows: list[Placement], today: date) -> None:
    clerk = session.scalar(select(User).where(User.username == "county2"))
    if clerk is None or not rows:
        return
    factory = rows[0].order.enterprise
    duty = contacts.Duty(today - timedelta(days=30), None, "0834-8320000")
    contact = contacts.assign(session, county, factory, clerk, duty)
    session.flush()
    for days, met, note in (
        (20, "车间主任、6 个老乡", "宿舍六人一间，有热水；两个人说饭太淡。"),
        (6, "人事刘姐、4 个新来的", "新来的都发了工衣，一个人想家，约了下周再看。"),
    ):
        contacts.visit(session, county, contact, today - timedelta(days=days), met, note, today)
