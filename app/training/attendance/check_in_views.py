"""HTTP of the learner's scan: a page open to all, which tells nothing and takes one mark."""

import secrets

from flask import current_app, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db, limiter
from app.kit.web.formatters import clock
from app.kit.web.guards import current_actor, open_to_all
from app.kit.web.idempotency import finish
from app.training.attendance import bp, codes, operations
from app.training.attendance.forms import SeatForm
from app.training.attendance.queries import roll as queries
from models import vault
from models.clock import utc_now
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance, Lesson, MarkedBy

COOKIE, YEAR = "device", 366 * 24 * 3600
GONE = 410


def _seat_key() -> str:
    return f"seat {request.form.get('seat', '')[:4]} {request.form.get('ticket', '').partition('.')[0][:80]}"


@bp.route("/lessons/here/<code>")
@open_to_all
@limiter.limit("240/minute")
def here(code: str) -> Response | tuple[str, int]:
    """Where the scanned code leads: a right one is exchanged for a ticket of five minutes for this phone."""
    lesson = _lesson_of(code)
    if lesson is None:
        return _gone()
    token = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    form = SeatForm(formdata=None, ticket=codes.ticket(_key(), lesson.id, _device(token)))
    answer = make_response(_page(lesson, form))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


@bp.route("/lessons/here", methods=["POST"])
@open_to_all
@limiter.limit("120/minute")
@limiter.limit("8/hour", key_func=_seat_key, deduct_when=lambda answer: answer.status_code == 200)
def check_in() -> Response | str | tuple[str, int]:
    """Take the mark of somebody who is signed in, or who knows his seat and the end of his ID number."""
    form, device = SeatForm(), _device(request.cookies.get(COOKIE, ""))
    lesson = db.session.get(Lesson, codes.lesson_in_ticket(_key(), form.ticket.data or "", device) or 0)
    if lesson is None or not codes.is_open(lesson, utc_now()):
        return _gone()
    enrolment = queries.own_seat(db.session, lesson, current_actor().worker_id) or _by_seat(form, lesson)
    if enrolment is None:
        return _page(lesson, form)
    mark = operations.check_in(db.session, current_actor(), lesson, enrolment, device)
    flash(_said(mark), "success" if mark.how is MarkedBy.CODE else "warning")
    return finish(url_for("attendance.checked_in"))


@bp.route("/lessons/checked-in")
@open_to_all
def checked_in() -> str:
    """The end of the learner's way; what was noted stands in the message above."""
    return render_template("training/attendance/checked_in.html")


def _by_seat(form: SeatForm, lesson: Lesson) -> Enrolment | None:
    if not form.validate_on_submit() or form.seat.data is None:
        return None
    found = queries.learner(db.session, lesson, form.seat.data, form.last4.data or "")
    if found is None:
        form.last4.errors = [_("学号和身份证后四位对不上。请看点名册再填一次。")]
    return found


def _said(mark: Attendance) -> str:
    if mark.how is MarkedBy.CODE:
        return _("记上了：你已到课，%(at)s。", at=clock(mark.marked_at))
    return _("老师已经给你点过名了。有不对，请当面和老师说。")


def _lesson_of(code: str) -> Lesson | None:
    lesson, now = db.session.get(Lesson, codes.number_in(code) or 0), utc_now()
    is_right = lesson is not None and codes.is_right(lesson, code, now) and codes.is_open(lesson, now)
    return lesson if is_right else None


def _page(lesson: Lesson, form: SeatForm) -> str:
    own = queries.own_seat(db.session, lesson, current_actor().worker_id)
    return render_template(
        "training/attendance/here.html", lesson=lesson, form=form, is_known=own is not None
    )


def _gone() -> tuple[str, int]:
    return render_template("training/attendance/here.html", lesson=None), GONE


def _device(token: str) -> str:
    return vault.digest(f"device {token[:64]}")


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
