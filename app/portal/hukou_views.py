"""HTTP of a worker's own settling: what is near, what is missing, the papers by phone, the case and its
end."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases.forms import UploadForm
from app.hukou.cases.operations import papers, steps
from app.hukou.cases.queries.cases import cities_of, latest_case, own_lapsing
from app.hukou.cases.receiving import receive
from app.hukou.rules import labels
from app.hukou.rules import queries as rules
from app.kit.web.extensions import db
from app.kit.web.formatters import day, paper
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.portal import bp, queries
from models.access import Permission
from models.clock import today
from models.hukou.case import CaseState, HukouCase
from models.hukou.evaluation import Verdict
from models.hukou.rule import HukouRule
from models.people.worker import Worker
from models.reference.area import area_names

NEAREST = 3


@bp.route("/my/settling")
@requires(Permission.PORTAL)
def hukou() -> str:
    """How near somebody is to settling where he works, or how far his case has come."""
    worker = _person()
    case = latest_case(db.session, worker)
    if case is not None and case.active_digest:
        return _case_page(case, UploadForm(formdata=None))
    cities = cities_of(db.session, worker.id)
    answers = rules.answers(db.session, worker.id, cities[0], today()) if cities else []
    return render_template(
        "portal/hukou.html",
        worker=worker,
        case=case,
        city=cities[0] if cities else "",
        names=area_names(db.session, cities),
        answers=answers[:NEAREST],
        words=labels,
        advice=labels.advice(answers, today()),
        day=today(),
    )


def news(worker_id: int | None) -> list[str]:
    """What somebody should know of his application on his first page: papers that lapse, papers asked for."""
    worker = db.session.get(Worker, worker_id or 0)
    case = latest_case(db.session, worker) if worker else None
    if worker is None or case is None or not case.active_digest:
        return []
    lapsing = [
        _("落户材料“%(paper)s”%(day)s到期，先去换新的。", paper=paper(one.kind), day=day(one.valid_until))
        for one in own_lapsing(db.session, worker.id, today())
    ]
    return [_("落户窗口等你补材料。"), *lapsing] if case.state is CaseState.SUPPLEMENT else lapsing


def _case_page(case: HukouCase, form: UploadForm) -> str:
    return render_template(
        "portal/hukou_case.html",
        case=case,
        form=form,
        words=labels,
        verdict=Verdict,
        day=today(),
        lapsing={one.id for one in own_lapsing(db.session, case.worker_id, today())},
        checklist=papers.checklist(case),
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
    """Note that he read: of his own will, and no land is lost."""
    case = _own_case()
    if request.form.get("read") != "1":
        flash(_("请先读完，在方框里打钩。"), "error")
    else:
        steps.confirm_notice(db.session, current_actor(), case)
    return finish(url_for("portal.hukou"))


@bp.route("/my/settling/papers", methods=["POST"])
@requires(Permission.PORTAL)
def hukou_paper() -> str | Response:
    """Hand in a paper by phone."""
    case, form = _own_case(), UploadForm()
    if receive(db.session, current_actor(), form, case.worker, case.city_code, case):
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
    """Take the application back: settling is free, and so is not settling."""
    steps.withdraw(db.session, current_actor(), _own_case(), "withdraw_own", today(), "")
    flash(_("撤回了。以后想办随时再来。"), "success")
    return finish(url_for("portal.hukou"))
