"""Attendance: the teacher's day and roll on a phone, the learners' scan of a code, and the whole table."""

import secrets
from datetime import date
from typing import Any

import segno
from flask import abort, current_app, flash, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField

from app.kit.web.addresses import printed_address
from app.kit.web.cookies import read_cookie, set_cookie
from app.kit.web.extensions import db, limiter
from app.kit.web.fields import Form, text, whole
from app.kit.web.form_tokens import form_token
from app.kit.web.formatters import clock, say
from app.kit.web.guards import current_actor, in_scope_or_404, looks_everywhere, open_to_all, requires
from app.kit.web.idempotency import finish
from app.kit.web.kept_pages import kept, page_worker
from app.training.attendance import bp, operations, queries
from app.training.attendance.operations import Closing, Mark, ReasonMissing
from app.training.classes.queries.classes import tabs_for
from models import vault
from models.access import Actor, Permission, Role
from models.clock import today, utc_now
from models.training import roll as rolls
from models.training.anomalies import anomalies
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from models.training.training_class import TrainingClass
from models.workflow import TransitionRefused

TAKE = Permission.ATTENDANCE_TAKE
COOKIE, YEAR, GONE = "device", 366 * 24 * 3600, 410
TWO_DAYS = 48  # hours a phone keeps a roll


@bp.route("/classes/<int:class_id>/attendance")
@requires(Permission.ENROLMENT_READ)
def show(class_id: int) -> str:
    """Who was in which lesson, each learner's sum, and who may not, or may soon not, sit the examination."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    forecasts = {one.enrolment_id: one for one in queries.forecast(db.session, training_class, today())}
    in_danger = {enrolment_id for enrolment_id, one in forecasts.items() if one.is_in_danger}
    return render_template(
        "training/attendance/attendance.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        table=queries.table(db.session, training_class.id, today()),
        least=queries.threshold(db.session, training_class, today()),
        forecasts=forecasts,
        endangered=in_danger | queries.below_threshold(db.session, training_class, today()),
        anomalies=anomalies(db.session, training_class.id) if _checks(current_actor()) else [],
    )


def _checks(actor: Actor) -> bool:
    """What looks wrong is for those who check; it may tell of a job what the school need not know."""
    return actor.can(Permission.CLASS_INSPECT) or actor.has_role(Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)


# --- the roll -------------------------------------------------------------------------------------------


@bp.route("/lessons/page-worker.js")
@requires(TAKE)
def roll_worker() -> Response:
    """The script that keeps the rolls in the phone; from here it may serve /training/lessons/ and no more."""
    return page_worker()


@bp.route("/lessons/today", endpoint="today")
@requires(TAKE)
def lessons_today() -> Response:
    """The lessons of today whose roll the reader calls, and those whose roll was never ended."""
    actor, day = current_actor(), today()
    lessons, forgotten = rolls.lessons_on(db.session, actor, day), rolls.unclosed(db.session, actor, day)
    page = render_template(
        "training/attendance/today.html",
        lessons=lessons,
        forgotten=forgotten,
        day=day,
        coming=rolls.next_lesson(db.session, actor, day),
        marked=rolls.marked_counts(db.session, [lesson.id for lesson in (*lessons, *forgotten)]),
    )
    return kept(page, TWO_DAYS)


def own_lesson(lesson_id: int) -> Lesson:
    """A lesson whose roll the reader may call; any other answers like a missing one."""
    lesson: Lesson = in_scope_or_404(Lesson, lesson_id)
    return lesson if rolls.may_take(current_actor(), lesson) else abort(404)


@bp.route("/lessons")
@requires(TAKE)
def week() -> str:
    """Every lesson whose roll the reader calls or called, a week on a page."""
    shown = rolls.week(db.session, current_actor(), request.args.get("day", today(), date.fromisoformat))
    lessons = [lesson for _day, of_day in shown.days for lesson in of_day]
    return render_template(
        "training/attendance/week.html",
        week=shown,
        today=today(),
        marked=rolls.marked_counts(db.session, [lesson.id for lesson in lessons]),
    )


class LateForm(Form):
    """Why a roll is changed more than a day after its lesson."""

    reason = text(_l("为什么现在才改、才补"), most=200, description=_l("审核补贴的人会看到原因和改动"))


class ClosingForm(Form):
    """How a roll ends."""

    absent_rest = BooleanField(_l("没点到的都记缺课"))
    head_count = whole(_l("教室里数到几人"), high=500)
    reason = text(_l("为什么现在才补缺课"), most=200, id="closing-reason")


@bp.route("/lessons/<int:lesson_id>")
@requires(TAKE)
def roll(lesson_id: int) -> Response:
    """The roll of one lesson."""
    return kept(_roll_page(own_lesson(lesson_id)), TWO_DAYS)


def _roll_page(lesson: Lesson, typed: dict[int, Presence] | None = None, **wrong: Form) -> str:
    """The roll; ``typed`` are marks that were not taken, ``wrong`` the form that came back."""
    lines, now = rolls.roll(db.session, lesson), utc_now()
    forms = {"late_form": LateForm(formdata=None), "closing_form": ClosingForm(formdata=None)}
    return render_template(
        "training/attendance/roll.html",
        lesson=lesson,
        lines=lines,
        typed=typed or {},
        counts=rolls.counts(lines),
        words=list(Presence),
        is_open=lesson.takes_check_in(now),
        refusal=operations.roll_refusal(lesson, now),
        is_late=lesson.is_settled(now),
        has_scans=any(line.how is MarkedBy.CODE for line in lines),
        user_id=current_user.id,
        at=now.timestamp(),
        **(forms | wrong),
    )


@bp.route("/lessons/<int:lesson_id>/marks")
@requires(TAKE)
def marks(lesson_id: int) -> Response:
    """What stands in the roll now, for the page that keeps itself up to date."""
    lines = rolls.roll(db.session, own_lesson(lesson_id))
    known = {line.enrolment_id: line.presence for line in lines if line.presence}
    return jsonify(marks=known, at=utc_now().timestamp(), token=form_token())


@bp.route("/lessons/<int:lesson_id>/marks", methods=["POST"])
@requires(TAKE)
def save_marks(lesson_id: int) -> str | Response:
    """Take the marks: of the page's script (JSON in a field), or of the plain form."""
    lesson, sent = own_lesson(lesson_id), request.form.get("marks")
    if sent is not None:
        told = operations.marks_of_phone(sent)
        _save(lesson, abort(400) if told is None else told)
        return finish(url_for("attendance.marks", lesson_id=lesson_id))
    typed, form = _from_form(), LateForm()
    try:
        count = _save(lesson, typed, form.reason.data or "")
    except ReasonMissing as missing:
        db.session.rollback()
        form.reason.errors = [say(missing.sentence)]
        return _roll_page(
            own_lesson(lesson_id), {mark.enrolment_id: mark.presence for mark in typed}, late_form=form
        )
    flash(_("记下了 %(n)s 人。", n=count), "success")
    return finish(url_for("attendance.roll", lesson_id=lesson_id))


