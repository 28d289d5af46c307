"""A form sent twice does its work once.

Every form carries a key; the key and the work are committed together. The second try finds the key taken, its
work is rolled back, and it is led to where the first one went.
"""

from flask import g, redirect, request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.extensions import db
from models.once import FormReceipt


def finish(location: str) -> Response:
    """Commit the request's work together with its form key, and redirect to ``location``."""
    key = request.form.get("once", "")[:40]
    if not key:
        db.session.commit()
        return redirect(location, 303)
    user_id = current_user.id if current_user.is_authenticated else None
    db.session.add(FormReceipt(key=key, user_id=user_id, location=location))
    try:
        db.session.commit()
    except IntegrityError as problem:
        db.session.rollback()
        if first := first_answer(key):
            return redirect(first, 303)
        raise problem
    return redirect(location, 303)


def first_answer(key: str) -> str | None:
    """Return where the first form with ``key`` led, if there was one."""
    return db.session.scalar(select(FormReceipt.location).where(FormReceipt.key == key)) if key else None


def answered_before() -> Response | None:
    """Before an unsafe view runs: lead a repeated form to where its first sending went."""
    if request.method != "POST" or not (key := request.form.get("once", "")[:40]):
        return None
    receipt = db.session.scalar(select(FormReceipt).where(FormReceipt.key == key))
    if receipt is None:
        return None
    own = current_user.is_authenticated and receipt.user_id == current_user.id
    g.repeated = True
    return redirect(receipt.location, 303) if own else None
