"""HTTP of rosters on their way in."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db, let_go, read_only
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import place_asked, row_number
from app.workers import queries as register
from app.workers.intake import bp, operations, queries
from app.workers.intake import duplicates as pairs
from app.workers.intake.column_views import columns_page
from app.workers.intake.forms import RosterForm
from app.workers.intake.handover import is_collector
from app.workers.intake.preview_views import preview
from app.workers.intake.rejected_workbook import rejected_rows, write_rejected
from app.workers.intake.undo import outlook
from app.workers.intake.weighing import weigh
from app.workers.roster.fields import BY_NAME
from models.access import Permission
from models.background_job import FINISHED
from models.clock import today, utc_now
from models.integrity import is_still_used
from models.people.intake import (
    BatchState,
    Duplicate,
    DuplicateState,
    ImportBatch,
    waits,
)
from models.reference.area import area_names
from models.workflow import IllegalTransition, TransitionRefused

PAGES = {
    "placement": ("placements.show", "number"),
    "cohort": ("training_classes.show", "class_id"),
    "worker": ("workers.show", "worker_id"),
}


@bp.app_template_filter("field_label")
def field_label(name: str) -> str:
    """The word for a field of the register, as the template's columns call it."""
    return _(BY_NAME[name].label) if name in BY_NAME else name


def own_areas() -> list[tuple[str, str]]:
    """The counties and townships whose rosters the account sends, with their names."""
    rights = current_actor().rights_for(Permission.ROSTER_SEND)
    return sorted(area_names(db.session, {right.area_code for right in rights}).items())


def _page(form: RosterForm, status: int = 200) -> tuple[str, int]:
    latest = queries.batches(db.session, current_actor(), most=3)
    waiting = [
        *queries.tasks(db.session, current_actor(), today()),
        *register.homeless(db.session, current_actor(), today()),
    ]
    about = {"latest": latest, "tasks": waiting, "is_collector": is_collector(current_actor())}
    return render_template("workers/intake/index.html", form=form, **about), status


@bp.route("/imports")
@requires(Permission.ROSTER_SEND)
def index() -> tuple[str, int]:
    """Where a roster is sent."""
    return _page(RosterForm(own_areas()))


@bp.route("/imports", methods=["POST"])
@requires(Permission.ROSTER_SEND)
@reads_files
def upload() -> tuple[str, int] | Response:
    """Take a roster and have it read."""
    form = RosterForm(own_areas())
    if not form.validate_on_submit():
        return _page(form, 422)
    sent = form.file.data
    content = sent.read()
    let_go()
    batch = operations.send_file(
        db.session, current_actor(), form.county_code.data, sent.filename or "", content
    )
    return finish(url_for("intake.show", number=batch.id))


@bp.route("/imports/history")
@requires(Permission.ROSTER_SEND)
def history() -> str:
    """Every import: who, when, how many."""
    before = request.args.get("before", type=row_number)
    batches = queries.batches(db.session, current_actor(), before, queries.PAGE + 1)
    more = batches[queries.PAGE - 1][0].id if len(batches) > queries.PAGE else None
    return render_template("workers/intake/history.html", batches=batches[: queries.PAGE], more=more)


@bp.route("/imports/<int:number>")
@requires(Permission.ROSTER_SEND)
def show(number: int) -> str:
    """One import, wherever it is: being read, asking about columns, previewed, done."""
    batch = in_scope_or_404(ImportBatch, number)
    job = queries.job_of(db.session, batch)
    about: dict[str, Any] = {"batch": batch, "job": job, "title": queries.title_of(batch.filename)}
    about["waiting"] = waits(batch)
    if job and job.state not in FINISHED:
        return render_template("workers/intake/working.html", **about)
    if batch.state is BatchState.MAPPING:
        return columns_page(batch)
    if waits(batch) or batch.state is BatchState.CONFIRMED:
        return render_template("workers/intake/preview.html", **about, **preview(batch))
    if batch.state is BatchState.UNDONE:
        lines = queries.lines(
            db.session, current_actor(), batch, "stayed", request.args.get("after", 0, type=row_number)
        )
        about["more"] = lines[queries.PAGE - 1].row.id if len(lines) > queries.PAGE else None
        about["lines"] = lines[: queries.PAGE]
    return render_template("workers/intake/stopped.html", **about)


