"""A form sent twice does its work once.

Every form carries a key; the key and the work are committed together. The second try finds the key taken, its
work is rolled back, and it is led to where the first one went.
"""

from flask import abort, g, has_request_context, redirect, request
from flask_login import current_user
from sqlalchemy import Connection, Select, event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction
from werkzeug.wrappers import Response

from app.kit.web.extensions import db, read_only
from models.form_receipt import FormReceipt

MOST_LOCATION = 300  # what the column holds


def finish(location: str) -> Response:
    """Commit the request's work together with its form key, and redirect to ``location``.

    When the key is taken nothing after this call happens: the request ends with the way to the first answer.
    """
    key = request.form.get("once", "")[:40]
    if not key:
        db.session.commit()
        return redirect(location, 303)
    user_id = current_user.id if current_user.is_authenticated else None
    # A list with many ticks or filters has a long address: a form sent twice is led to the list itself.
    kept = location if len(location) <= MOST_LOCATION else location.partition("?")[0]
    db.session.add(FormReceipt(key=key, user_id=user_id, location=kept))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if first := first_answer():
            abort(first)
        raise
    return redirect(location, 303)


def first_answer() -> Response | None:
    """The way to where the first form with this request's key led, if there was such a form.

    Only read: a form that lost a race does not wait for the writer a second time.
    """
    key = request.form.get("once", "")[:40]
    if key:
        read_only()
    location = db.session.scalar(select(FormReceipt.location).where(FormReceipt.key == key)) if key else None
    return redirect(location, 303) if location else None


def answered_before() -> Response | None:
    """Before an unsafe view runs: lead a form sent twice to where it went. It only reads."""
    if request.method != "POST" or not (key := request.form.get("once", "")[:40]):
        return None
    if not current_user.is_authenticated:
        return None
    g.form_sent = key, current_user.id
    return _own_answer(db.session.scalar(_own(*g.form_sent)))


def _own(key: str, user_id: int) -> Select[str]:
    return select(FormReceipt.location).where(FormReceipt.key == key, FormReceipt.user_id == user_id)


def _own_answer(location: str | None) -> Response | None:
    return redirect(location, 303) if location else None


@event.listens_for(Session, "after_begin")
def _answered_meanwhile(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """One that waited may have waited for its own first sending: ask again before anything is done.

    Else each of twenty would do the whole work again, one after the other, only to lose it at its end, and
    the last ones would wait for a lock longer than anybody may. SQLite has one writer anyway; on PostgreSQL
    the copies of one form wait for each other by its key.
    """
    if connection.get_execution_options().get("readonly"):
        return
    sent = g.pop("form_sent", None) if has_request_context() else None  # asked at the first writing only
    if not sent:
        return
    if connection.dialect.name == "postgresql":
        name = ":".join(map(str, sent))
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    if first := _own_answer(connection.scalar(_own(*sent))):
        abort(first)
