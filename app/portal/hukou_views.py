"""A worker's own household registration: what is near, what is missing, papers by phone, the case."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases.operations import papers, steps
from app.hukou.cases.operations.checklist import checklist
from app.hukou.cases.queries.cases import cities_of, latest_case, own_lapsing
from app.hukou.rules import queries as rules
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import PaperForm
from app.kit.web.request_limits import row_number
from app.portal import bp, queries
from models.access import Permission
from models.clock import today, utc_now
from models.hukou import labels
from models.hukou.case import HukouCase
from models.hukou.rule import HukouRule
from models.people.worker import Worker
from models.reference.area import area_names

NEAREST = 3


@bp.route("/my/settling")
@requires(Permission.PORTAL)
def hukou() -> str:
    """How near the person is to registering at the place of work, or how far the case has come."""
    worker = _person()
    case = latest_case(db.session, worker)
    if case is not None and case.active_digest:
        return _case_page(case, PaperForm(formdata=None))
    cities = cities_of(db.session, worker.id)
    answers = rules.answers(db.session, worker.id, cities[0], today()) if cities else []
    return render_template(
        "portal/hukou.html",
        worker=worker,
        case=case,
        city=cities[0] if cities else "",
        names=area_names(db.session, cities),
        answers=answers[:NEAREST],
        labels=labels,
        advice=labels.advice(answers, today()),
        day=today(),
    )


def _case_page(case: HukouCase, form: PaperForm) -> str:
    return render_template(
        "portal/hukou_case.html",
        case=case,
        form=form,
        labels=labels,
        day=today(),
        replaced=rules.replacement(db.session, case.rule),
        lapsing={one.id for one in own_lapsing(db.session, case.worker_id, today())},
        checklist=checklist(case),
        city=area_names(db.session, [case.city_code]).get(case.city_code, ""),
    )


def _person() -> Worker:
    return queries.own_record(db.session, current_actor()) or abort(404)


def _own_case() -> HukouCase:
    case = latest_case(db.session, _person())
    return case if case is not None and case.active_digest else abort(404)


@bp.route("/my/settling/begin", methods=["POST"])
@requires(Permission.PORTAL)
def begin_hukou_case() -> Response:
    """Ask for the pre-screening by one route."""
    worker, city = _person(), request.form.get("city", "")
    rule = db.session.get(HukouRule, request.form.get("rule", type=row_number) or 0)
    if rule is None or city not in cities_of(db.session, worker.id) or rule.city_code not in ("", city):
        abort(400)
    steps.prescreen(db.session, current_actor(), worker, rule, city, today())
    return finish(url_for("portal.hukou"))


@bp.route("/my/settling/notice", methods=["POST"])
@requires(Permission.PORTAL)
def hukou_notice() -> Response:
    """The person has read it: voluntary, and no land is lost."""
    case = _own_case()
    if request.form.get("read") != "1":
        flash(_("请先读完，在方框里打钩。"), "error")
    else:
        steps.confirm_notice(db.session, current_actor(), case, utc_now())
    return finish(url_for("portal.hukou"))


@bp.route("/my/settling/rule", methods=["POST"])
@requires(Permission.PORTAL)
def hukou_rule() -> Response:
    """Go on by the version that took the place of the rule the person was pre-screened by."""
    case = _own_case()
    replaced = rules.replacement(db.session, case.rule)
    if replaced is None or replaced.successor is None:
        abort(404)
    steps.adopt_rule(db.session, current_actor(), case, replaced.successor, today())
    return finish(url_for("portal.hukou"))


@bp.route("/my/settling/papers", methods=["POST"])
@requires(Permission.PORTAL)
@reads_files
def hukou_paper() -> str | Response:
    """Hand in a paper by phone."""
    case, form = _own_case(), PaperForm()
    actor, worker, city = current_actor(), case.worker, case.city_code
    if form.hand_to(lambda kind, paper: papers.hand_in(db.session, actor, worker, city, kind, paper, case)):
        flash(_("收到了，等窗口看。"), "success")
        return finish(url_for("portal.hukou"))
    return _case_page(case, form)


@bp.route("/my/settling/apply", methods=["POST"])
@requires(Permission.PORTAL)
def hukou_apply() -> Response:
    """Hand the application in, or what was still missing."""
    case = _own_case()
    event = "supply_own" if request.form.get("event") == "supply" else "apply_own"
    steps.move(db.session, current_actor(), case, event, today())
    flash(_("交上去了。办到哪一步，这里看得到。"), "success")
    return finish(url_for("portal.hukou"))


@bp.route("/my/settling/withdraw", methods=["POST"])
@requires(Permission.PORTAL)
def hukou_withdraw() -> Response:
    """Take the application back."""
    steps.withdraw(db.session, current_actor(), _own_case(), "withdraw_own", today(), "")
    flash(_("撤回了。以后想办随时再来。"), "success")
    return finish(url_for("portal.hukou"))
