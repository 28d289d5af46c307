"""A version of a training standard: what it says, whom it would touch, its release by a second person."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.transition_forms import asked
from app.reference import bp
from app.reference.facts import queries, standard_versions
from models.access import Permission
from models.reference.area import area_names
from models.reference.release import RuleState
from models.training.standard import STANDARD_WORKFLOW, TrainingStandard
from models.training.standard_effect import StandardEffect, Touch


def _version_or_404(version_id: int) -> TrainingStandard:
    return db.session.get(TrainingStandard, version_id) or abort(404)


def _page(version: TrainingStandard) -> str:
    return url_for("reference.standard_version", version_id=version.id)


@bp.route("/admin/reference/training-standards/versions/<int:version_id>")
@requires(Permission.REFERENCE_READ)
def standard_version(version_id: int) -> str:
    """One version: what changes, whom it touches, who may release it."""
    version, actor = _version_or_404(version_id), current_actor()
    base = standard_versions.base_of(db.session, version)
    return render_template(
        "reference/facts/version.html",
        version=version,
        base=base,
        table=standard_versions.TABLE,
        available=STANDARD_WORKFLOW.available(version, actor),
        is_waiting=version.state in (RuleState.DRAFT, RuleState.PROPOSED),
        effect=StandardEffect.from_json(version.effect) if version.effect else None,
        touches=list(Touch),
        job=queries.weighing(db.session, version),
        names=area_names(db.session, {one.area_code for one in (version, base) if one}),
        entries=queries.version_history(db.session, version),
    )


@bp.route("/admin/reference/training-standards/versions/<int:version_id>/weigh", methods=["POST"])
@requires(Permission.REFERENCE_WRITE)
def weigh_standard(version_id: int) -> Response:
    """Count anew whom a draft would touch."""
    version = _version_or_404(version_id)
    standard_versions.weigh(db.session, current_actor(), version)
    return finish(_page(version))


@bp.route("/admin/reference/training-standards/versions/<int:version_id>/advance", methods=["POST"])
@requires(Permission.REFERENCE_WRITE)
def advance_standard(version_id: int) -> Response:
    """Propose, return, drop or release a version."""
    version, (step, reason) = _version_or_404(version_id), asked(STANDARD_WORKFLOW)
    standard_versions.advance(db.session, current_actor(), version, step.event, reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(_page(version))
