"""A spreadsheet of orders: read, checked row by row with the order form, previewed, written with one
confirm."""

from collections.abc import Iterable
from datetime import date
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import columns_of
from app.kit.files.bulk_upload.reading import FormRules, Line, Raw, Reading
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.spreadsheet import Page, write_workbook
from app.kit.web.fields import TriStateField, options
from app.orders import operations, queries
from app.orders.bulk_upload_columns import ORDERS, raw_values
from app.orders.forms import OrderForm
from models.access import Actor
from models.i18n import N_
from models.jobs.order import Order, OrderBatch, OrderState
from models.reference.organisation import Organisation

SPARE_ROWS = 300
YES_NO = (N_("是"), N_("否"))


def read(session: Session, data: bytes, home_city: str) -> Reading:
    """Read a file of orders; ``home_city`` is where work is when a row does not say. Raises Unreadable."""
    cities = queries.cities(session)
    blank = order_form({}, cities)
    rules = FormRules(
        lambda name, cell: raw_values(name, cell, blank),
        lambda raw: order_form(raw, cities),
        given={"city_code": [home_city]},
    )
    return read_sheet(data, ORDERS, rules)


def order_form(raw: Raw, cities: list[tuple[str, str]]) -> OrderForm:
    """Return the order form as if ``raw`` had been typed into it."""
    form = OrderForm(formdata=MultiDict(raw), meta={"csrf": False})
    form.city_code.choices = options(cities)
    return form


def keep(
    session: Session, actor: Actor, enterprise: Organisation, filename: str, reading: Reading
) -> OrderBatch:
    """Keep what was read until somebody confirms it."""
    batch = OrderBatch(enterprise_id=enterprise.id, user_id=actor.user_id, filename=filename)
    return batches.keep(session, batch, reading)


def confirm(session: Session, actor: Actor, batch: OrderBatch, day: date) -> int:
    """Write a draft for every good row; returns how many. Raises TransitionRefused the second time."""
    enterprise = session.get_one(Organisation, batch.enterprise_id)
    reading = batches.confirm_once(batch)
    return len(write(session, actor, enterprise, reading.good, day, filename=batch.filename))


def write(
    session: Session, actor: Actor, enterprise: Organisation, lines: Iterable[Line], day: date, filename: str
) -> list[Order]:
    """Write a draft for each of ``lines``. The caller commits."""
    cities = queries.cities(session)
    values = [order_form(line.raw, cities).values() for line in lines]
    return operations.create_all(session, actor, enterprise, values, day, file=filename)


def same_titles(session: Session, enterprise_id: int) -> set[str]:
    """Return the titles of the enterprise's orders that are not over, to warn of a file sent twice."""
    alive = Order.state.not_in((OrderState.CLOSED, OrderState.REJECTED))
    return set(session.scalars(select(Order.title).where(Order.enterprise_id == enterprise_id, alive)))


def write_template(target: IO[bytes], cities: list[tuple[str, str]]) -> None:
    """Write the blank workbook: the form's fields as columns, drop-downs where the form has choices."""
    blank = order_form({}, cities)
    columns = columns_of(ORDERS, lambda name: choices_of(blank, name))
    write_workbook(target, [Page(_("岗位"), columns, spare_rows=SPARE_ROWS)])


def choices_of(blank: OrderForm, name: str) -> tuple[str, ...]:
    """Return the words a cell of a field is chosen from, in the reader's language; none where text is
    free."""
    item = blank[name]
    if item.type == "BooleanField":
        return tuple(_(word) for word in YES_NO)
    if item.type == "SelectField" or isinstance(item, TriStateField):
        return tuple(str(one.label) for one in item.choices if one.value != "")
    return ()
