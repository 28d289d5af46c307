"""A worker's own rows: offers, classes, messages, the register's record, news of the application."""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.hukou.cases.queries.cases import latest_case, own_lapsing
from app.kit.web.navigation import Task
from app.placements.queries.lists import scoped
from app.placements.queries.tasks import tasks as placement_tasks
from models.access import Actor, Permission, visible_to
from models.hukou.case import CaseState
from models.hukou.catalogue import PAPERS
from models.i18n import Sentence
from models.messages.message import Message
from models.people.consent import Consent
from models.people.worker import Worker
from models.placement.departure import Departure, Passenger, Way
from models.placement.placement import HOLDING, OPEN_OFFERS, Placement, PlacementState
from models.problems.problem import Problem
from models.training.enrolment import LIVE, Enrolment, EnrolmentState
from models.training.training_class import TrainingClass

STILL_ON_THE_WAY = timedelta(days=3)  # the longest way home: a train and two coaches
PAGE = 25  # rows of a list on a page of 60 kB


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """The worker's open offers, which the placements area counts."""
    return placement_tasks(session, actor, today) if actor.can(Permission.PORTAL) else []


def own_offers(session: Session, actor: Actor) -> list[Placement]:
    """The worker's offers, what has to be answered first, then the newest; an invitation only once the county
    has passed it on."""
    statement = scoped(actor, Permission.PORTAL).where(Placement.state != PlacementState.INVITED)
    return list(
        session.scalars(statement.order_by(Placement.due_on.nulls_last(), Placement.id.desc()).limit(100))
    )


def grouped(offers: list[Placement]) -> dict[str, list[Placement]]:
    """Offers that wait for an answer, those under way, and the past ones."""
    groups: dict[str, list[Placement]] = {"waiting": [], "going": [], "past": []}
    for offer in offers:
        alive = offer.state in (*OPEN_OFFERS, *HOLDING)
        key = "waiting" if offer.state is PlacementState.OFFERED else "going" if alive else "past"
        groups[key].append(offer)
    return groups


def own_offer(session: Session, actor: Actor, number: int) -> Placement | None:
    statement = scoped(actor, Permission.PORTAL)
    return session.scalar(statement.where(Placement.id == number, Placement.state != PlacementState.INVITED))


def own_trips(session: Session, actor: Actor, now: datetime) -> list[tuple[Departure, Passenger]]:
    """The seats that the worker has in groups that go home or come back: coming, on the way, or put off."""
    statement = (
        select(Departure, Passenger)
        .join(Passenger, Passenger.departure_id == Departure.id)
        .where(
            Passenger.worker_id == actor.worker_id,
            Passenger.left_at.is_(None),
            Departure.way.in_((Way.HOME, Way.BACK)),
            Departure.arrived_on.is_(None),
            or_(Departure.departs_at >= now - STILL_ON_THE_WAY, Departure.postponed_at.is_not(None)),
        )
    )
    rows = session.execute(statement.order_by(Departure.departs_at).limit(2)).all()
    return [(row[0], row[1]) for row in rows]


def own_classes(session: Session, actor: Actor) -> list[Enrolment]:
    """Classes the worker was asked to or sits in, the newest first."""
    statement = _enrolments(actor).where(Enrolment.state.in_((*LIVE, EnrolmentState.FINISHED)))
    return list(session.scalars(statement.order_by(Enrolment.id.desc()).limit(20)))


def own_enrolment(session: Session, actor: Actor, number: int) -> Enrolment | None:
    return session.scalar(_enrolments(actor).where(Enrolment.id == number))


def _enrolments(actor: Actor) -> Select[Enrolment]:
    classes = joinedload(Enrolment.training_class)
    statement = select(Enrolment).options(
        classes.joinedload(TrainingClass.school), classes.joinedload(TrainingClass.enterprise)
    )
    return visible_to(actor, statement, Enrolment, Permission.PORTAL)


def own_record(session: Session, actor: Actor) -> Worker | None:
    return session.scalar(visible_to(actor, select(Worker), Worker, Permission.PORTAL))


def own_messages(session: Session, actor: Actor, before: int | None) -> tuple[list[Message], int | None]:
    """Messages that were really sent to the worker, the newest first, a page at a time; and the number before
    which the next page goes on."""
    statement = visible_to(actor, select(Message), Message, Permission.PORTAL)
    if before:
        statement = statement.where(Message.id < before)
    rows = list(session.scalars(statement.order_by(Message.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def unread(session: Session, actor: Actor) -> tuple[Message | None, int]:
    """The newest message that the worker has not seen, and how many there are; counting stops at a page."""
    statement = visible_to(actor, select(Message), Message, Permission.PORTAL)
    statement = statement.where(Message.read_at.is_(None)).order_by(Message.id.desc()).limit(PAGE)
    rows = list(session.scalars(statement))
    return (rows[0] if rows else None), len(rows)


def own_consents(session: Session, actor: Actor) -> dict[int | None, Consent]:
    """The last consent of each placement, with the words that were agreed to."""
    statement = visible_to(actor, select(Consent), Consent, Permission.PORTAL).order_by(Consent.id)
    return {row.placement_id: row for row in session.scalars(statement)}


def hukou_news(session: Session, worker_id: int | None, today: date) -> list[Sentence]:
    """What the person should know of an open application: papers asked for, papers that lapse."""
    worker = session.get(Worker, worker_id or 0)
    case = latest_case(session, worker) if worker else None
    if worker is None or case is None or not case.active_digest:
        return []
    asked = [Sentence("落户窗口等你补材料。")] if case.state is CaseState.SUPPLEMENT else []
    return asked + [
        Sentence(
            "落户材料“%(paper)s”%(day)s到期，先去换新的。",
            {"paper": Sentence(PAPERS[document.kind].label), "day": document.valid_until},
        )
        for document in own_lapsing(session, worker.id, today)
    ]


def last_problem(session: Session, actor: Actor) -> Problem | None:
    """What the worker said last, with its story."""
    statement = visible_to(
        actor, select(Problem).options(selectinload(Problem.notes)), Problem, Permission.PORTAL
    )
    return session.scalar(statement.order_by(Problem.id.desc()).limit(1))
