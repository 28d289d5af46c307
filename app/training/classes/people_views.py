"""The people of a class: proposed by the engine or a list, asked by their township, confirmed, seated."""

from functools import partial

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.request_limits import place_asked
from app.kit.web.ticks import ticked
from app.kit.web.transition_forms import asked, row_for
from app.training.classes import bp, corrections, operations, workbooks
from app.training.classes.forms import AnswerForm, DecisionForm, MoveForm
from app.training.classes.queries import people as queries
from app.training.classes.queries.classes import tabs_for
from models.access import Permission
from models.clock import today, utc_now
from models.people.standing import standings
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.training.class_rules import Finding, findings
from models.training.enrolment import ENROLMENT_WORKFLOW, Enrolment, EnrolmentState, ProposalBatch
from models.training.standard import StandardName
from models.training.training_class import BEFORE_OPENING, TAKING_PEOPLE, TrainingClass
from models.workflow import Transition

P, E = Permission, EnrolmentState
TAKEN_BACK = {
    "reconsider": corrections.reconsider,
    "ask_again": corrections.ask_again,
    "unseat": corrections.unseat,
    "return_to_class": corrections.return_to_class,
}
REASONED = {"refuse": operations.refuse, "drop": operations.drop}
OPEN = (E.PROPOSED, E.ENDORSED, E.WAITING)
MOST_FLASHES = 10


@bp.route("/<int:class_id>/people")
@requires(P.ENROLMENT_READ)
def people(class_id: int) -> str:
    """Everybody of the class whom the reader may see, by where they stand."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    groups = queries.people_of(db.session, actor, training_class)
    confirms = actor.can(P.ENROLMENT_CONFIRM) and training_class.state in TAKING_PEOPLE
    waiting = [row.worker for state in OPEN for row in groups.get(state, [])] if confirms else []
    return render_template(
        "training/classes/people.html",
        training_class=training_class,
        groups=groups,
        tabs=tabs_for(actor),
        confirms=confirms,
        against=findings(db.session, training_class, waiting, today()),
        buttons={row.id: _buttons(row) for rows in groups.values() for row in rows},
        movable={row.id for rows in groups.values() for row in rows if _may_move(row)},
    )


def _buttons(enrolment: Enrolment) -> list[Transition]:
    """What may be done about a person here; a step is taken back only while that can still count."""
    is_open = enrolment.training_class.state in TAKING_PEOPLE
    is_before = enrolment.training_class.state in BEFORE_OPENING
    events = {*REASONED, *(TAKEN_BACK if is_open else ())} - (set() if is_before else {"unseat"})
    available = ENROLMENT_WORKFLOW.available(enrolment, current_actor())
    return [transition for transition in available if transition.event in events]


def _may_move(enrolment: Enrolment) -> bool:
    in_class = enrolment.state in (E.ENROLLED, E.STOPPED)
    return in_class and current_actor().can(P.CLASS_APPROVE)


# --- proposed by the engine -----------------------------------------------------------------------------


@bp.route("/<int:class_id>/candidates")
@requires(P.ENROLMENT_CONFIRM)
def candidates(class_id: int) -> str:
    """Whom the engine proposes: one or two things to learn away from the job."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    is_recruiting = training_class.state in TAKING_PEOPLE
    rows = queries.candidates(db.session, actor, training_class, today()) if is_recruiting else []
    return render_template(
        "training/classes/candidates.html",
        training_class=training_class,
        tabs=tabs_for(actor),
        rows=[row for row in rows if row.is_eligible],
        barred=[row for row in rows if not row.is_eligible],
        standings=standings(db.session, [row.worker.id for row in rows]),
    )


