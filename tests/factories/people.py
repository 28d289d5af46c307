"""Accounts, organisations, workers, orders and placements for tests: each valid as it stands."""

import itertools
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session
from stdnum.cn import ric

from models import vault
from models.access import Actor, Grant, PersonOpening, Role, load_actor
from models.clock import today, utc_now
from models.jobs.order import ForbiddenWork, Order, OrderState
from models.people.category import settle_people
from models.people.worker import Worker
from models.placement.placement import Placement, PlacementState
from models.reference.organisation import Organisation, OrganisationKind
from models.user import User

ZHAOJUE, BUTUO = "513431", "513429"  # two counties of 凉山, helped by 佛山
FOSHAN, GUANGZHOU = "440600", "440100"
# From a thousand on: the orders below are those that a test names, in the first of the counties below.
_numbers = itertools.count(1000)

# Three digits tell a thousand people of one place and day apart; a process of tests makes more.
COUNTIES = ("513431", *(f"5134{n}" for n in (22, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 34, 35, 36, 37)))


def id_number(area: str = "", born: date = date(1990, 5, 3), order: int | None = None) -> str:
    """Return a synthetic ID number with a right check digit (GB 11643). Odd orders are men."""
    thousand, order = divmod(next(_numbers) if order is None else order, 1000)
    county = COUNTIES[0] if thousand == 0 else COUNTIES[1 + (thousand - 1) % (len(COUNTIES) - 1)]
    body = f"{area or county}{born:%Y%m%d}{order:03d}"
    return body + ric.calc_check_digit(body + "0")


def make_user(session: Session, role: Role | None = None, *, opens: bool = True, **where: Any) -> User:
    """Return an account with one role; where: area_code, organisation_id, worker_id.

    ``opens``: a supervisor's lists of persons are open, for a purpose that was stated.
    """
    n = next(_numbers)
    worker_id = where.pop("worker_id", None)
    user = User(username=f"user{n}", name=f"用户{n}", password_hash="!", worker_id=worker_id)
    session.add(user)
    session.flush()
    if role:
        session.add(Grant(user_id=user.id, role=role, valid_from=date(2016, 1, 1), **where))
    if opens and role in (Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR):
        until = utc_now() + timedelta(days=2)
        session.add(PersonOpening(user_id=user.id, purpose="inspection:抽查", ends_at=until))
    session.commit()
    return user


def actor_of(session: Session, user: User) -> Actor:
    """Return the actor behind an account."""
    return load_actor(session, user, today(), utc_now())


def make_enterprise(session: Session, **values: Any) -> Organisation:
    """Return an enterprise in 佛山."""
    n = next(_numbers)
    given = {
        "kind": OrganisationKind.ENTERPRISE,
        "credit_code": f"TEST{n:014d}",
        "name": f"佛山第{n}电子厂",
        "area_code": FOSHAN,
    }
    enterprise = Organisation(**(given | values))
    session.add(enterprise)
    session.commit()
    return enterprise


def make_worker(session: Session, **values: Any) -> Worker:
    """Return a healthy worker of 昭觉 without a job."""
    n = next(_numbers)
    born = values.pop("birth_date", date(1990, 5, 3))
    number = values.pop("id_number", None) or id_number(born=born, order=n)
    phone = values.pop("phone", f"138{n:08d}")
    given = {
        "county_code": ZHAOJUE,
        "name": f"阿木{n}",
        "id_number": number,
        "id_digest": vault.digest(number),
        "id_last4": number[-4:],
        "birth_date": born,
        "sex": "M" if int(number[16]) % 2 else "F",
        "education": 2,
        "health": 2,
        "mandarin": 2,
        "phone": phone,
        "phone_digest": vault.digest(phone),
        "phone_last4": phone[-4:],
        "willing": True,
        "township": "城关镇",
        "wishes": ["普工"],
    }
    worker = Worker(**(given | values))
    session.add(worker)
    session.commit()
    return worker


def make_outsider(session: Session, **values: Any) -> Worker:
    """Return a worker whom the register knows as 一般农户: nobody whom the programme is for."""
    worker = make_worker(session, **({"registered_poor": False} | values))
    settle_people(session, [worker], today())
    session.commit()
    return worker


def make_order(session: Session, enterprise: Organisation | None = None, **values: Any) -> Order:
    """Return an open order of 10 places for assembly workers in 佛山."""
    enterprise = enterprise or make_enterprise(session)
    given = {
        "enterprise_id": enterprise.id,
        "state": OrderState.OPEN,
        "title": "电子厂普工",
        "headcount": 10,
        "city_code": enterprise.area_code,
        "base_wage_fen": 250_000,
        "wage_low_fen": 450_000,
        "wage_high_fen": 520_000,
        "posted_on": today(),
        "valid_until": today() + timedelta(days=60),
        "start_on": today() + timedelta(days=20),
        "occupation_confirmed": True,
        "forbidden_work": ForbiddenWork.NONE,
    }
    order = Order(**(given | values))
    session.add(order)
    session.commit()
    return order


def make_placement(session: Session, order: Order, worker: Worker, **values: Any) -> Placement:
    """Return an offer that waits for the worker's answer."""
    given = {
        "order_id": order.id,
        "worker_id": worker.id,
        "county_code": worker.county_code,
        "township_code": worker.township_code,
        "enterprise_id": order.enterprise_id,
        "city_code": order.city_code,
        "state": PlacementState.OFFERED,
        "respond_by": today() + timedelta(days=5),
    }
    placement = Placement(**(given | values))
    session.add(placement)
    session.commit()
    return placement
