"""A spreadsheet of orders: checked row by row with the order form, kept, confirmed once as drafts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches, explained
from app.kit.files.bulk_upload.reading import FormRules, Line, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.hidden import Unhide
from app.orders import operations
from app.orders.bulk_upload.cells import raw_values
from app.orders.bulk_upload.columns import ORDERS, order_form
from app.orders.bulk_upload.rows import read_row
from models.access import Actor
from models.i18n import Sentence
from models.jobs.order import Order, OrderBatch, OrderColumn
from models.reference.area import guangdong_cities
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

UNANSWERED = Sentence("还有列没有认。请先说明这些列是什么，再导入。")


def read(
    session: Session, sent: bytes | Sent, home_city: str, answers: Mapping[str, str] | None = None
) -> Reading:
    """Read a file of orders; ``home_city`` is where work is when a row does not say. Raises Unreadable.

    ``answers`` are the enterprise's own to what its headings mean.
    """
    cities = guangdong_cities(session)
    blank = order_form({}, cities)
    rules = FormRules(
        lambda name, cell: raw_values(name, cell, blank),
        lambda raw: order_form(raw, cities),
        given={"city_code": [home_city]},
        complete=read_row,
    )
    return read_sheet(sent, ORDERS, rules, explained=answers)


def keep(
    session: Session, actor: Actor, enterprise: Organisation, filename: str, reading: Reading, content: bytes
) -> OrderBatch:
    """Keep what was read, and the file, until it is confirmed."""
    batch = OrderBatch(enterprise_id=enterprise.id, user_id=actor.user_id, filename=filename)
    return batches.keep(session, batch, reading, content)


def answers_of(session: Session, enterprise_id: int) -> dict[str, str]:
    """What an enterprise said its own headings mean, by heading."""
    return explained.answers(session, OrderColumn, enterprise_id=enterprise_id)


def to_read_again(batch: OrderBatch) -> tuple[bytes, Unhide]:
    """A kept file, and what is read of the things it hides. Raises TransitionRefused for one confirmed."""
    if batch.confirmed_at is not None or batch.content is None:
        raise TransitionRefused(batches.CONFIRMED_BEFORE)
    return batch.content, batches.reading_of(batch).file.unhide


def read_explained(session: Session, batch: OrderBatch, told: Mapping[str, str], sent: Sent) -> Reading:
    """Read a kept file with what was ``told`` of its headings ({heading: field, "" to leave it out}) beside
    what its enterprise said before."""
    enterprise = session.get_one(Organisation, batch.enterprise_id)
    answers = answers_of(session, enterprise.id) | explained.as_kept(told)
    return read(session, sent, home_city_of(enterprise), answers)


def explain_columns(
    session: Session, actor: Actor, batch: OrderBatch, told: Mapping[str, str], reading: Reading
) -> None:
    """Remember what the enterprise's headings mean, and keep the file as it was read with that.

    Raises TransitionRefused for a file that was confirmed meanwhile.
    """
    content, _unhide = to_read_again(batch)
    explained.remember(session, actor, OrderColumn, told, enterprise_id=batch.enterprise_id)
    batches.keep(session, batch, reading, content)


def forget_column(session: Session, actor: Actor, column: OrderColumn) -> None:
    """Forget what a heading of an enterprise means."""
    explained.forget(session, actor, column)


def home_city_of(enterprise: Organisation) -> str:
    """The prefecture where work is when a row does not say."""
    return enterprise.area_code[:4] + "00"


def work_out(session: Session, actor: Actor, batch: OrderBatch, day: date) -> list[Order]:
    """A draft for every good row, in no session yet. Only reads: a thousand of them are held against the law.

    Raises TransitionRefused while columns wait to be explained.
    """
    reading = batches.reading_of(batch)
    if batch.confirmed_at is None and reading.unanswered:
        raise TransitionRefused(UNANSWERED)
    enterprise = session.get_one(Organisation, batch.enterprise_id)
    return operations.drafts(session, actor, enterprise, _values(session, reading.good), day)


def confirm(session: Session, actor: Actor, batch: OrderBatch, orders: list[Order], now: datetime) -> int:
    """Write the drafts of :func:`work_out`; returns how many. Raises TransitionRefused the second time."""
    batches.confirm_once(batch, now)
    return len(operations.keep_all(session, actor, orders, file=batch.filename))


def write(
    session: Session,
    actor: Actor,
    enterprise: Organisation,
    lines: Iterable[Line],
    today: date,
    filename: str,
) -> list[Order]:
    """Write a draft for each of ``lines``. The caller commits."""
    return operations.create_all(session, actor, enterprise, _values(session, lines), today, file=filename)


def _values(session: Session, lines: Iterable[Line]) -> list[dict[str, Any]]:
    cities = guangdong_cities(session)
    return [order_form(line.raw, cities).values() for line in lines]
