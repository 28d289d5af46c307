"""A million workers, 20,000 open orders, 300,000 placements, 500,000 follow-ups, three million audit rows.

Rows go straight into the tables, in slices, with the models' own defaults and the audit's own seal, so that
the chain holds. One seed, one database; with fewer people, all the rest in proportion.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.operations import give, make_user
from benchmarks import register
from benchmarks.bulk import hurried, look_at_all, pour, without_indexes
from benchmarks.load.around import night, pour_around
from models import vault
from models.access import Actor, Role
from models.audit import GENESIS, AuditEvent, seal, tail
from models.clock import utc_now
from models.employment.spell import EmploymentSpell, SpellEvidence, SpellKind, Teller
from models.event_tags import EventTag
from models.jobs.order import Order, OrderState
from models.messages.message import Message
from models.people.name_index import NameKey
from models.people.worker import Worker, WorkerState
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence, FollowUp, Outcome, Placement, PlacementState
from models.reference.area import Area
from models.reference.calendar import months_after
from models.reference.organisation import Organisation, OrganisationKind

PASSWORD = "bench-pass-2016"
FIRMS = 200
LARGE = (Worker, NameKey, Placement, FollowUp, EmploymentSpell, SpellEvidence, Message, AuditEvent)
ORDERS, PLACEMENTS, AUDIT = 0.02, 0.3, 3.0  # for each person of the register
CITIES = ("440600", "440100", "440300", "442000", "441900", "440400")
# Of a hundred placements: state, and how many.
STATES = {
    PlacementState.OFFERED: 8,
    PlacementState.DECLINED: 14,
    PlacementState.EXPIRED: 14,
    PlacementState.ACCEPTED: 3,
    PlacementState.HIRED: 2,
    PlacementState.DEPARTED: 2,
    PlacementState.ON_SITE: 32,
    PlacementState.LEFT: 25,
}
ARRIVED = (PlacementState.ON_SITE, PlacementState.LEFT)
HIRED = (PlacementState.HIRED, PlacementState.DEPARTED, *ARRIVED)
OUTCOMES = (Outcome.EMPLOYED,) * 7 + (Outcome.UNKNOWN,) * 2 + (Outcome.LEFT,)


class Home(NamedTuple):
    """Where a person lives."""

    worker: int
    county: str
    town: str | None


def build(session: Session, people: int, today: date, tell: Any = print) -> None:
    """Fill an empty database; commits."""
    engine: Any = session.get_bind()
    with hurried(session, engine):
        firms = accounts(session, today.replace(year=2016, day=1))
        with without_indexes(session, *LARGE):
            register.fill(session, people)
            tell("people")
            orders = open_orders(session, firms, int(people * ORDERS), today)
            tell("orders")
            chosen = _homes(session, int(people * PLACEMENTS))
            pour(session, Placement, placements(chosen, orders, today))
            tell("placements")
            pour(session, FollowUp, follow_ups(session, today))
            pour(session, EmploymentSpell, spells(session))
            _settle_states(session)
            tell("follow-ups and spells")
            pour_around(session, people, today)
            tell("messages, problems, evidence, cooperation")
            audit(session, int(people * AUDIT))
            tell("audit")
        tell("indexes")
        look_at_all(session, engine)
        tell("statistics")
        night(session, today, tell)


def accounts(session: Session, since: date) -> list[int]:
    """An account of every role but the worker's own, and the enterprises; commits."""
    firms = [
        Organisation(
            kind=OrganisationKind.ENTERPRISE,
            credit_code=f"LOAD{n:014d}",
            name=f"第{n}厂",
            area_code=CITIES[n % len(CITIES)],
        )
        for n in range(FIRMS)
    ]
    school = Organisation(
        kind=OrganisationKind.SCHOOL, credit_code="LOADSCHOOL00000001", name="昭觉技校", area_code="513431"
    )
    session.add_all([*firms, school])
    session.flush()
    town = session.scalar(select(Area.code).where(Area.parent_code == register.COUNTY).order_by(Area.code))
    places: dict[Role, dict[str, Any]] = {
        Role.COUNTY: {"area_code": register.COUNTY},
        Role.TOWNSHIP: {"area_code": town},
        Role.ENTERPRISE: {"organisation_id": firms[0].id},
        Role.SCHOOL: {"organisation_id": school.id},
        Role.TEACHER: {"organisation_id": school.id},
        Role.CITY: {"area_code": register.CITY},
        Role.REGISTRATION: {"area_code": register.CITY},
        Role.PREFECTURE: {"area_code": register.PREFECTURE},
        Role.PROVINCE: {"area_code": register.PROVINCE},
        Role.AUDITOR: {"area_code": register.PROVINCE},
        Role.ADMIN: {},
    }
    maker = Actor(None, "load")
    for role, place in places.items():
        user = make_user(session, maker, role.value, role.value, PASSWORD, must_change=False)
        give(session, maker, user, role, valid_from=since, **place)
    session.commit()
    return [firm.id for firm in firms]


