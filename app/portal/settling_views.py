"""HTTP of a worker's own settling: what is near, what is missing, the papers by phone, the case and its end."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.border import row_number
from app.extensions import db
from app.formatters import day, paper
from app.guards import current_actor, requires, today
from app.once import finish
from app.portal import queries
from app.portal.blueprint import bp
from app.settlement.cases import operations, papers
from app.settlement.cases.forms import UploadForm
from app.settlement.cases.queries import cities_of, latest_case, own_lapsing
from app.settlement.cases.receiving import receive
from app.settlement.rules import queries as rules
from app.settlement.rules import words
from models.access import Permission
from models.area import area_names
from models.settlement.case import CaseState, SettlementCase
from models.settlement.evaluation import Verdict
from models.settlement.rule import SettlementRule
from models.worker import Worker

NEAREST = 3


@bp.route("/my/settling")
@requires(Permission.PORTAL)
def settling() -> str:
    """How near somebody is to settling where he works, or how far his case has come."""
    worker = _person()
    case = latest_case(db.session, worker)
    if case is not None and case.active_digest:
        return _case_page(case, UploadForm(formdata=None))
    cities = cities_of(db.session, worker.id)
    answers = rules.answers(db.session, worker.id, cities[0], today()) if cities else []
    return render_template(
        "portal/settling.html", worker=worker, case=case, city=cities[0] if cities else "",
        names=area_names(db.session, cities), answers=answers[:NEAREST], words=words,
        advice=words.advice(answers, today()), day=today(),
    )  # fmt: skip


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


def _case_page(case: SettlementCase, form: UploadForm) -> str:
    return render_template(
        "portal/settling_case.html", case=case, form=form, words=words, verdict=Verdict, day=today(),
        lapsing={one.id for one in own_lapsing(db.session, case.worker_id, today())},
        checklist=papers.checklist(case), city=area_names(db.session, [case.city_code]).get(case.city_code, ""),
    )  # fmt: skip


def _person() -> Worker:
    return queries.own_record(db.session, current_actor()) or abort(404)


def _own_case() -> SettlementCase:
    case = latest_case(db.session, _person())
    return case if case is not None and case.active_digest else abort(404)


@bp.route("/my/settling/begin", methods=["POST"])
@requires(Permission.PORTAL)
def begin_settling() -> Response:
    """Ask for the pre-screening by one route."""
    worker, city = _person(), request.form.get("city", "")
    rule = db.session.get(SettlementRule, request.form.get("rule", type=row_number) or 0)
    if rule is None or city not in cities_of(db.session, worker.id) or rule.city_code not in ("", city):
        abort(400)
    operations.prescreen(db.session, current_actor(), worker, rule, city, today())
    return finish(url_for("portal.settling"))


@bp.route("/my/settling/notice", methods=["POST"])
@requires(Permission.PORTAL)
def settling_notice() -> Response:
    """Note that he read: of his own will, and no land is lost."""
    case = _own_case()
    if request.form.get("read") != "1":
        flash(_("请先读完，在方框里打钩。"), "error")
    else:
        operations.confirm_notice(db.session, current_actor(), case)
    return finish(url_for("portal.settling"))


@bp.route("/my/settling/papers", methods=["POST"])
@requires(Permission.PORTAL)
def settling_paper() -> str | Response:
    """Hand in a paper by phone."""
    case, form = _own_case(), UploadForm()
    if receive(db.session, current_actor(), form, case.worker, case.city_code, case):
        flash(_("收到了，等窗口看。"), "success")
        return finish(url_for("portal.settling"))
    return _case_page(case, form)


@bp.route("/my/settling/apply", methods=["POST"])
@requires(Permission.PORTAL)
def settling_apply() -> Response:
    """Hand the application in, or what was still missing."""
    case = _own_case()
    event = "supply_own" if request.form.get("event") == "supply" else "apply_own"
    operations.move(db.session, current_actor(), case, event, today())
    flash(_("交上去了。办到哪一步，这里看得到。"), "success")
    return finish(url_for("portal.settling"))


@bp.route("/my/settling/withdraw", methods=["POST"])
@requires(Permission.PORTAL)
def settling_withdraw() -> Response:
    """Take the application back: settling is free, and so is not settling."""
    operations.withdraw(db.session, current_actor(), _own_case(), "withdraw_own", today(), "")
    flash(_("撤回了。以后想办随时再来。"), "success")
    return finish(url_for("portal.settling"))