@bp.route("/imports/<int:number>/read", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def read_again(number: int) -> Response:
    """Read the file once more."""
    batch = in_scope_or_404(ImportBatch, number)
    operations.read_again(db.session, current_actor(), batch)
    return finish(url_for("intake.show", number=batch.id))


@bp.route("/imports/<int:number>/confirm", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def confirm(number: int) -> Response:
    """Have the good rows written into the register."""
    batch = in_scope_or_404(ImportBatch, number)
    operations.ask_to_confirm(db.session, current_actor(), batch)
    return finish(url_for("intake.show", number=batch.id))


@bp.route("/imports/<int:number>/advance", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def advance(number: int) -> Response:
    """Give the file up."""
    batch = in_scope_or_404(ImportBatch, number)
    operations.cancel(db.session, current_actor(), batch)
    return finish(url_for("intake.show", number=batch.id))


@bp.route("/imports/<int:number>/undo", methods=["GET", "POST"])
@requires(Permission.WORKER_IMPORT)
def undo(number: int) -> str | Response:
    """Who would be taken back, and who stays and why; POST takes the import back."""
    read_only()
    batch = in_scope_or_404(ImportBatch, number)
    if batch.state is not BatchState.CONFIRMED:
        raise IllegalTransition("undo")
    if request.method == "GET":
        return _undo_page(batch)
    try:
        undoing = operations.work_out_undo(db.session, batch, utc_now())
        let_go()
        reason = request.form.get("reason", "")[:300]
        operations.undo(db.session, current_actor(), batch, undoing, reason, utc_now())
        return finish(url_for("intake.show", number=batch.id))
    except TransitionRefused as refusal:
        return _not_undone(number, say(refusal.sentence))
    except IntegrityError as problem:  # somebody offers one of them a job at this very moment
        if not is_still_used(problem):
            raise
        return _not_undone(number, _("刚才有人在给其中的人办事，请再看一遍。"))


def _not_undone(number: int, why: str) -> Response:
    db.session.rollback()
    flash(why, "error")
    return redirect(url_for("intake.undo", number=number), 303)


def _undo_page(batch: ImportBatch) -> str:
    expected = outlook(db.session, batch)
    after = request.args.get("after", 0, type=row_number)
    later = [row for row in sorted(expected.stay) if row > after]
    lines = queries.lines_of(db.session, current_actor(), later[: queries.PAGE])
    more = later[queries.PAGE - 1] if len(later) > queries.PAGE else None
    about = {"batch": batch, "outlook": expected, "lines": lines, "more": more}
    return render_template("workers/intake/undo.html", **about)


@bp.route("/imports/<int:number>/close", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def close(number: int) -> Response:
    """Stop reminding of the rejected rows."""
    batch = in_scope_or_404(ImportBatch, number)
    operations.close(db.session, current_actor(), batch)
    return finish(url_for("intake.show", number=batch.id))


@bp.route("/imports/<int:number>/refused.xlsx")
@requires(Permission.ROSTER_SEND)
def rejected(number: int) -> Response:
    """The rejected rows with the reasons, to be corrected and sent again."""
    batch = in_scope_or_404(ImportBatch, number)
    name = _("退回的行-%(name)s.xlsx", name=queries.title_of(batch.filename))
    return send_workbook(name, write_rejected, batch.columns, rejected_rows(db.session, batch), batch.id)


@bp.route("/imports/duplicates")
@requires(Permission.WORKER_MERGE)
def duplicates() -> str:
    """Pairs of records that may be one person."""
    state = request.args.get("state", "")
    state = DuplicateState(state) if state in set(DuplicateState) else DuplicateState.OPEN
    records = queries.pairs(db.session, current_actor(), state, place_asked())
    more = queries.place_of(records[queries.PAGE - 1]) if len(records) > queries.PAGE else None
    return render_template(
        "workers/intake/duplicates.html",
        pairs=records[: queries.PAGE],
        more=more,
        state=state,
        states=list(DuplicateState),
    )


@bp.route("/imports/duplicates/<int:number>/merge")
@requires(Permission.WORKER_MERGE)
def merge(number: int) -> str | Response:
    """What it would mean that a pair is one person: what moves, what has to be confirmed, what bars it."""
    pair, keep = in_scope_or_404(Duplicate, number), request.args.get("keep", type=row_number)
    try:
        kept, gone = pairs.records_to_merge(db.session, current_actor(), pair, keep)
    except TransitionRefused as problem:
        flash(say(problem.sentence), "error")
        return redirect(url_for("intake.duplicates"))
    return render_template(
        "workers/intake/merge.html",
        pair=pair,
        kept=kept,
        gone=gone,
        weighed=(weighed := weigh(db.session, kept, gone)),
        places={one.place: _page_of(one.place) for one in weighed.against if one.place},
    )


def _page_of(place: str) -> str:
    """The page of a row that has to be settled first (``placement:12``)."""
    table, _colon, number = place.partition(":")
    endpoint, argument = PAGES[table]
    return url_for(endpoint, **{argument: int(number)})  # type: ignore[arg-type]


@bp.route("/imports/duplicates/<int:number>", methods=["POST"])
@requires(Permission.WORKER_MERGE)
def decide(number: int) -> Response:
    """Say whether two records are one person, and which record stays."""
    pair = in_scope_or_404(Duplicate, number)
    decision, keep = request.form.get("decision", ""), request.form.get("keep", type=row_number)
    if decision == "undo":
        return _undo_decision(pair)
    try:
        confirmed = "confirmed" in request.form
        pairs.decide(db.session, current_actor(), pair, decision == "same", utc_now(), keep, confirmed)
    except TransitionRefused:
        db.session.rollback()
        return redirect(url_for("intake.merge", number=number, keep=keep), 303)
    if decision == "same":
        flash(_("已判定为同一人，资料并到一起了。判错了可以撤回。"), "success")
    return finish(url_for("intake.duplicates"))


def _undo_decision(pair: Duplicate) -> Response:
    try:
        pairs.undo_decision(db.session, current_actor(), pair, utc_now())
    except TransitionRefused as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        return redirect(url_for("intake.duplicates", state=DuplicateState.SAME.value), 303)
    return finish(url_for("intake.duplicates"))