def open_orders(session: Session, firms: list[int], count: int, today: date) -> list[tuple[int, int, str]]:
    """Number, enterprise and city of each; one enterprise in ten has most of them."""
    numbers = register.post(session, firms[0], count, OrderState.OPEN, today, seed=3)
    for place, firm in enumerate(firms[1:], start=1):
        some = numbers[place :: len(firms)]
        city = CITIES[place % len(CITIES)]
        for first in range(0, len(some), 500):
            session.execute(
                update(Order)
                .where(Order.id.in_(some[first : first + 500]))
                .values(enterprise_id=firm, city_code=city, headcount=200)
                .execution_options(synchronize_session=False)
            )
    session.commit()
    rows = session.execute(select(Order.id, Order.enterprise_id, Order.city_code).order_by(Order.id))
    return [(number, firm, city) for number, firm, city in rows]


def _homes(session: Session, count: int) -> list[Home]:
    """``count`` people."""
    rows = session.execute(
        select(Worker.id, Worker.county_code, Worker.township_code).order_by(Worker.id).limit(count)
    )
    return [Home(*row) for row in rows]


def placements(
    homes: list[Home], orders: list[tuple[int, int, str]], today: date
) -> Iterator[dict[str, Any]]:
    """One a person: offered, answered, hired, at work or left within the last three years."""
    dice = Random(11)
    states = [state for state, share in STATES.items() for _n in range(share)]
    for home in homes:
        state = dice.choice(states)
        order, firm, city = dice.choice(orders)
        hired = today - timedelta(days=dice.randint(5, 1000)) if state in HIRED else None
        arrived = hired + timedelta(days=3) if hired and state in ARRIVED else None
        left = arrived + timedelta(days=dice.randint(1, 400)) if arrived else None
        has_left = state is PlacementState.LEFT and left is not None
        began = datetime.combine(hired or today - timedelta(days=9), datetime.min.time(), utc_now().tzinfo)
        yield {
            "created_at": began,
            "state_since": began,
            "order_id": order,
            "worker_id": home.worker,
            "county_code": home.county,
            "township_code": home.town,
            "enterprise_id": firm,
            "city_code": city,
            "state": state,
            "respond_by": today + timedelta(days=dice.randint(-3, 5)),
            "disclosed_terms": {"wage_low_fen": 450_000},
            "consented_at": began if hired else None,
            "active_digest": f"{home.worker:064d}" if state in HIRED and not has_left else None,
            "hired_on": hired,
            "on_site_on": arrived,
            "left_on": min(left, today) if has_left and left else None,
            "leave_reason": dice.choice(list(LeaveReason)) if has_left else None,
        }