def _save(lesson: Lesson, told: list[Mark], reason: str = "") -> int:
    try:
        return operations.save_marks(db.session, current_actor(), lesson, told, utc_now(), reason)
    except LookupError:
        abort(404)


def _from_form() -> list[Mark]:
    typed = {
        name.removeprefix("mark-"): value for name, value in request.form.items() if name.startswith("mark-")
    }
    try:
        return [Mark(int(enrolment_id), Presence(value)) for enrolment_id, value in typed.items()]
    except ValueError:
        abort(400)


@bp.route("/lessons/<int:lesson_id>/close", methods=["POST"])
@requires(TAKE)
def close(lesson_id: int) -> str | Response:
    """End the roll; what stands against it is said beside the button."""
    lesson, form = own_lesson(lesson_id), ClosingForm()
    if not form.validate():
        return _roll_page(lesson, closing_form=form)
    try:
        closing = Closing(form.absent_rest.data, form.head_count.data, form.reason.data or "")
        operations.close_lesson(db.session, current_actor(), lesson, utc_now(), closing)
    except TransitionRefused as refused:
        db.session.rollback()
        field = form.reason if isinstance(refused, ReasonMissing) else form.head_count
        field.errors = [say(refused.sentence)]
        return _roll_page(own_lesson(lesson_id), closing_form=form)
    flash(_("点名结束了。有改动还可以再点，会留下记录。"), "success")
    return finish(url_for("attendance.today"))


# --- the changing code ----------------------------------------------------------------------------------


@bp.route("/lessons/<int:lesson_id>/code")
@requires(TAKE)
def code(lesson_id: int) -> str:
    """The changing code, large enough for a class to scan."""
    lesson = own_lesson(lesson_id)
    is_open = lesson.takes_check_in(utc_now())
    picture = _picture(lesson) if is_open else {}
    return render_template("training/attendance/code.html", lesson=lesson, is_open=is_open, **picture)


@bp.route("/lessons/<int:lesson_id>/code.json")
@requires(TAKE)
def fresh_code(lesson_id: int) -> Response:
    """The code of this moment, for the page that shows it."""
    lesson = own_lesson(lesson_id)
    return jsonify(_picture(lesson) | ({} if lesson.takes_check_in(utc_now()) else {"svg": "", "left": 0}))


