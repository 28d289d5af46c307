"""Hukou rules: the list, one version, writing, counting its effect, releasing."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.rules import bp, queries
from app.hukou.rules.forms import CheckedForm, NewRuleForm, RuleForm, filled
from app.hukou.rules.operations import versions
from app.kit.web.extensions import db
from app.kit.web.fields import options
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.transition_forms import asked
from models.access import Permission
from models.clock import today
from models.hukou import labels
from models.hukou.rule import RULE_WORKFLOW, HukouRule, RouteKind
from models.reference.area import area_names


@bp.route("")
@requires(Permission.RULE_READ)
def index() -> str:
    """All routes by city, with the version in force and what waits."""
    rules = queries.all_rules(db.session, request.args.get("city", ""), "old" in request.args)
    return render_template(
        "hukou/rules/index.html",
        rules=rules,
        day=today(),
        cities=area_names(db.session, queries.SIX_CITIES),
        city=request.args.get("city", ""),
        old="old" in request.args,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.RULE_WRITE)
def new() -> str | Response:
    """Write the first version of a route."""
    form = NewRuleForm()
    form.city_code.choices = options(
        [("all", _("六市通用")), *area_names(db.session, queries.SIX_CITIES).items()]
    )
    if form.validate_on_submit():
        city = "" if form.city_code.data == "all" else form.city_code.data
        rule = versions.new_route(
            db.session, current_actor(), city, form.route.data, RouteKind(form.kind.data), form.values()
        )
        return finish(url_for("hukou_rules.show", rule_id=rule.id))
    return _form_page(form, None)


@bp.route("/<int:rule_id>")
@requires(Permission.RULE_READ)
def show(rule_id: int) -> str:
    """One version: what it asks, what changed, what that would do, who may release it."""
    rule = in_scope_or_404(HukouRule, rule_id)
    base = db.session.get(HukouRule, rule.base_id or 0)
    return render_template(
        "hukou/rules/show.html",
        rule=rule,
        day=today(),
        base=base,
        written=labels.rule_sentences(rule),
        difference=labels.difference(base, rule) if base else [],
        available=RULE_WORKFLOW.available(rule, current_actor()),
        form=CheckedForm(formdata=None),
        versions=queries.versions(db.session, rule),
        effect=queries.effect_of(db.session, rule),
        job=queries.effect_job(db.session, rule),
        city=_city(rule),
    )


@bp.route("/<int:rule_id>/edit", methods=["GET", "POST"])
@requires(Permission.RULE_WRITE)
def edit(rule_id: int) -> str | Response:
    """Change a draft."""
    rule = in_scope_or_404(HukouRule, rule_id)
    form = RuleForm() if request.method == "POST" else filled(rule)
    if form.validate_on_submit():
        versions.save(db.session, current_actor(), rule, form.values())
        return finish(url_for("hukou_rules.show", rule_id=rule.id))
    return _form_page(form, rule)


def _form_page(form: RuleForm, rule: HukouRule | None) -> str:
    city: Any = _city(rule) if rule else ""
    return render_template("hukou/rules/form.html", form=form.with_empty_lines(), rule=rule, city=city)


@bp.route("/<int:rule_id>/version", methods=["POST"])
@requires(Permission.RULE_WRITE)
def new_version(rule_id: int) -> Response:
    """Begin a new version of a rule."""
    rule = in_scope_or_404(HukouRule, rule_id)
    draft = versions.new_version(db.session, current_actor(), rule)
    return finish(url_for("hukou_rules.edit", rule_id=draft.id))


@bp.route("/<int:rule_id>/effect", methods=["POST"])
@requires(Permission.RULE_WRITE)
def effect(rule_id: int) -> Response:
    """Count what a draft would change."""
    rule = in_scope_or_404(HukouRule, rule_id)
    versions.count_effect(db.session, current_actor(), rule)
    return finish(url_for("hukou_rules.show", rule_id=rule.id))


@bp.route("/<int:rule_id>/advance", methods=["POST"])
@requires(Permission.RULE_WRITE)
def advance(rule_id: int) -> Response:
    """Propose, return, release or retire."""
    rule, (step, reason) = in_scope_or_404(HukouRule, rule_id), asked(RULE_WORKFLOW)
    versions.advance(db.session, current_actor(), rule, step.event, reason)
    return finish(url_for("hukou_rules.show", rule_id=rule.id))


@bp.route("/<int:rule_id>/checked", methods=["POST"])
@requires(Permission.RULE_WRITE)
def checked(rule_id: int) -> str | Response:
    """The rule was compared with the document itself."""
    rule, form = in_scope_or_404(HukouRule, rule_id), CheckedForm()
    if not form.validate():
        return render_template("hukou/rules/checked.html", rule=rule, form=form, city=_city(rule))
    document, day = form.verified_document.data, form.verified_on.data
    versions.mark_checked(db.session, current_actor(), rule, document, min(day, today()))
    return finish(url_for("hukou_rules.show", rule_id=rule.id))


def _city(rule: HukouRule) -> str:
    return (
        area_names(db.session, [rule.city_code]).get(rule.city_code, "") if rule.city_code else _("六市通用")
    )