@bp.route("/<int:class_id>/propose", methods=["POST"])
@requires(P.ENROLMENT_CONFIRM)
def propose(class_id: int) -> Response:
    """Propose the ticked people; their township asks them."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    workers = queries.workers(db.session, actor, ticked("ids", queries.MOST_IDS))
    if not workers:
        flash(_("请先勾选人。"), "warning")
        return finish(url_for("training_classes.candidates", class_id=training_class.id))
    shortfalls = queries.shortfalls(db.session, actor, training_class, today())
    enrolments, barred = operations.propose(db.session, actor, training_class, workers, today(), shortfalls)
    _flash_proposed(len(enrolments), barred, workers)
    return finish(url_for("training_classes.people", class_id=training_class.id))


def _flash_proposed(proposed: int, barred: dict[int, list[Finding]], workers: list[Worker]) -> None:
    """Say how many were proposed, and why others were not."""
    flash(_("已推荐 %(n)s 人，等乡镇问过本人。", n=proposed), "success" if proposed else "warning")
    names = {worker.id: worker.name for worker in workers}
    for worker_id, stop in list(barred.items())[:MOST_FLASHES]:
        why = say(stop[0].with_source)
        flash(_("%(name)s没有推荐：%(why)s", name=names[worker_id], why=why), "warning")


# --- proposed by a list ---------------------------------------------------------------------------------


@bp.route("/<int:class_id>/import", methods=["GET", "POST"])
@requires(P.ENROLMENT_CONFIRM)
@reads_files
def upload(class_id: int) -> str | Response:
    """Take a list and lead to its preview; no person is proposed yet."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), UploadForm()
    if form.validate_on_submit() and (
        batch := read_upload(form, partial(_read, training_class), partial(_keep, training_class))
    ):
        return finish(url_for("training_classes.preview", batch_id=batch.id))
    return render_template(
        "training/classes/import.html",
        training_class=training_class,
        form=form,
        tabs=tabs_for(current_actor()),
    )


def _read(training_class: TrainingClass, sent: Sent) -> Reading:
    return workbooks.read(db.session, current_actor(), training_class, sent, today())


def _keep(training_class: TrainingClass, reading: Reading, sent: Sent, filename: str) -> ProposalBatch:
    return workbooks.keep(db.session, current_actor(), training_class, filename, reading)


@bp.route("/lists/<int:batch_id>")
@requires(P.ENROLMENT_CONFIRM)
def preview(batch_id: int) -> str:
    """Whom a list would propose, and which rows are rejected, why."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    return render_template(
        "training/classes/preview.html",
        batch=batch,
        training_class=batch.training_class,
        tabs=tabs_for(current_actor()),
        reading=reading_of(batch),
        layout=workbooks.PEOPLE,
    )


@bp.route("/lists/<int:batch_id>/confirm", methods=["POST"])
@requires(P.ENROLMENT_CONFIRM)
def confirm_list(batch_id: int) -> Response:
    """Propose everybody on a good row, all or none."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    enrolments, barred, workers = workbooks.confirm(db.session, current_actor(), batch, utc_now())
    _flash_proposed(len(enrolments), barred, workers)
    return finish(url_for("training_classes.people", class_id=batch.class_id))


