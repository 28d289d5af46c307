"""A spreadsheet of orders: checked row by row with the order form, kept, confirmed once as drafts."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.reading import FormRules, Line, Reading
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.orders import operations
from app.orders.bulk_upload.columns import ORDERS, order_form, raw_values
from models.access import Actor
from models.clock import day_of
from models.jobs.order import Order, OrderBatch
from models.reference.area import guangdong_cities
from models.reference.organisation import Organisation


def read(session: Session, data: bytes, home_city: str) -> Reading:
    """Read a file of orders; ``home_city`` is where work is when a row does not say. Raises Unreadable."""
    cities = guangdong_cities(session)
    blank = order_form({}, cities)
    rules = FormRules(
        lambda name, cell: raw_values(name, cell, blank),
        lambda raw: order_form(raw, cities),
        given={"city_code": [home_city]},
    )
    return read_sheet(data, ORDERS, rules)


def keep(
    session: Session, actor: Actor, enterprise: Organisation, filename: str, reading: Reading
) -> OrderBatch:
    """Keep what was read until it is confirmed."""
    batch = OrderBatch(enterprise_id=enterprise.id, user_id=actor.user_id, filename=filename)
    return batches.keep(session, batch, reading)


def confirm(session: Session, actor: Actor, batch: OrderBatch, now: datetime) -> int:
    """Write a draft for every good row; returns how many. Raises TransitionRefused the second time."""
    enterprise = session.get_one(Organisation, batch.enterprise_id)
    reading = batches.confirm_once(batch, now)
    return len(write(session, actor, enterprise, reading.good, day_of(now), filename=batch.filename))


def write(
    session: Session,
    actor: Actor,
    enterprise: Organisation,
    lines: Iterable[Line],
    today: date,
    filename: str,
) -> list[Order]:
    """Write a draft for each of ``lines``. The caller commits."""
    cities = guangdong_cities(session)
    values = [order_form(line.raw, cities).values() for line in lines]
    return operations.create_all(session, actor, enterprise, values, today, file=filename)
