"""HTTP of the roll: the teacher's day, one lesson's roll on a phone, its marks, the changing code."""

import json
from typing import Any

import segno
from flask import abort, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.attendance import bp, codes, operations
from app.training.attendance.operations import Mark
from app.training.attendance.queries import roll as queries
from models.access import Permission
from models.clock import today, utc_now
from models.training.lesson import Lesson, Presence

TAKE = Permission.ATTENDANCE_TAKE


@bp.route("/lessons/today", endpoint="today")
@requires(TAKE)
def today_list() -> str:
    """The lessons of today whose roll the reader calls, and those whose roll was never ended."""
    actor, day = current_actor(), today()
    lessons, forgotten = queries.lessons_on(db.session, actor, day), queries.unclosed(db.session, actor, day)
    return render_template(
        "training/attendance/today.html",
        lessons=lessons,
        forgotten=forgotten,
        day=day,
        coming=queries.next_lesson(db.session, actor, day),
        marked=queries.marked_counts(db.session, [one.id for one in (*lessons, *forgotten)]),
    )


def own_lesson(lesson_id: int) -> Lesson:
    """Return a lesson whose roll the reader may call; another's answers like a missing one."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    return lesson if queries.may_take(current_actor(), lesson) else abort(404)


@bp.route("/lessons/<int:lesson_id>")
@requires(TAKE)
def roll(lesson_id: int) -> str:
    """The roll of one lesson."""
    lesson = own_lesson(lesson_id)
    lines = queries.roll(db.session, lesson)
    return render_template(
        "training/attendance/roll.html",
        lesson=lesson,
        lines=lines,
        counts=queries.counts(lines),
        words=list(Presence),
        is_open=codes.is_open(lesson, utc_now()),
        is_early=lesson.held_on > today(),
        user_id=current_user.id,
    )


@bp.route("/lessons/<int:lesson_id>/marks")
@requires(TAKE)
def marks(lesson_id: int) -> Response:
    """What stands in the roll now, for the page that keeps itself up to date."""
    lesson = own_lesson(lesson_id)
    lines = queries.roll(db.session, lesson)
    return jsonify(marks={line.enrolment_id: line.presence for line in lines if line.presence})


@bp.route("/lessons/<int:lesson_id>/marks", methods=["POST"])
@requires(TAKE)
def save_marks(lesson_id: int) -> Response:
    """Take the marks: of the page's script (JSON in a field), or of the plain form."""
    lesson = own_lesson(lesson_id)
    sent = request.form.get("marks")
    told = _from_script(sent) if sent is not None else _from_form()
    try:
        count = operations.save_marks(db.session, current_actor(), lesson, told)
    except LookupError:
        abort(404)
    if sent is not None:
        return finish(url_for("attendance.marks", lesson_id=lesson_id))
    flash(_("记下了 %(n)s 人。", n=count), "success")
    return finish(url_for("attendance.roll", lesson_id=lesson_id))


def _from_script(text: str) -> list[Mark]:
    try:
        return [_mark(one) for one in json.loads(text)]
    except (ValueError, TypeError, KeyError, OverflowError):
        abort(400)


def _mark(one: Any) -> Mark:
    ago = float(one["ago"])
    return Mark(int(one["id"]), Presence(one["presence"]), ago if 0 <= ago < 1e9 else 0)


def _from_form() -> list[Mark]:
    pairs = (
        (name.removeprefix("mark-"), value)
        for name, value in request.form.items()
        if name.startswith("mark-")
    )
    try:
        return [Mark(int(number), Presence(value)) for number, value in pairs]
    except ValueError:
        abort(400)


@bp.route("/lessons/<int:lesson_id>/close", methods=["POST"])
@requires(TAKE)
def close(lesson_id: int) -> Response:
    """End the roll."""
    lesson = own_lesson(lesson_id)
    operations.close_lesson(db.session, current_actor(), lesson, bool(request.form.get("absent_rest")))
    flash(_("点名结束了。有改动还可以再点，会留下记录。"), "success")
    return finish(url_for("attendance.today"))


@bp.route("/lessons/<int:lesson_id>/code")
@requires(TAKE)
def code(lesson_id: int) -> str:
    """The changing code, large enough for a class to scan."""
    lesson = own_lesson(lesson_id)
    is_open = codes.is_open(lesson, utc_now())
    return render_template(
        "training/attendance/code.html",
        lesson=lesson,
        is_open=is_open,
        **(_picture(lesson) if is_open else {}),
    )


@bp.route("/lessons/<int:lesson_id>/code.json")
@requires(TAKE)
def fresh_code(lesson_id: int) -> Response:
    """The code of this moment, for the page that shows it."""
    lesson = own_lesson(lesson_id)
    return jsonify(_picture(lesson) if codes.is_open(lesson, utc_now()) else {"svg": "", "left": 0})


def _picture(lesson: Lesson) -> dict[str, Any]:
    now = utc_now()
    address = url_for("attendance.here", code=codes.code_at(lesson, now), _external=True)
    lines = queries.roll(db.session, lesson)
    here = sum(line.presence is not None for line in lines)
    return {
        "svg": segno.make(address, error="m").svg_inline(scale=1, border=3, omitsize=True),
        "left": codes.seconds_left(now),
        "marked": here,
        "learners": len(lines),
    }
