"""HTTP of the columns of a file: what they are read as, and what the county said of its headings before."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.workers.intake import bp, column_choices, operations, queries
from app.workers.intake.forms import meanings
from app.workers.roster.columns import GROUNDS_LABELS, Grounds, may_be_remembered
from app.workers.roster.home import ORIGIN_LABELS, Origin
from models.access import Permission
from models.people.intake import BatchState, ColumnMapping, ImportBatch, waits
from models.workflow import TransitionRefused


@bp.app_template_filter("grounds_label")
def grounds_label(grounds: Grounds) -> str:
    """Why a column is read as what it is, or is not read."""
    return _(GROUNDS_LABELS[grounds])


@bp.app_template_filter("origin_label")
def origin_label(origin: Origin) -> str:
    """Whence a township was read."""
    return _(ORIGIN_LABELS[origin])


@bp.route("/imports/<int:number>/columns")
@requires(Permission.ROSTER_SEND)
def columns_of(number: int) -> str:
    """Every column of a file with what it is read as, to be changed before anything is written."""
    batch = in_scope_or_404(ImportBatch, number)
    if not (batch.state is BatchState.MAPPING or waits(batch)):
        abort(404)
    return columns_page(batch)


def columns_page(batch: ImportBatch, **more: Any) -> str:
    """The page on which columns are explained; ``said`` are answers that were not taken."""
    return render_template(
        "workers/intake/columns.html",
        batch=batch,
        title=queries.title_of(batch.filename),
        choices=column_choices.choices(batch),
        meanings=meanings(),
        **{"said": {}, "objections": [], **more},
    )


@bp.route("/imports/<int:number>/columns", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def name_columns(number: int) -> Response | tuple[str, int]:
    """Take what the file's columns mean, and read it on."""
    batch = in_scope_or_404(ImportBatch, number)
    answers = _answers(batch)
    if objections := column_choices.objections(batch, answers):
        return columns_page(batch, said=answers, objections=objections), 422
    operations.name_columns(db.session, current_actor(), batch, answers)
    return finish(url_for("intake.show", number=batch.id))


def _answers(batch: ImportBatch) -> dict[str, str]:
    """What was said of the columns that were asked about, and of those that were changed."""
    known = {field for field, _word in meanings()}
    answers = {}
    for place, choice in enumerate(column_choices.choices(batch)):
        field = request.form.get(f"column-{place}", choice.field)
        field = field if field in known else ""
        if choice.is_asked or field != choice.field:
            answers[choice.key] = field
    return answers


@bp.route("/imports/columns")
@requires(Permission.WORKER_IMPORT)
def columns() -> str:
    """What the county's own headings were said to mean."""
    mappings = queries.mappings(db.session, current_actor())
    return render_template(
        "workers/intake/remembered.html",
        meanings=meanings(),
        mappings=mappings,
        in_force={row.id for row in mappings if may_be_remembered(row.header, row.field)},
    )


@bp.route("/imports/columns/<int:number>", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def forget_column(number: int) -> Response:
    """Forget what a heading means (the next file with it asks again), or let it mean something else."""
    mapping = in_scope_or_404(ColumnMapping, number)
    if "field" not in request.form:
        operations.forget_column(db.session, current_actor(), mapping)
        return finish(url_for("intake.columns"))
    field = request.form["field"]
    if field not in {value for value, _word in meanings()}:
        abort(400)
    try:
        operations.change_column(db.session, current_actor(), mapping, field)
    except TransitionRefused as refusal:
        db.session.rollback()
        flash(say(refusal.sentence), "error")
        return redirect(url_for("intake.columns"), 303)
    flash(_("记住了：“%(header)s”以后按新的意思读。", header=mapping.header), "success")
    return finish(url_for("intake.columns"))