def follow_ups(session: Session, today: date) -> Iterator[dict[str, Any]]:
    """Three a person who arrived; nine in ten that are due were made, half of them verified."""
    dice, now = Random(13), utc_now()
    columns = (
        Placement.id,
        Placement.on_site_on,
        Placement.left_on,
        Placement.county_code,
        Placement.city_code,
    )
    rows = session.execute(
        select(*columns).where(Placement.on_site_on.is_not(None)).order_by(Placement.id)
    ).all()
    for placement, arrived, left, county, city in rows:
        assert arrived is not None
        for months in (1, 3, 6):
            due = months_after(arrived, months)
            made = due <= today and dice.random() < 0.9 and (left is None or left > due)
            outcome = dice.choice(OUTCOMES) if made else None
            known = outcome not in (None, Outcome.UNKNOWN)
            yield {
                "created_at": now,
                "placement_id": placement,
                "county_code": county,
                "city_code": city,
                "months": months,
                "due_on": due,
                "outcome": outcome,
                "evidence": dice.choice(list(Evidence)[1:]) if known else Evidence.NONE,
                "recorded_at": now if made else None,
                "verified_at": now if known and dice.random() < 0.5 else None,
            }


def spells(session: Session) -> Iterator[dict[str, Any]]:
    """One of everybody who arrived."""
    now = utc_now()
    columns = (
        Placement.id,
        Placement.worker_id,
        Placement.county_code,
        Placement.township_code,
        Placement.enterprise_id,
        Placement.city_code,
        Placement.on_site_on,
        Placement.left_on,
        Placement.leave_reason,
    )
    rows = session.execute(select(*columns).where(Placement.on_site_on.is_not(None))).all()
    for number, worker, county, town, firm, city, began, ended, reason in rows:
        assert began is not None
        yield {
            "created_at": now,
            "worker_id": worker,
            "county_code": county,
            "township_code": town,
            "employer_id": firm,
            "place_code": city,
            "kind": SpellKind.ENTERPRISE,
            "began_on": began,
            "ended_on": ended,
            "end_reason": reason,
            "placement_id": number,
            "stays_three_on": months_after(began, 3),
            "stays_six_on": months_after(began, 6),
            "evidence_level": Evidence.ROSTER,
            "shown_until": ended or began,
            "teller": Teller.PLATFORM,
        }


def _settle_states(session: Session) -> None:
    """The person's own state follows the placement's."""
    for state, of in (
        (WorkerState.OFFERED, (PlacementState.OFFERED, PlacementState.ACCEPTED)),
        (WorkerState.HIRED, (PlacementState.HIRED, PlacementState.DEPARTED)),
        (WorkerState.WORKING, (PlacementState.ON_SITE,)),
    ):
        people = select(Placement.worker_id).where(Placement.state.in_(of))
        session.execute(
            update(Worker)
            .where(Worker.id.in_(people))
            .values(state=state)
            .execution_options(synchronize_session=False)
        )
    session.commit()


def audit(session: Session, count: int) -> None:
    """Acts of the last three years, sealed and chained as `models.audit` does."""
    key, now = vault.audit_key_in_use(), utc_now()
    number, previous = tail(session) or (0, GENESIS)
    most = session.scalar(select(func.max(Worker.id))) or 1
    tags = (EventTag.WORKER_UPDATE.value, EventTag.WORKER_REVEAL.value, EventTag.PLACEMENT_ADVANCE.value)

    def rows(previous: str) -> Iterator[dict[str, Any]]:
        for n in range(number + 1, number + count + 1):
            at = now - timedelta(seconds=30 * (number + count - n))
            subject = f"worker:{n % most + 1}"
            parts = (n, at.isoformat(), n % 11 + 1, "load", tags[n % 3], subject, "{}", previous)
            row_hash = seal(parts, key)
            names = ("id", "at", "actor_id", "actor_name", "tag", "subject", "payload", "previous")
            yield dict(zip(names, (n, at, *parts[2:]), strict=True)) | {"hash": row_hash, "key_id": key}
            previous = row_hash

    pour(session, AuditEvent, rows(previous))
