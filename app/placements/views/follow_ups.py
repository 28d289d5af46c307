"""The calls one, three and six months after arrival, worked through one after the other."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.document_sanitizer import Paper
from app.kit.web.extensions import db, let_go
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import drawn_anew
from app.kit.web.request_limits import place_asked, row_number
from app.kit.web.ticks import ticked
from app.placements import bp
from app.placements.forms import FollowUpForm
from app.placements.listing import FOLLOW_UPS, VIEWS
from app.placements.operations import evidence
from app.placements.operations import follow_ups as operations
from app.placements.queries import cases, lists, rounds
from app.placements.queries.people import faces
from app.placements.views.rounds import NoteForm
from models.access import Permission
from models.clock import today, utc_now
from models.placement.placement import FollowUp, Placement
from models.workflow import TransitionRefused

PAGE = 50


@bp.route("/placements/follow-ups")
@requires(Permission.FOLLOWUP_RECORD)
def follow_ups() -> str:
    """What is due, what comes, who could not be reached."""
    asked, place = FOLLOW_UPS.asked(request.args), place_asked()
    rows, following = FOLLOW_UPS.read(db.session, current_actor(), asked, today(), place, PAGE)
    view = asked.get("view", "due")
    return _list(
        list(rows),
        view,
        following=following,
        first_url=FOLLOW_UPS.at("") if place else "",
        next_url=FOLLOW_UPS.at(following) if following else "",
    )


@bp.route("/placements/follow-ups/of/<holder>")
@requires(Permission.FOLLOWUP_RECORD)
def follow_ups_of(holder: str) -> str:
    """The open follow-ups of one collector ("none": of nobody), to be given to somebody else."""
    try:
        number = None if holder == "none" else row_number(holder)
    except ValueError:
        abort(404)
    actor, start = current_actor(), request.args.get("start", 0, row_number) or 0
    user, numbers = rounds.numbers_of_collector(db.session, actor, number, today()) or abort(404)
    rows = rounds.in_order(db.session, actor, numbers[start : start + PAGE])
    older = start + PAGE if len(numbers) > start + PAGE else None
    about = {"holder": holder, "total": len(numbers), "start": start, "older": older}
    return _list(rows, "of", is_of_one=True, user=user, **about)


def _list(rows: list[FollowUp], view: str, is_of_one: bool = False, **about: Any) -> str:
    actor = current_actor()
    return render_template(
        "placements/follow_ups.html",
        view=view,
        is_of_one=is_of_one,
        **about,
        views=VIEWS,
        rows=rows,
        kept=ticked("ids"),
        people=rounds.collectors(db.session, actor, today()),
        today=today(),
        faces=faces(db.session, actor, [row.placement for row in rows]),
        is_short=cases.is_wage_short,
    )


def _follow_up(number: int, permission: Permission) -> FollowUp:
    statement = lists.follow_ups(current_actor(), permission).where(FollowUp.id == number)
    return db.session.scalar(statement) or abort(404)


@bp.route("/placements/follow-ups/<int:number>", methods=["GET", "POST"])
@requires(Permission.FOLLOWUP_RECORD)
@reads_files
def follow_up(number: int) -> str | Response:
    """One call and its result."""
    row = _follow_up(number, Permission.FOLLOWUP_RECORD)
    form = FollowUpForm() if request.method == "POST" else FollowUpForm(data=_known(row))
    if row.recorded_at is None:
        del form.correction
    if request.method == "POST" and form.validate():
        paper = drawn_anew(form.file) if form.file.data else None
        try:
            if not form.file.errors:
                let_go()
                write_down(row, form, paper)
                return finish(_next_url())
        except TransitionRefused as problem:
            db.session.rollback()
            form.outcome.errors = [say(problem.sentence)]
            row = _follow_up(number, Permission.FOLLOWUP_RECORD)
    placement: Placement = row.placement
    return render_template(
        "placements/follow_up.html",
        row=row,
        placement=placement,
        form=form,
        face=faces(db.session, current_actor(), [placement])[placement.id],
        wages=cases.wages_found(placement),
        other=_who_rings(row),
        note_form=NoteForm(formdata=None, obj=row),
        paper=evidence.papers_of(db.session, [row]).get(row.id),
    )


def write_down(row: FollowUp, form: FollowUpForm, paper: Paper | None) -> None:
    """What was found, or the correction of what was written before."""
    given = (db.session, current_actor(), row, form.finding())
    if row.recorded_at is not None and form.correction.data:
        operations.correct_follow_up(*given, form.correction.data, today(), utc_now())
    else:
        operations.record_follow_up(*given, today(), utc_now())
    if paper is not None:
        evidence.attach(db.session, current_actor(), row, paper)


def _who_rings(row: FollowUp) -> str:
    """The colleague who is ringing the person now, or ""."""
    call, now = operations.call_of(db.session, row), utc_now()
    if call is None or not call.is_held(now) or call.is_held_by(current_actor().user_id, now):
        return ""
    return call.holder.name if call.holder else ""


def _known(row: FollowUp) -> dict[str, object]:
    if row.recorded_at is None:
        return {}
    return {
        "outcome": row.outcome,
        "evidence": row.evidence,
        "wage_fen": row.wage_fen,
        "note": row.evidence_note,
        "trouble": row.trouble,
        "left_on": row.placement.left_on,
        "leave_reason": row.placement.leave_reason,
    }


def _next_url() -> str:
    """The next call that is due and nobody makes, or the list where none is left."""
    row = operations.take_next(db.session, current_actor(), today(), utc_now())
    if row is not None:
        flash(_("已记下。下一位："), "success")
        return url_for("placements.follow_up", number=row.id)
    flash(_("已记下，今天该打的都打完了。"), "success")
    return url_for("placements.follow_ups")


@bp.route("/placements/follow-ups/next", methods=["POST"])
@requires(Permission.FOLLOWUP_RECORD)
def next_follow_up() -> Response:
    """Begin the round: the first call that nobody makes."""
    row = operations.take_next(db.session, current_actor(), today(), utc_now())
    if row is None:
        flash(_("该打的电话同事正在打，或者还没到再打的时候。"), "success")
        return finish(url_for("placements.follow_ups"))
    return finish(url_for("placements.follow_up", number=row.id))


@bp.route("/placements/follow-ups/<int:number>/missed", methods=["POST"])
@requires(Permission.FOLLOWUP_RECORD)
def missed_follow_up(number: int) -> Response:
    """Nobody answered: later again; now the next."""
    operations.miss(db.session, current_actor(), _follow_up(number, Permission.FOLLOWUP_RECORD), utc_now())
    return finish(_next_url())
