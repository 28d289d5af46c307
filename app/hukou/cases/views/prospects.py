"""Who could register in Guangdong: the list, one person, a fact, a new case."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases import bp
from app.hukou.cases.forms import FactForm, WithdrawForm
from app.hukou.cases.operations import corrections, papers, steps
from app.hukou.cases.queries import cases, prospects
from app.hukou.rules import queries as rules
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from models.access import Permission
from models.clock import today, utc_now
from models.hukou import labels
from models.hukou.evaluation import Verdict
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouRule
from models.people.worker import Worker
from models.placement.placement import Evidence
from models.reference.area import area_names


@bp.route("/chances")
@requires(Permission.HUKOU_HELP)
def chances() -> str:
    """Who qualifies or soon will, by last night's evaluation."""
    wanted = request.args.get("verdict", "")
    verdict = Verdict(wanted) if wanted in set(Verdict) else Verdict.MEETS
    city, actor = request.args.get("city", ""), current_actor()
    rows = prospects.page_of(db.session, actor, verdict, city, request.args.get("after", type=row_number))
    more, rows = len(rows) > prospects.PAGE, rows[: prospects.PAGE]
    return render_template(
        "hukou/cases/chances.html",
        rows=rows,
        verdict=verdict,
        city=city,
        day=today(),
        labels=labels,
        newly=prospects.newly_met(db.session, actor, today()),
        counts=prospects.counts_by_verdict(db.session, actor),
        cities=area_names(db.session, rules.SIX_CITIES),
        next_url=url_for("hukou.chances", verdict=verdict.value, city=city, after=rows[-1].forecast.id)
        if more
        else "",
    )


@bp.route("/people/<int:worker_id>")
@requires(Permission.HUKOU_HELP)
def person(worker_id: int) -> str:
    """What every route of a city says of one person."""
    worker = in_scope_or_404(Worker, worker_id)
    cities = cases.cities_of(db.session, worker.id)
    wanted = request.args.get("city", "")
    city = wanted if wanted in rules.SIX_CITIES else next(iter(cities), rules.SIX_CITIES[0])
    answers = rules.answers(db.session, worker.id, city, today())
    return render_template(
        "hukou/cases/person.html",
        worker=worker,
        city=city,
        cities=area_names(db.session, rules.SIX_CITIES),
        answers=answers,
        advice=labels.advice(answers, today()),
        day=today(),
        labels=labels,
        form=FactForm(formdata=None),
        withdraw_form=WithdrawForm(formdata=None),
        told=prospects.told_by_county(db.session, worker.id, city),
        open_case=cases.open_case(db.session, worker),
    )


@bp.route("/people/<int:worker_id>/fact", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def add_fact(worker_id: int) -> str | Response:
    """Keep a fact that the county vouches for."""
    worker, form = in_scope_or_404(Worker, worker_id), FactForm()
    city = request.form.get("city", "")
    if city not in rules.SIX_CITIES:
        abort(400)
    if not form.validate():
        return render_template("hukou/cases/fact.html", worker=worker, form=form, city=city)
    papers.learn(
        db.session,
        current_actor(),
        worker,
        city,
        form.proven(),
        Evidence.SELF_REPORT,
        form.source.data,
        utc_now(),
    )
    flash(_("记下了。"), "success")
    return finish(url_for("hukou.person", worker_id=worker.id, city=city))


@bp.route("/people/<int:worker_id>/fact/withdraw", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def withdraw_fact(worker_id: int) -> Response:
    """Let a fact that the county told by a slip count no more."""
    worker, form, city = in_scope_or_404(Worker, worker_id), WithdrawForm(), request.form.get("city", "")
    fact = db.session.get(PersonFact, request.form.get("fact", type=row_number) or 0)
    if fact is None or fact.worker_id != worker.id:
        abort(404)
    if form.validate():
        corrections.withdraw_fact(db.session, current_actor(), fact, form.reason.data, utc_now())
        flash(_("已撤回，以后不算这一条。"), "success")
    else:
        flash(_("请写明理由。"), "warning")
    return finish(url_for("hukou.person", worker_id=worker.id, city=city))


@bp.route("/people/<int:worker_id>/begin", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def begin(worker_id: int) -> Response:
    """Open a case for a person by one rule."""
    worker, city = in_scope_or_404(Worker, worker_id), request.form.get("city", "")
    rule = db.session.get(HukouRule, request.form.get("rule", type=row_number) or 0)
    if rule is None or city not in rules.SIX_CITIES or rule.city_code not in ("", city):
        abort(400)
    case = steps.prescreen(db.session, current_actor(), worker, rule, city, today())
    return finish(url_for("hukou.show", case_id=case.id))
