"""Scoped reads of cases: lists, the officer's desk, papers that lapse, an enterprise's people."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.whole_list import Whole, newest_whole
from models.access import Actor, Permission, Role, visible_to
from models.hukou.case import (
    OVER,
    CaseState,
    DocumentState,
    HukouCase,
    HukouDocument,
    HukouFollowUp,
)
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouRule
from models.people.worker import Worker
from models.placement.placement import WORKING, Placement
from models.waiting import newest_page

PAGE = 50
REMIND_DAYS = 30
PEOPLE = 100


def case_served_by(session: Session, document: HukouDocument) -> HukouCase | None:
    """The case for which a paper counts now: its own, or the open one that the person began after it."""
    own = document.case
    if own is None or own.state not in OVER:
        return own
    later = open_case(session, own.worker)
    return later if later is not None and later.city_code == document.city_code else own


def open_case(session: Session, worker: Worker) -> HukouCase | None:
    return session.scalar(select(HukouCase).where(HukouCase.active_digest == worker.id_digest))


def own_people(session: Session, actor: Actor, after: int = 0) -> list[Placement]:
    """People who work at the actor's enterprise and agreed that it knows them: a page, and one more, behind
    the placement ``after``."""
    rows = session.scalars(
        visible_to(actor, select(Placement), Placement, Permission.HUKOU_PROVE)
        .where(Placement.state.in_(WORKING), Placement.consented_at.is_not(None))
        .where(Placement.consent_withdrawn_at.is_(None))
        .where(Placement.id > after)
        .order_by(Placement.id)
        .limit(PEOPLE + 1)
        .options(joinedload(Placement.worker))
    )
    return list(rows)


def vouched_by(session: Session, actor: Actor, worker_id: int) -> list[PersonFact]:
    """What the actor's own enterprise vouched for of this person, newest first; never what others said."""
    return list(
        session.scalars(
            select(PersonFact)
            .where(PersonFact.worker_id == worker_id, PersonFact.superseded_at.is_(None))
            .where(PersonFact.organisation_id.in_(actor.organisations(Role.ENTERPRISE)))
            .order_by(PersonFact.id.desc())
        )
    )


def latest_case(session: Session, worker: Worker) -> HukouCase | None:
    """The person's newest case, open or over."""
    return session.scalar(
        select(HukouCase).where(HukouCase.worker_id == worker.id).order_by(HukouCase.id.desc()).limit(1)
    )


def cities_of(session: Session, worker_id: int) -> list[str]:
    """Cities in which the person works, or of which a fact is known; the present one first."""
    working = select(Placement.city_code).where(
        Placement.worker_id == worker_id, Placement.state.in_(WORKING)
    )
    proven = select(PersonFact.city_code).where(PersonFact.worker_id == worker_id, PersonFact.city_code != "")
    return list(dict.fromkeys([*session.scalars(working), *session.scalars(proven.distinct())]))


WITH_A_CASE = (joinedload(HukouCase.worker), joinedload(HukouCase.rule))


def case_list(
    session: Session,
    actor: Actor,
    state: str,
    place: str = "",
    size: int = PAGE,
    also: Sequence[ColumnElement[bool]] = (),
) -> tuple[list[HukouCase], str]:
    """A page of cases, newest first, and the place of the next."""
    rows = _cases(actor).where(*_in_state(state), *also)
    return newest_page(session, rows, HukouCase, place, size)


def _in_state(state: str) -> list[ColumnElement[bool]]:
    return [HukouCase.state == CaseState(state)] if state in set(CaseState) else []


def whole(actor: Actor, state: str, also: Sequence[ColumnElement[bool]] = ()) -> Whole:
    """All cases of the list."""
    seen = visible_to(actor, select(HukouCase), HukouCase, Permission.HUKOU_READ)
    return newest_whole(seen.where(*_in_state(state), *also), HukouCase, seen)


def _cases(actor: Actor) -> Select[HukouCase]:
    return visible_to(actor, select(HukouCase), HukouCase, Permission.HUKOU_READ).options(*WITH_A_CASE)


def desk(session: Session, actor: Actor, states: Sequence[CaseState], limit: int = PAGE) -> list[HukouCase]:
    """The officer's queue: what has a last day first, by that day.

    The priority mark goes before others only where the rule allows it.
    """
    first = case((HukouRule.priority_orders & (HukouCase.priority_basis != ""), 0), else_=1)
    query = (
        _cases(actor)
        .join(HukouRule, HukouRule.id == HukouCase.rule_id)
        .where(HukouCase.state.in_(states))
        .order_by(first, HukouCase.due_on.is_(None), HukouCase.due_on, HukouCase.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def due_follow_ups(session: Session, actor: Actor, day: date) -> list[HukouFollowUp]:
    """Visits after registration that are due and not written down."""
    query = (
        visible_to(
            actor,
            select(HukouFollowUp).join(HukouFollowUp.case),
            HukouCase,
            Permission.HUKOU_HELP,
        )
        .where(HukouFollowUp.recorded_at.is_(None), HukouFollowUp.due_on <= day)
        .order_by(HukouFollowUp.due_on, HukouFollowUp.id)
        .limit(PAGE)
        .options(joinedload(HukouFollowUp.case).joinedload(HukouCase.worker))
    )
    return list(session.scalars(query))


def expiring(session: Session, actor: Actor, day: date) -> list[HukouDocument]:
    """Accepted papers of open cases that lapse within a month."""
    query = (
        visible_to(actor, select(HukouDocument), HukouDocument, Permission.HUKOU_READ)
        .join(HukouDocument.case)
        .where(HukouCase.state.not_in(OVER), HukouDocument.state == DocumentState.ACCEPTED)
        .where(HukouDocument.valid_until.between(day, day + timedelta(days=REMIND_DAYS)))
        .order_by(HukouDocument.valid_until)
        .limit(PAGE)
        .options(joinedload(HukouDocument.case).joinedload(HukouCase.worker))
    )
    return list(session.scalars(query))


def own_lapsing(session: Session, worker_id: int, day: date) -> list[HukouDocument]:
    """The person's accepted papers of an open case that lapse within a month, or have lapsed."""
    query = (
        select(HukouDocument)
        .join(HukouDocument.case)
        .where(HukouDocument.worker_id == worker_id, HukouDocument.state == DocumentState.ACCEPTED)
        .where(HukouCase.state.not_in(OVER))
        .where(HukouDocument.valid_until <= day + timedelta(days=REMIND_DAYS))
        .order_by(HukouDocument.valid_until)
    )
    return list(session.scalars(query))
