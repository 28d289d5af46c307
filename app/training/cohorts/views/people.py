"""The people of one class: who is proposed, who said yes, who sits, who waits."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires, today
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked, row_for
from app.training.cohorts import bp, operations
from app.training.cohorts import candidates as proposing
from app.training.cohorts.eligibility import Finding, findings
from app.training.cohorts.queries import people as reads
from app.training.cohorts.tabs import tabs_for
from models.access import Permission
from models.people.worker import Worker
from models.training.training_class import (
    BEFORE_OPENING,
    ENROLMENT_WORKFLOW,
    Cohort,
    Enrolment,
    EnrolmentState,
)

REASONED = {"refuse": operations.refuse, "drop": operations.drop}
OPEN = (EnrolmentState.PROPOSED, EnrolmentState.ENDORSED, EnrolmentState.WAITING)


@bp.route("/<int:cohort_id>/people")
@requires(Permission.ENROLMENT_READ)
def people(cohort_id: int) -> str:
    """Everybody of the class whom the reader may see, by where they stand."""
    cohort, actor = in_scope_or_404(Cohort, cohort_id), current_actor()
    groups = reads.people_of(db.session, actor, cohort)
    confirms = actor.can(Permission.ENROLMENT_CONFIRM) and cohort.state in BEFORE_OPENING
    waiting = [row.worker for state in OPEN for row in groups.get(state, [])] if confirms else []
    return render_template(
        "training/cohorts/people.html",
        cohort=cohort,
        groups=groups,
        tabs=tabs_for(actor),
        confirms=confirms,
        against=findings(db.session, cohort, waiting, today()),
        missing_words=proposing.missing_words,
        buttons={row.id: _buttons(row) for rows in groups.values() for row in rows},
    )


def _buttons(row: Enrolment) -> list[object]:
    return [t for t in ENROLMENT_WORKFLOW.available(row, current_actor()) if t.event in REASONED]


@bp.route("/<int:cohort_id>/candidates")
@requires(Permission.ENROLMENT_CONFIRM)
def candidates(cohort_id: int) -> str:
    """Whom the engine proposes: one or two things to learn away from the job."""
    cohort, actor = in_scope_or_404(Cohort, cohort_id), current_actor()
    found = proposing.candidates(db.session, actor, cohort, today()) if cohort.state in BEFORE_OPENING else []
    return render_template(
        "training/cohorts/candidates.html",
        cohort=cohort,
        tabs=tabs_for(actor),
        rows=[one for one in found if one.may_come],
        barred=[one for one in found if not one.may_come],
    )


@bp.route("/<int:cohort_id>/propose", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def propose(cohort_id: int) -> Response:
    """Propose the ticked people; their township asks them."""
    cohort, actor = in_scope_or_404(Cohort, cohort_id), current_actor()
    ids = request.form.getlist("ids", type=row_number)
    chosen = reads.workers(db.session, actor, ids)
    if not chosen:
        flash(_("请先勾选人。"), "warning")
        return finish(url_for("cohorts.candidates", cohort_id=cohort.id))
    why = proposing.reasons(db.session, actor, cohort)
    rows, barred = operations.propose(db.session, actor, cohort, chosen, today(), why)
    tell(len(rows), barred, chosen)
    return finish(url_for("cohorts.people", cohort_id=cohort.id))


def tell(proposed: int, barred: dict[int, list[Finding]], workers: list[Worker]) -> None:
    """Say how many were proposed, and why others were not."""
    flash(_("已推荐 %(n)s 人，等乡镇问过本人。", n=proposed), "success" if proposed else "warning")
    names = {worker.id: worker.name for worker in workers}
    for worker_id, stop in list(barred.items())[:10]:
        flash(_("%(name)s没有推荐：%(why)s", name=names[worker_id], why=stop[0].text), "warning")


@bp.route("/<int:cohort_id>/confirm", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def confirm(cohort_id: int) -> Response:
    """Give the ticked people a seat, in the order they said yes; who finds none waits."""
    cohort, actor = in_scope_or_404(Cohort, cohort_id), current_actor()
    rows = reads.chosen(db.session, actor, cohort, request.form.getlist("ids", type=row_number))
    seated = [operations.enrol(db.session, actor, row, today()) for row in rows]
    if rows:
        words = {"n": sum(seated), "waiting": len(seated) - sum(seated)}
        flash(_("%(n)s 人进班，%(waiting)s 人排候补。", **words), "success")
    else:
        flash(_("请先勾选人。"), "warning")
    return finish(url_for("cohorts.people", cohort_id=cohort.id))


@bp.route("/people/<int:enrolment_id>/seat", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def give_seat(enrolment_id: int) -> Response:
    """Give a free seat to somebody who waits."""
    row: Enrolment = in_scope_or_404(Enrolment, enrolment_id)
    if operations.enrol(db.session, current_actor(), row, today()):
        flash(_("%(name)s进班了。", name=row.worker.name), "success")
    else:
        flash(_("还没有轮到：名额满了，或前面还有人在等。"), "warning")
    return finish(url_for("cohorts.people", cohort_id=row.cohort_id))


@bp.route("/people/<int:enrolment_id>/advance", methods=["POST"])
@requires(Permission.ENROLMENT_READ)
def advance_person(enrolment_id: int) -> Response:
    """Refuse somebody, or note that he left the class; each needs its reason."""
    in_scope_or_404(Enrolment, enrolment_id)
    step, reason = asked(ENROLMENT_WORKFLOW, among=REASONED)
    row = row_for(step, Enrolment, enrolment_id)
    REASONED[step.event](db.session, current_actor(), row, reason)
    flash(_("已记下。"), "success")
    return finish(url_for("cohorts.people", cohort_id=row.cohort_id))