def _picture(lesson: Lesson) -> dict[str, Any]:
    now, lines = utc_now(), rolls.roll(db.session, lesson)
    address = printed_address("attendance.here", code=operations.code_at(lesson, now))
    return {
        "svg": segno.make(address, error="m").svg_inline(scale=1, border=3, omitsize=True),
        "left": operations.seconds_left(now),
        "marked": sum(line.presence is not None for line in lines),
        "learners": len(lines),
    }


# --- the learner's scan: pages open to all, which tell nothing and take one mark ------------------------


class SeatForm(Form):
    """How a learner without an account is known: seat number and the last four of the ID number."""

    seat = whole(_l("学号（座号）"), low=1, high=500, must=True)
    last4 = text(_l("身份证后四位"), most=4, must=True)
    ticket = StringField()


def _seat_key() -> str:
    """Tries are counted for a seat of a class: as it is read, however it is written and whoever tries."""
    form, device = SeatForm(), _device(read_cookie(COOKIE))
    lesson = db.session.get(Lesson, operations.lesson_in_ticket(_key(), form.ticket.data or "", device) or 0)
    return f"class {lesson.class_id if lesson else 0} seat {form.seat.data}"


@bp.route("/lessons/here/<code>")
@open_to_all
@limiter.limit("240/minute")
def here(code: str) -> Response | tuple[str, int]:
    """Where the scanned code leads: a right one is exchanged for a ticket of five minutes for this phone."""
    lesson = _lesson_of(code)
    if lesson is None:
        return _gone()
    token = read_cookie(COOKIE) or secrets.token_urlsafe(24)
    form = SeatForm(formdata=None, ticket=operations.ticket(_key(), lesson.id, _device(token)))
    answer = make_response(_seat_page(lesson, form))
    set_cookie(answer, COOKIE, token, YEAR)
    return answer


@bp.route("/lessons/here", methods=["POST"])
@open_to_all
@limiter.limit("120/minute")
@limiter.limit("8/hour", key_func=_seat_key, deduct_when=lambda answer: answer.status_code == 200)
def check_in() -> Response | str | tuple[str, int]:
    """Take the mark of a learner who is signed in, or who knows the seat and the end of the ID number."""
    form, device, now = SeatForm(), _device(read_cookie(COOKIE)), utc_now()
    lesson_id = operations.lesson_in_ticket(_key(), form.ticket.data or "", device)
    lesson = db.session.get(Lesson, lesson_id or 0)
    if lesson is None or not lesson.takes_check_in(now):
        return _gone()
    looks_everywhere("a learner's mark: ticket, seat and the end of the number are the key")
    enrolment = rolls.own_seat(db.session, lesson, current_actor().worker_id) or _by_seat(form, lesson)
    if enrolment is None:
        return _seat_page(lesson, form)
    mark = operations.check_in(db.session, current_actor(), lesson, enrolment, device, now)
    flash(_outcome(mark), "success" if mark.how is MarkedBy.CODE else "warning")
    return finish(url_for("attendance.checked_in"))


@bp.route("/lessons/checked-in")
@open_to_all
def checked_in() -> str:
    """The end of the learner's way; what was noted stands in the message above."""
    return render_template("training/attendance/checked_in.html")


def _by_seat(form: SeatForm, lesson: Lesson) -> Enrolment | None:
    if not form.validate_on_submit() or form.seat.data is None:
        return None
    learner = rolls.learner(db.session, lesson, form.seat.data, form.last4.data or "")
    if learner is None:
        form.last4.errors = [_("学号和身份证后四位对不上。请看点名册再填一次。")]
    return learner


def _outcome(mark: Attendance) -> str:
    if mark.how is MarkedBy.CODE:
        return _("记上了：你已到课，%(at)s。", at=clock(mark.marked_at))
    return _("老师已经给你点过名了。有不对，请当面和老师说。")


def _lesson_of(code: str) -> Lesson | None:
    lesson, now = db.session.get(Lesson, operations.lesson_in_code(code) or 0), utc_now()
    if lesson is None or not operations.is_current_code(lesson, code, now):
        return None
    return lesson if lesson.takes_check_in(now) else None


def _seat_page(lesson: Lesson, form: SeatForm) -> str:
    own = rolls.own_seat(db.session, lesson, current_actor().worker_id)
    return render_template(
        "training/attendance/here.html", lesson=lesson, form=form, is_known=own is not None
    )


def _gone() -> tuple[str, int]:
    return render_template("training/attendance/here.html", lesson=None), GONE


def _device(token: str) -> str:
    return vault.digest(f"device {token[:64]}")


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