@bp.route("/lists/<int:batch_id>/refused.xlsx")
@requires(P.ENROLMENT_CONFIRM)
def refused(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    return send_rejected(_("退回的人.xlsx"), workbooks.PEOPLE, batch)


@bp.route("/list-template.xlsx")
@requires(P.ENROLMENT_CONFIRM)
def template() -> Response:
    """The blank workbook."""
    return send_workbook(_("推荐名单模板.xlsx"), workbooks.write_template)


# --- asked by their township ----------------------------------------------------------------------------


@bp.route("/asking")
@requires(P.ENROLMENT_ENDORSE)
def asking() -> str:
    """Everybody proposed who has not been asked yet."""
    rows, after = queries.to_ask(db.session, current_actor(), place_asked())
    count = queries.count_to_ask(db.session, current_actor())
    return render_template("training/classes/asking.html", rows=rows, after=after, count=count)


@bp.route("/asking/<int:enrolment_id>", methods=["GET", "POST"])
@requires(P.ENROLMENT_ENDORSE)
def answer(enrolment_id: int) -> str | Response:
    """Note what one person said."""
    enrolment, form = in_scope_or_404(Enrolment, enrolment_id), AnswerForm()
    if not form.validate_on_submit():
        return render_template("training/classes/answer.html", row=enrolment, form=form)
    actor, channel = current_actor(), Channel(form.channel.data)
    if form.answer.data == "endorse":
        operations.endorse(db.session, actor, enrolment, channel, utc_now())
    else:
        operations.decline(db.session, actor, enrolment, channel, form.reason.data or "", utc_now())
    flash(_("记下了：%(name)s。", name=enrolment.worker.name), "success")
    return finish(url_for("training_classes.asking"))


@bp.route("/asking/calls", methods=["GET", "POST"])
@requires(P.ENROLMENT_ENDORSE)
def call_list() -> str | Response:
    """Whom to call: masked until the reader says what for, which goes into the audit."""
    actor, form = current_actor(), PurposeForm()
    rows, _after = queries.to_ask(db.session, actor)
    is_open = request.method == "POST" and form.validate()
    if is_open:
        purpose, most = form.purpose.data or "", telephones_a_day()
        operations.reveal_phones(db.session, actor, rows, purpose, today(), most)
        finish(url_for("training_classes.call_list"))
    return render_template(
        "training/classes/calls.html", rows=rows, form=form, is_open=is_open, today=today()
    )


# --- confirmed, seated, out again -----------------------------------------------------------------------


@bp.route("/<int:class_id>/confirm", methods=["POST"])
@requires(P.ENROLMENT_CONFIRM)
def confirm(class_id: int) -> Response:
    """Give the ticked people a seat, in the order they said yes; the others wait."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    ids = ticked("ids", queries.MOST_IDS)
    rows = queries.to_confirm(db.session, actor, training_class, ids)
    seated = [operations.enrol(db.session, actor, row, today()) for row in rows]
    if rows:
        counts = {"n": sum(seated), "waiting": len(seated) - sum(seated)}
        flash(_("%(n)s 人进班，%(waiting)s 人排候补。", **counts), "success")
    else:
        flash(_("请先勾选人。"), "warning")
    return finish(url_for("training_classes.people", class_id=training_class.id))


@bp.route("/people/<int:enrolment_id>/seat", methods=["POST"])
@requires(P.ENROLMENT_CONFIRM)
def give_seat(enrolment_id: int) -> Response:
    """Give a free seat to a person who waits."""
    enrolment: Enrolment = in_scope_or_404(Enrolment, enrolment_id)
    if operations.enrol(db.session, current_actor(), enrolment, today()):
        flash(_("%(name)s进班了。", name=enrolment.worker.name), "success")
    else:
        flash(_("还没有轮到：名额满了，或前面还有人在等。"), "warning")
    return finish(url_for("training_classes.people", class_id=enrolment.class_id))


@bp.route("/people/<int:enrolment_id>/advance", methods=["POST"])
@requires(P.ENROLMENT_READ)
def advance_person(enrolment_id: int) -> Response:
    """Refuse a person, note that they left the class, or take such a step back; each needs its reason."""
    in_scope_or_404(Enrolment, enrolment_id)
    step, reason = asked(ENROLMENT_WORKFLOW, among={*REASONED, *TAKEN_BACK})
    enrolment = row_for(step, Enrolment, enrolment_id)
    if step.event in TAKEN_BACK:
        TAKEN_BACK[step.event](db.session, current_actor(), enrolment, reason, today())
    else:
        REASONED[step.event](db.session, current_actor(), enrolment, reason)
    flash(_("已记下。"), "success")
    return finish(url_for("training_classes.people", class_id=enrolment.class_id))


@bp.route("/people/<int:enrolment_id>/move", methods=["GET", "POST"])
@requires(P.CLASS_APPROVE)
def move(enrolment_id: int) -> str | Response:
    """Move a learner with his days into another class."""
    enrolment: Enrolment = in_scope_or_404(Enrolment, enrolment_id, P.CLASS_APPROVE)
    form, targets = MoveForm(), corrections.classes_to_move_to(db.session, enrolment)
    form.offer(targets)
    if not form.validate_on_submit():
        return render_template("training/classes/move.html", row=enrolment, form=form, targets=targets)
    target = next(one for one in targets if one.id == form.class_id.data)
    corrections.move(db.session, current_actor(), enrolment, target, form.reason.data or "", today())
    flash(
        _("%(name)s转到%(there)s，上过的课跟着走。", name=enrolment.worker.name, there=target.name), "success"
    )
    return finish(url_for("training_classes.people", class_id=target.id))


# --- where a standard only asks -------------------------------------------------------------------------


@bp.route("/<int:class_id>/decide", methods=["POST"])
@requires(P.CLASS_APPROVE)
def decide(class_id: int) -> Response:
    """Note how the county decides where a standard is not verified."""
    training_class, form = in_scope_or_404(TrainingClass, class_id, P.CLASS_APPROVE), DecisionForm()
    number = form.enrolment_id.data
    enrolment: Enrolment | None = in_scope_or_404(Enrolment, number, P.CLASS_APPROVE) if number else None
    if enrolment is not None and enrolment.class_id != training_class.id:
        abort(404)
    if form.validate():
        name, allowed = StandardName(form.name.data), form.allowed.data == "1"
        reason = form.reason.data or ""
        corrections.decide(
            db.session, current_actor(), training_class, name, allowed, reason, today(), enrolment
        )
        flash(_("认定记下了，审核补贴的人看得到。"), "success")
    else:
        flash(_("认定没有记下：请选认定结果，写明理由。"), "warning")
    return finish(url_for("training_classes.show", class_id=training_class.id, _anchor="decisions"))
