"""HTTP of subsidies that are to come back: asked for on the list's page, noted when the money is there."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.cooperation.funds import bp, recoveries
from app.cooperation.funds.forms import DemandForm, PaidForm
from app.cooperation.funds.subsidy_views import list_page
from app.kit.web.extensions import db
from app.kit.web.fields import Form, past_day, text
from app.kit.web.formatters import say, yuan
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked, row_for
from models.access import Permission, Role
from models.clock import today
from models.cooperation.subsidy_recovery import (
    SUBSIDY_RECOVERY_WORKFLOW,
    SubsidyRecovery,
    SubsidyRecoveryGround,
    SubsidyRecoveryState,
    demand_subsidy,
    subsidy_came_back,
)
from models.cooperation.work_subsidy import SubsidyLine, SubsidyList
from models.workflow import TransitionRefused

P = Permission


class CameBackForm(Form):
    """When the money came back."""

    returned_on = past_day(_l("收回日期"), must=True)
    voucher = text(_l("凭证号"), most=60, must=True, description=_l("收款凭证或银行回单的编号"))


@bp.route("/subsidies/lists/<int:list_id>/recover", methods=["POST"])
@requires(P.FUND_WRITE)
def recover_subsidy(list_id: int) -> str | Response:
    """Ask back what one person of a paid list got. Form: line, ground, reason."""
    paper: SubsidyList = in_scope_or_404(SubsidyList, list_id, P.FUND_WRITE)
    number = request.form.get("line", type=row_number)
    line = db.session.get(SubsidyLine, number) if number else None
    if line is None or line.list_id != paper.id:
        abort(404)
    form = DemandForm()
    if not form.validate():
        return list_page(paper, PaidForm(formdata=None), (line.id, form))
    ground = SubsidyRecoveryGround(form.ground.data)
    demand_subsidy(db.session, current_actor(), line, ground, form.reason.data)
    flash(_("已列入追回：钱回来以后，在“追回”里登记。"), "success")
    return finish(url_for("funds.subsidy_list", list_id=list_id))


@bp.route("/subsidies/recoveries")
@requires(P.FUND_READ)
def subsidy_recoveries() -> str:
    """What is to come back after all, or came back."""
    return _page()


def _page(wrong: tuple[int, CameBackForm] | None = None) -> str:
    told = request.args.get("state", "")
    state = SubsidyRecoveryState(told) if told in set(SubsidyRecoveryState) else SubsidyRecoveryState.OPEN
    after = request.args.get("after", 0, type=row_number)
    actor = current_actor()
    rows, more = recoveries.recoveries(db.session, actor, state, after)
    return render_template(
        "cooperation/funds/recoveries.html",
        rows=rows,
        more=more,
        state=state,
        states=list(SubsidyRecoveryState),
        steps={row.id: SUBSIDY_RECOVERY_WORKFLOW.available(row, actor) for row in rows},
        form=CameBackForm(formdata=None, data={"returned_on": today()}),
        wrong=wrong,
        own=actor.areas(Role.COUNTY),
    )


@bp.route("/subsidies/recoveries/<int:recovery_id>/return", methods=["POST"])
@requires(P.FUND_PAY)
def subsidy_back(recovery_id: int) -> str | Response:
    """Note that money is back. Form: returned_on, voucher."""
    row: SubsidyRecovery = in_scope_or_404(SubsidyRecovery, recovery_id, P.FUND_PAY)
    form = CameBackForm()
    if not form.validate():
        return _page((row.id, form))
    try:
        subsidy_came_back(db.session, current_actor(), row, form.returned_on.data, form.voucher.data, today())
    except TransitionRefused as refused:
        db.session.rollback()
        form.returned_on.errors = [*form.returned_on.errors, *(say(one) for one in refused.sentences)]
        return _page((recovery_id, form))
    flash(_("已登记收回 %(sum)s，退回这种补贴的账上。", sum=yuan(row.amount_fen)), "success")
    return finish(url_for("funds.subsidy_recoveries"))


@bp.route("/subsidies/recoveries/<int:recovery_id>/step", methods=["POST"])
@requires(P.FUND_PAY)
def step_subsidy_recovery(recovery_id: int) -> Response:
    """Leave the money. Form: event, reason."""
    in_scope_or_404(SubsidyRecovery, recovery_id, P.FUND_PAY)
    step, reason = asked(SUBSIDY_RECOVERY_WORKFLOW)
    row: SubsidyRecovery = row_for(step, SubsidyRecovery, recovery_id)
    SUBSIDY_RECOVERY_WORKFLOW.advance(db.session, row, step.event, current_actor(), reason=reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("funds.subsidy_recoveries"))
