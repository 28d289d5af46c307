"""HTTP of travel and retention subsidies: rules, who is entitled, the list, its payment."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.cooperation.funds import bp, recoveries
from app.cooperation.funds import subsidies as operations
from app.cooperation.funds.forms import DemandForm, PaidForm, SubsidyRuleForm
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked, row_for
from models.access import Permission, Role
from models.clock import today, utc_now
from models.cooperation.work_subsidy import (
    SUBSIDY_LIST_WORKFLOW,
    SUBSIDY_RULE_WORKFLOW,
    SubsidyList,
    SubsidyListState,
    SubsidyRule,
)
from models.workflow import TransitionRefused

P = Permission


@bp.route("/subsidies", methods=["GET", "POST"])
@requires(P.FUND_READ)
def subsidies() -> str | tuple[str, int] | Response:
    """The rules and the lists; a county enters a rule with its source."""
    actor, form = current_actor(), SubsidyRuleForm()
    if request.method == "POST" and not actor.can(P.FUND_WRITE):
        return _page(form), 403
    if form.validate_on_submit():
        try:
            operations.enter_rule(db.session, actor, form.values())
        except TransitionRefused as refused:
            db.session.rollback()
            form.valid_from.errors = [say(one) for one in refused.sentences]
        else:
            flash(_("标准记下了，待核：由另一个人和文件核对以后才能支付。"), "success")
            return finish(url_for("funds.subsidies"))
    return _page(form)


def _page(form: SubsidyRuleForm) -> str:
    actor = current_actor()
    rules = operations.rules(db.session, actor)
    return render_template(
        "cooperation/funds/subsidies.html",
        form=form,
        rules=rules,
        papers=operations.lists(db.session, actor),
        steps={rule.id: SUBSIDY_RULE_WORKFLOW.available(rule, actor) for rule in rules},
        own=actor.areas(Role.COUNTY),
    )


@bp.route("/subsidies/rules/<int:rule_id>/step", methods=["POST"])
@requires(P.FUND_READ)
def step_subsidy_rule(rule_id: int) -> Response:
    """Compared with its paper, or no more used. Form: event, reason."""
    in_scope_or_404(SubsidyRule, rule_id, P.FUND_READ)
    step, reason = asked(SUBSIDY_RULE_WORKFLOW)
    rule: SubsidyRule = row_for(step, SubsidyRule, rule_id)
    operations.advance_rule(db.session, current_actor(), rule, step.event, utc_now(), reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("funds.subsidies"))


@bp.route("/subsidies/rules/<int:rule_id>/list", methods=["POST"])
@requires(P.FUND_WRITE)
def list_subsidy(rule_id: int) -> Response:
    """List whoever is entitled today and was not listed this year."""
    rule: SubsidyRule = in_scope_or_404(SubsidyRule, rule_id, P.FUND_WRITE)
    paper = operations.propose(db.session, current_actor(), rule, today())
    flash(_("列好了 %(n)s 人，请另一个人支付。", n=paper.people), "success")
    return finish(url_for("funds.subsidy_list", list_id=paper.id))


@bp.route("/subsidies/lists/<int:list_id>")
@requires(P.FUND_READ)
def subsidy_list(list_id: int) -> str:
    """One list: who, how much, by which spell of work, its payment."""
    return list_page(in_scope_or_404(SubsidyList, list_id, P.FUND_READ), PaidForm(formdata=None))


def list_page(paper: SubsidyList, form: PaidForm, wrong: tuple[int, DemandForm] | None = None) -> str:
    """A list's page; ``wrong``: the line, and what was asked back of it without saying why."""
    actor = current_actor()
    is_paid = paper.state is SubsidyListState.PAID
    fallen = recoveries.fallen_count(db.session, paper) if is_paid else 0
    shown = request.args.get("fallen") == "1" and fallen > 0
    after = request.args.get("after", 0, type=row_number)
    lines, more = recoveries.lines(db.session, actor, paper, after, shown)
    return render_template(
        "cooperation/funds/subsidy_list.html",
        paper=paper,
        lines=lines,
        more=more,
        fallen=fallen,
        only_fallen=shown,
        steps=SUBSIDY_LIST_WORKFLOW.available(paper, actor),
        form=form if paper.state is SubsidyListState.PROPOSED and actor.can(P.FUND_PAY) else None,
        demand_form=DemandForm(formdata=None) if is_paid and actor.can(P.FUND_WRITE) else None,
        wrong=wrong,
        may_see=actor.can(P.WORKER_READ),
        is_own=paper.county_code in actor.areas(Role.COUNTY),
    )


@bp.route("/subsidies/lists/<int:list_id>/pay", methods=["POST"])
@requires(P.FUND_PAY)
def pay_subsidy_list(list_id: int) -> str | Response:
    """Note that a list was paid. Form: paid_on, voucher."""
    paper: SubsidyList = in_scope_or_404(SubsidyList, list_id, P.FUND_PAY)
    form = PaidForm()
    if not form.validate():
        return list_page(paper, form)
    paid = operations.Paid(form.paid_on.data, form.voucher.data)
    operations.pay(db.session, current_actor(), paper, paid, today(), utc_now())
    flash(_("支付记下了，已经记进协作资金的账。"), "success")
    return finish(url_for("funds.subsidy_list", list_id=list_id))


@bp.route("/subsidies/lists/<int:list_id>/step", methods=["POST"])
@requires(P.FUND_PAY)
def step_subsidy_list(list_id: int) -> Response:
    """Refuse a list. Form: event, reason."""
    in_scope_or_404(SubsidyList, list_id, P.FUND_PAY)
    step, reason = asked(SUBSIDY_LIST_WORKFLOW)
    paper: SubsidyList = row_for(step, SubsidyList, list_id)
    operations.refuse(db.session, current_actor(), paper, reason, utc_now())
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("funds.subsidy_list", list_id=list_id))
