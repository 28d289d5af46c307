"""HTTP of definitions: those in force with their what-if, a change of one, its release by a second person."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.queue import is_finished
from app.kit.web.transition_forms import asked
from app.reports import bp
from app.reports import definitions as operations
from app.reports.counting import count
from app.reports.forms import definition_form
from app.reports.pairs import pair_names, seen_pairs
from app.reports.rows import OF_PEOPLE, as_shown
from models.access import Permission
from models.background_job import Job
from models.clock import today
from models.placement.placement import EVIDENCE_LABELS, Evidence
from models.published import sees_exact
from models.reference.release import RuleState
from models.reports.indicator import INDICATOR_WORKFLOW, Indicator, indicators_on
from models.reports.standard_indicators import STANDARD
from models.workflow import TransitionRefused

P = Permission


@bp.route("/reports/definitions")
@requires(P.REPORT_READ)
def definitions() -> str:
    """Every definition in force, and what another evidence would make of one of them."""
    actor = current_actor()
    rows = indicators_on(db.session, today())
    chosen = next((one for one in rows if one.key == request.args.get("key")), None)
    text = request.args.get("least", "")
    least = int(text) if text in {str(int(one)) for one in Evidence} else None
    effect = []
    if chosen is not None and least is not None:
        pairs = seen_pairs(db.session, actor, today())
        names, exact = pair_names(db.session, pairs), sees_exact(actor)
        for pair in pairs:
            before, after = (count(db.session, pair, today(), chosen, level).cells for level in (None, least))
            shown = [as_shown(cells, chosen, exact).get("", 0) for cells in (before, after)]
            effect.append((names[pair], *shown))
    return render_template(
        "reports/definitions.html",
        rows=rows,
        counted=[one for one in rows if one.unit in OF_PEOPLE and not one.is_typed],
        chosen=chosen,
        least=least,
        effect=effect,
        waiting=operations.waiting(db.session),
        levels=[(int(one), EVIDENCE_LABELS[one]) for one in Evidence],
    )


@bp.route("/reports/definitions/new", methods=["GET", "POST"])
@requires(P.INDICATOR_WRITE)
def new_definition() -> str | tuple[str, int] | Response:
    """A figure of one's own, told with a document or counted by a formula of the platform."""
    return _edit(None)


@bp.route("/reports/definitions/<int:indicator_id>/change", methods=["GET", "POST"])
@requires(P.INDICATOR_WRITE)
def change_definition(indicator_id: int) -> str | tuple[str, int] | Response:
    """Write the change of a definition in force, or put its draft right."""
    return _edit(in_scope_or_404(Indicator, indicator_id, P.INDICATOR_WRITE))


def _edit(there: Indicator | None) -> str | tuple[str, int] | Response:
    form = definition_form(there)
    if form.is_ready():
        try:
            version = operations.write(db.session, current_actor(), there, form.values())
        except TransitionRefused as refused:
            db.session.rollback()
            form.valid_from.errors = [say(one) for one in refused.sentences]
        else:
            flash(_("改动记下了，还没有生效。看清影响谁，再提交给第二人批准。"), "success")
            return finish(url_for("reports.definition", indicator_id=version.id))
    return render_template("reports/definition_form.html", form=form, there=there), form.status


@bp.route("/reports/definitions/<int:indicator_id>")
@requires(P.REPORT_READ)
def definition(indicator_id: int) -> str:
    """One version: what changes, what it would make of every pair, who may release it."""
    version, actor = in_scope_or_404(Indicator, indicator_id, P.REPORT_READ), current_actor()
    effect = operations.effect_of(version)
    job = db.session.scalar(
        select(Job)
        .where(Job.name == "indicator_effect", Job.subject_id == version.id)
        .order_by(Job.id.desc())
    )
    versions = select(Indicator).where(Indicator.key == version.key)
    return render_template(
        "reports/definition.html",
        version=version,
        base=_before(version),
        effect=effect,
        formula_names={one.formula: one.name for one in STANDARD},
        names=pair_names(db.session, [one.pair for one in effect]),
        levels={int(one): word for one, word in EVIDENCE_LABELS.items()},
        masked=version.unit in OF_PEOPLE and not sees_exact(actor),
        available=INDICATOR_WORKFLOW.available(version, actor) if version.state is not RuleState.LIVE else [],
        job=job if job is not None and not is_finished(job) else None,
        versions=db.session.scalars(versions.order_by(Indicator.version_number.desc())).all(),
    )


def _before(version: Indicator) -> Indicator | None:
    """The version released before this one."""
    rows = select(Indicator).where(
        Indicator.key == version.key,
        Indicator.state == RuleState.LIVE,
        Indicator.version_number < version.version_number,
    )
    return db.session.scalar(rows.order_by(Indicator.version_number.desc()).limit(1))


@bp.route("/reports/definitions/<int:indicator_id>/weigh", methods=["POST"])
@requires(P.INDICATOR_WRITE)
def weigh_definition(indicator_id: int) -> Response:
    """Count anew what a draft would make of every pair."""
    version = in_scope_or_404(Indicator, indicator_id, P.INDICATOR_WRITE)
    operations.weigh(db.session, current_actor(), version)
    return finish(url_for("reports.definition", indicator_id=indicator_id))


@bp.route("/reports/definitions/<int:indicator_id>/step", methods=["POST"])
@requires(P.INDICATOR_WRITE)
def step_definition(indicator_id: int) -> Response:
    """Propose, return, drop or release a version. Form: event, reason."""
    version = in_scope_or_404(Indicator, indicator_id, P.INDICATOR_WRITE)
    step, reason = asked(INDICATOR_WORKFLOW)
    operations.advance(db.session, current_actor(), version, step.event, reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("reports.definition", indicator_id=indicator_id))
