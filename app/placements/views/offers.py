"""Recommending and inviting: the buttons under a list of candidates lead here."""

from collections import defaultdict
from datetime import date

from flask import abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_day
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked, turned
from app.placements import bp
from app.placements.operations import offers
from models.access import Permission
from models.clock import today
from models.i18n import Sentence
from models.jobs.order import Order
from models.match_run import MatchRun
from models.people.masks import masked_name
from models.placement.asking import AskingRules
from models.workflow import TransitionRefused

NAMED = 5


@bp.route("/placements/offers", methods=["POST"])
@requires(Permission.PLACEMENT_OFFER)
def offer_many() -> Response:
    """Recommend one order to several people. Form: order_id, worker_ids; others may lack."""
    if page := turned("worker_ids"):
        return page
    order = _order()
    run_id = request.form.get("run_id", type=row_number)
    run = in_scope_or_404(MatchRun, run_id, Permission.MATCH_RUN) if run_id else None
    done = offers.offer_many(
        db.session,
        current_actor(),
        order,
        ticked("worker_ids", offers.MOST_AT_ONCE),
        today(),
        run,
        _respond_by(),
        request.form.get("reason", ""),
        AskingRules.of(current_app.config),
    )
    if done.made:
        flash(_("已推荐给 %(n)s 人，岗位明白卡可以打印了。", n=len(done.made)), "success")
    _tell_refused(done, masked=False)
    return finish(url_for("placements.index", stage="offered", order=order.id))


@bp.route("/placements/invitations", methods=["POST"])
@requires(Permission.PLACEMENT_INVITE)
def invite_many() -> Response:
    """Invite candidates of the enterprise's own run. Form: order_id, run_id, worker_ids; respond_by."""
    if page := turned("worker_ids"):
        return page
    order = _order()
    run = in_scope_or_404(MatchRun, request.form.get("run_id", type=row_number), Permission.MATCH_RUN)
    if order.enterprise_id not in current_actor().organisations():
        abort(404)
    ids = ticked("worker_ids", offers.MOST_AT_ONCE)
    rules = AskingRules.of(current_app.config)
    done = offers.invite_many(db.session, current_actor(), run, order, ids, today(), _respond_by(), rules)
    if done.made:
        flash(_("已邀请 %(n)s 人，等县里转告本人。", n=len(done.made)), "success")
    _tell_refused(done, masked=True)
    return finish(url_for("placements.index", stage="invited", order=order.id))


def _order() -> Order:
    order_id = request.form.get("order_id", type=row_number)
    order: Order = in_scope_or_404(Order, order_id, Permission.ORDER_READ)
    return order


def _respond_by() -> date | None:
    try:
        day: date | None = parse_day(request.form.get("respond_by", "")).read()
    except BadCell as problem:
        raise TransitionRefused(problem.sentence) from problem
    return day


def _tell_refused(done: offers.Offered, *, masked: bool) -> None:
    groups: dict[Sentence, list[str]] = defaultdict(list)
    for worker, reason in done.refused:
        shown = _("没有登记的人") if worker is None else masked_name(worker.name) if masked else worker.name
        groups[reason].append(shown)
    for reason, names in groups.items():
        some = _("、").join(names[:NAMED])
        flash(
            _(
                "%(names)s 等 %(n)s 人没有办：%(reason)s。",
                names=some,
                n=len(names),
                reason=say(reason).rstrip("。."),
            ),
            "warning",
        )
    if not done.made and not done.refused:
        flash(_("请先勾选要推荐的人。"), "warning")
