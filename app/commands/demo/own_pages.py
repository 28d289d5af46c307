"""What the demo's people say for themselves: the jobs they would take, the card they went through, a word of
correction."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.story import ARRIVED, at
from app.placements.operations import job_cards
from app.workers.own_words import operations as own_words
from models.access import Actor
from models.clock import utc_now
from models.jobs.order import Order
from models.people.own_word import Fact
from models.people.preference import MOST, state_preferences
from models.people.worker import Worker, candidate_condition
from models.placement import disclosed_terms
from models.placement.acknowledgement import Acknowledgement, CardPoint, Grasp
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState

SAID_WISHES, WENT_THROUGH, WENT_BEFORE = 60, 20, 90


def tell_own_pages(session: Session, rng: Random, today: date) -> None:
    """Through the operations, as the county's collector and as the demo's worker."""
    county = actor_named(session, "county", today)
    _wishes(session, rng, county, today)
    _cards(session, rng, county)
    # Its own draws: what the demo tells afterwards stays as it was.
    _cards_of_the_past(session, Random(WENT_BEFORE), county)  # noqa: S311  synthetic people, no secret
    _words(session, today)


def _wishes(session: Session, rng: Random, county: Actor, today: date) -> None:
    people = select(Worker).where(Worker.county_code == ZHAOJUE, candidate_condition(today))
    orders = list(session.scalars(select(Order.id).where(Order.takes_people(today)).order_by(Order.id)))
    for worker in session.scalars(people.order_by(Worker.id).limit(SAID_WISHES)).all():
        wanted = rng.sample(orders, min(MOST, len(orders)))
        state_preferences(session, worker, wanted, actor=county, channel=Channel.VISIT, now=utc_now())


def _cards(session: Session, rng: Random, county: Actor) -> None:
    hired = select(Placement).where(Placement.county_code == ZHAOJUE, Placement.state == PlacementState.HIRED)
    for placement in session.scalars(hired.order_by(Placement.id).limit(WENT_THROUGH)).all():
        if rng.random() < 0.3:
            continue
        points, question = _said(rng)
        job_cards.acknowledge(session, county, placement, points, question, Channel.VISIT, utc_now())


def _said(rng: Random) -> tuple[dict[CardPoint, Grasp], str]:
    points = dict.fromkeys(CardPoint, Grasp.CLEAR)
    if rng.random() >= 0.25:
        return points, ""
    return points | {CardPoint.LIVING: Grasp.OPEN}, "夫妻房还有没有空的？"


def _cards_of_the_past(session: Session, rng: Random, county: Actor) -> None:
    """Of people who are there or have left again: rows, as their placements are, since the operation refuses
    a card after the departure. Drawn without regard to who stayed."""
    mine = (
        Placement.county_code == ZHAOJUE,
        Placement.on_site_on.is_not(None),
        Placement.hired_on.is_not(None),
    )
    arrived = select(Placement).where(*mine, Placement.state.in_(ARRIVED)).order_by(Placement.id)
    for placement in session.scalars(arrived.limit(WENT_BEFORE)).all():
        if placement.hired_on is None or rng.random() < 0.4:
            continue
        points, question = _said(rng)
        day = placement.hired_on + timedelta(days=1)
        placement.disclosed_terms = (
            placement.disclosed_terms or disclosed_terms.terms_of(session, placement, day).as_json()
        )
        session.add(
            Acknowledgement(
                placement_id=placement.id,
                worker_id=placement.worker_id,
                terms=placement.disclosed_terms,
                points={point.value: grasp.value for point, grasp in points.items()},
                is_clear=not question,
                question=question or None,
                channel=Channel.VISIT,
                acknowledged_at=at(day),
                recorded_by_id=county.user_id,
            )
        )


def _words(session: Session, today: date) -> None:
    actor = actor_named(session, "worker", today)
    person = session.get(Worker, actor.worker_id)
    if person is None:
        return
    own_words.change_wishes(session, actor, person, {"night_shift": False}, utc_now())
    own_words.say_fact(session, actor, person, Fact.PHONE, "号码换了，新的尾号是 2231，请打来核实", utc_now())
