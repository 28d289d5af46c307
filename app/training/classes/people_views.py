"""The people of one class: who is proposed, who said yes, who sits, who waits."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked, row_for
from app.training.classes import bp, operations
from app.training.classes.eligibility import Finding, findings
from app.training.classes.queries import candidates as proposing
from app.training.classes.queries import people as reads
from app.training.classes.queries.classes import tabs_for
from models.access import Permission
from models.clock import today
from models.people.worker import Worker
from models.training.enrolment import ENROLMENT_WORKFLOW, Enrolment, EnrolmentState
from models.training.training_class import BEFORE_OPENING, TrainingClass

REASONED = {"refuse": operations.refuse, "drop": operations.drop}
OPEN = (EnrolmentState.PROPOSED, EnrolmentState.ENDORSED, EnrolmentState.WAITING)


@bp.route("/<int:class_id>/people")
@requires(Permission.ENROLMENT_READ)
def people(class_id: int) -> str:
    """Everybody of the class whom the reader may see, by where they stand."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    groups = reads.people_of(db.session, actor, training_class)
    confirms = actor.can(Permission.ENROLMENT_CONFIRM) and training_class.state in BEFORE_OPENING
    waiting = [row.worker for state in OPEN for row in groups.get(state, [])] if confirms else []
    return render_template(
        "training/classes/people.html",
        training_class=training_class,
        groups=groups,
        tabs=tabs_for(actor),
        confirms=confirms,
        against=findings(db.session, training_class, waiting, today()),
        missing_words=proposing.missing_words,
        buttons={row.id: _buttons(row) for rows in groups.values() for row in rows},
    )


def _buttons(row: Enrolment) -> list[object]:
    return [t for t in ENROLMENT_WORKFLOW.available(row, current_actor()) if t.event in REASONED]


@bp.route("/<int:class_id>/candidates")
@requires(Permission.ENROLMENT_CONFIRM)
def candidates(class_id: int) -> str:
    """Whom the engine proposes: one or two things to learn away from the job."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    found = (
        proposing.candidates(db.session, actor, training_class, today())
        if training_class.state in BEFORE_OPENING
        else []
    )
    return render_template(
        "training/classes/candidates.html",
        training_class=training_class,
        tabs=tabs_for(actor),
        rows=[one for one in found if one.may_come],
        barred=[one for one in found if not one.may_come],
    )


@bp.route("/<int:class_id>/propose", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def propose(class_id: int) -> Response:
    """Propose the ticked people; their township asks them."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    ids = request.form.getlist("ids", type=row_number)
    chosen = reads.workers(db.session, actor, ids)
    if not chosen:
        flash(_("请先勾选人。"), "warning")
        return finish(url_for("training_classes.candidates", class_id=training_class.id))
    why = proposing.reasons(db.session, actor, training_class, today())
    rows, barred = operations.propose(db.session, actor, training_class, chosen, today(), why)
    tell(len(rows), barred, chosen)
    return finish(url_for("training_classes.people", class_id=training_class.id))


def tell(proposed: int, barred: dict[int, list[Finding]], workers: list[Worker]) -> None:
    """Say how many were proposed, and why others were not."""
    flash(_("已推荐 %(n)s 人，等乡镇问过本人。", n=proposed), "success" if proposed else "warning")
    names = {worker.id: worker.name for worker in workers}
    for worker_id, stop in list(barred.items())[:10]:
        flash(_("%(name)s没有推荐：%(why)s", name=names[worker_id], why=stop[0].text), "warning")


@bp.route("/<int:class_id>/confirm", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def confirm(class_id: int) -> Response:
    """Give the ticked people a seat, in the order they said yes; who finds none waits."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    rows = reads.chosen(db.session, actor, training_class, request.form.getlist("ids", type=row_number))
    seated = [operations.enrol(db.session, actor, row, today()) for row in rows]
    if rows:
        words = {"n": sum(seated), "waiting": len(seated) - sum(seated)}
        flash(_("%(n)s 人进班，%(waiting)s 人排候补。", **words), "success")
    else:
        flash(_("请先勾选人。"), "warning")
    return finish(url_for("training_classes.people", class_id=training_class.id))


@bp.route("/people/<int:enrolment_id>/seat", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def give_seat(enrolment_id: int) -> Response:
    """Give a free seat to somebody who waits."""
    row: Enrolment = in_scope_or_404(Enrolment, enrolment_id)
    if operations.enrol(db.session, current_actor(), row, today()):
        flash(_("%(name)s进班了。", name=row.worker.name), "success")
    else:
        flash(_("还没有轮到：名额满了，或前面还有人在等。"), "warning")
    return finish(url_for("training_classes.people", class_id=row.class_id))


@bp.route("/people/<int:enrolment_id>/advance", methods=["POST"])
@requires(Permission.ENROLMENT_READ)
def advance_person(enrolment_id: int) -> Response:
    """Refuse somebody, or note that he left the class; each needs its reason."""
    in_scope_or_404(Enrolment, enrolment_id)
    step, reason = asked(ENROLMENT_WORKFLOW, among=REASONED)
    row = row_for(step, Enrolment, enrolment_id)
    REASONED[step.event](db.session, current_actor(), row, reason)
    flash(_("已记下。"), "success")
    return finish(url_for("training_classes.people", class_id=row.class_id))
