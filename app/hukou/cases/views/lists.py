"""The lists: cases, the desk, visits afterwards, figures."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.hukou.cases import bp
from app.hukou.cases.forms import FollowUpForm
from app.hukou.cases.listing import CASES
from app.hukou.cases.operations import deadlines, steps
from app.hukou.cases.queries import cases, points_lists, statistics
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, part_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import place_asked
from models.access import Permission
from models.clock import today, utc_now
from models.hukou.case import CaseState, HukouCase, HukouFollowUp
from models.reference.area import area_names

READ = Permission.HUKOU_READ


@bp.route("")
@requires(READ)
def index() -> str:
    """Cases, newest first."""
    place = place_asked("before")
    asked = CASES.asked_here()
    rows, following = CASES.read(db.session, current_actor(), asked, today(), place, cases.PAGE)
    return render_template(
        "hukou/cases/index.html",
        cases=rows,
        state=asked.get("state", ""),
        states=CaseState,
        cities=area_names(db.session, {row.city_code for row in rows}),
        following=following,
        is_later=bool(place),
    )


@bp.route("/desk")
@requires(Permission.HUKOU_REVIEW)
def desk() -> str:
    """The officer's queue."""
    actor = current_actor()
    mine = cases.desk(db.session, actor, deadlines.OFFICE_STEPS)
    later = cases.desk(db.session, actor, (CaseState.LISTED, CaseState.APPROVED, CaseState.PERMITTED))
    waiting = cases.desk(db.session, actor, (CaseState.SUPPLEMENT, CaseState.MOVED_OUT))
    return render_template(
        "hukou/cases/desk.html",
        mine=mine,
        later=later,
        waiting=waiting,
        day=today(),
        expiring=cases.expiring(db.session, actor, today()),
        points_rules=points_lists.points_rules(db.session, actor),
    )


@bp.route("/follow-ups")
@requires(Permission.HUKOU_HELP)
def follow_ups() -> str:
    """Visits after registration that are due."""
    actor, day = current_actor(), today()
    return render_template(
        "hukou/cases/follow_ups.html",
        rows=cases.due_follow_ups(db.session, actor, day),
        expiring=cases.expiring(db.session, actor, day),
    )


@bp.route("/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.HUKOU_HELP)
def follow_up(follow_up_id: int) -> str | Response:
    """Write down one visit."""
    row = part_or_404(HukouFollowUp, follow_up_id, HukouCase, "case_id")
    form = FollowUpForm(obj=row)
    if row.recorded_at is None:
        del form.reason
    if form.validate_on_submit():
        visit = steps.Visit(
            still_there=form.still_there.value,
            school_places=form.school_places.value,
            insurance_moved=form.insurance_moved.value,
            trouble=form.trouble.data or "",
        )
        reason = form.reason.data if row.recorded_at is not None else ""
        steps.record_follow_up(db.session, current_actor(), row, visit, utc_now(), reason or "")
        return finish(url_for("hukou.show", case_id=row.case_id))
    return render_template("hukou/cases/follow_up.html", case=row.case, row=row, form=form)


@bp.route("/figures")
@requires(Permission.HUKOU_READ)
def figures() -> str:
    """How many by city, route and county; how long each step takes; who is still there."""
    session, actor = db.session, current_actor()
    return render_template(
        "hukou/cases/figures.html",
        routes=statistics.by_route(session, actor),
        counties=statistics.by_county(session, actor),
        steps=statistics.days_per_step(session, actor),
        later=statistics.afterwards(session, actor, today()),
        today=today(),
    )
