"""HTTP of the lists of settling: cases, the desk, visits afterwards."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.hukou.cases import bp, operations, queries
from app.hukou.cases.forms import FollowUpForm
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, part_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from models.access import Permission
from models.clock import today
from models.hukou.case import CaseState, HukouCase, HukouFollowUp
from models.reference.area import area_names

READ = Permission.HUKOU_READ


@bp.route("")
@requires(READ)
def index() -> str:
    """Cases, newest first."""
    state, actor = request.args.get("state", ""), current_actor()
    rows = queries.case_list(db.session, actor, state, request.args.get("before", type=row_number))
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    return render_template(
        "hukou/cases/index.html",
        cases=rows,
        state=state,
        states=CaseState,
        cities=area_names(db.session, {row.city_code for row in rows}),
        next_url=url_for("hukou.index", state=state, before=rows[-1].id) if more else "",
    )


@bp.route("/desk")
@requires(Permission.HUKOU_REVIEW)
def desk() -> str:
    """The officer's queue."""
    actor = current_actor()
    mine = queries.desk(db.session, actor, operations.OFFICE_STEPS)
    later = queries.desk(db.session, actor, (CaseState.LISTED, CaseState.APPROVED, CaseState.PERMITTED))
    waiting = queries.desk(db.session, actor, (CaseState.SUPPLEMENT, CaseState.MOVED_OUT))
    return render_template(
        "hukou/cases/desk.html",
        mine=mine,
        later=later,
        waiting=waiting,
        day=today(),
        expiring=queries.expiring(db.session, actor, today()),
    )


@bp.route("/follow-ups")
@requires(Permission.HUKOU_HELP)
def follow_ups() -> str:
    """Visits after settling that are due."""
    actor, day = current_actor(), today()
    return render_template(
        "hukou/cases/follow_ups.html",
        rows=queries.due_follow_ups(db.session, actor, day),
        expiring=queries.expiring(db.session, actor, day),
    )


@bp.route("/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.HUKOU_HELP)
def follow_up(follow_up_id: int) -> str | Response:
    """Write down one visit."""
    row = part_or_404(HukouFollowUp, follow_up_id, HukouCase, "case_id")
    form = FollowUpForm(obj=row)
    if form.validate_on_submit():
        found = {name: form[name].value for name in ("still_there", "school_places", "insurance_moved")}
        trouble = form.trouble.data or ""
        operations.record_follow_up(db.session, current_actor(), row, found | {"trouble": trouble})
        return finish(url_for("hukou.show", case_id=row.case_id))
    return render_template("hukou/cases/follow_up.html", case=row.case, row=row, form=form)
