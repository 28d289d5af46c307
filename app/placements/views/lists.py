"""Who stands where: the tabs, and an enterprise's roster."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.placements import bp, operations
from app.placements.forms import ArrivalForm
from app.placements.queries.lists import STAGE_BY_NAME, STAGES, Stage, chosen, page_of, roster, stage_counts
from app.placements.queries.people import faces
from models.access import Actor, Permission
from models.clock import today
from models.reference.area import area_names


@bp.route("/placements")
@requires(Permission.PLACEMENT_READ)
def index() -> str:
    """The placements at one stage, and how many stand at each."""
    actor = current_actor()
    stage = STAGE_BY_NAME.get(request.args.get("stage", ""), first_stage(actor))
    order_id = request.args.get("order", type=row_number)
    rows, after = page_of(db.session, actor, stage, request.args.get("after", type=row_number), order_id)
    return render_template(
        "placements/index.html",
        stage=stage,
        stages=STAGES,
        rows=rows,
        after=after,
        order_id=order_id,
        counts=stage_counts(db.session, actor, order_id),
        faces=faces(db.session, actor, rows),
        names=area_names(db.session, {code for row in rows for code in (row.county_code, row.city_code)}),
        batch=batch_action(actor, stage),
        today=today(),
    )


def first_stage(actor: Actor) -> Stage:
    """Return the tab that opens first: what waits for this reader."""
    if actor.can(Permission.PLACEMENT_HIRE):
        return STAGE_BY_NAME["accepted"]
    return STAGE_BY_NAME["offered" if actor.can(Permission.PLACEMENT_ANSWER) else "on_site"]


def batch_action(actor: Actor, stage: Stage) -> str:
    """Return what can be done to several people of a stage at once: offered, hired, departed or ""."""
    needed = {
        "offered": Permission.PLACEMENT_ANSWER,
        "hired": Permission.PLACEMENT_DEPART,
        "departed": Permission.PLACEMENT_ARRIVE,
    }
    return stage.name if stage.name in needed and actor.can(needed[stage.name]) else ""


@bp.route("/placements/arrivals", methods=["POST"])
@requires(Permission.PLACEMENT_ARRIVE)
def arrive_many() -> Response:
    """Confirm that the ticked people have arrived."""
    form = ArrivalForm()
    here = url_for("placements.index", stage="departed")
    ids = request.form.getlist("ids", type=row_number)
    rows = chosen(db.session, current_actor(), ids, Permission.PLACEMENT_ARRIVE)
    if not rows or not form.validate():
        flash(_("请勾选已到岗的人，并填到岗日期。"), "warning")
        return finish(here)
    count = operations.arrive_many(db.session, current_actor(), rows, form.on.data, today())
    flash(ngettext("%(num)d 人已确认到岗。", "%(num)d 人已确认到岗。", count), "success")
    return finish(here)


@bp.route("/placements/roster")
@requires(Permission.PLACEMENT_HIRE)
def enterprise_roster() -> str:
    """Who is on the way to the reader's enterprise, and who works there."""
    actor = current_actor()
    rows = roster(db.session, actor)
    return render_template(
        "placements/roster.html",
        rows=rows,
        faces=faces(db.session, actor, rows),
        today=today(),
        names=area_names(db.session, {row.county_code for row in rows}),
    )
