"""HTTP of duties: what waits for whose word, by deadline; verified one by one or many at once."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.employment.duties import bp, operations, queries
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import place_asked
from app.kit.web.ticks import ticked
from app.kit.web.transition_forms import asked
from models.access import Permission
from models.clock import utc_now
from models.employment.duty import DUTY_WORKFLOW, OPEN_DUTIES, DutyState
from models.reference.area import area_names
from models.workflow import IllegalTransition, TransitionRefused


@bp.route("/employment/duties")
@requires(Permission.PLACEMENT_READ)
def index() -> str:
    """Whose status waits for whose word; the reader's own turn first."""
    actor, place = current_actor(), place_asked()
    own = queries.own_states(actor)
    told = request.args.get("state", "")
    state = DutyState(told) if told in set(DutyState) else next(iter(own), DutyState.COUNTY_TO_VERIFY)
    rows, following = queries.waiting_page(db.session, actor, state, place)
    steps = [
        step
        for step in DUTY_WORKFLOW.transitions
        if state in step.sources and step.shown and state in own and actor.can(step.permission)
    ]
    codes = {row.county_code for row in rows} | {row.city_code for row in rows if row.city_code}
    return render_template(
        "employment/duties/index.html",
        rows=rows,
        state=state,
        states=(*OPEN_DUTIES, DutyState.EMPLOYED, DutyState.NOT_EMPLOYED),
        counts=queries.counts(db.session, actor),
        steps=steps,
        names=area_names(db.session, codes),
        is_open=state in OPEN_DUTIES,
        here=url_for("duties.index", state=state) if place else None,
        following=url_for("duties.index", state=state, after=following) if following else None,
    )


@bp.route("/employment/duties", methods=["POST"])
@requires(Permission.FOLLOWUP_RECORD)
def advance() -> Response:
    """Take the named step on the ticked duties. Form: event, reason, ids."""
    step, reason = asked(DUTY_WORKFLOW)
    actor = current_actor()
    if not actor.can(step.permission):
        abort(403)
    numbers = ticked("ids", queries.PAGE)
    done, rows = 0, queries.chosen(db.session, actor, numbers, step.permission)
    for row in rows:
        try:
            with db.session.begin_nested():
                operations.advance(db.session, actor, row, step.event, reason, utc_now())
            done += 1
        except (TransitionRefused, IllegalTransition) as refused:
            flash(f"{row.worker.name}{_('：')}{say(refused.sentence)}", "warning")
    if done:
        flash(ngettext("%(num)d 人已记下。", "%(num)d 人已记下。", done), "success")
    elif not rows:
        flash(_("请先勾选人。"), "warning")
    return finish(url_for("duties.index"))
