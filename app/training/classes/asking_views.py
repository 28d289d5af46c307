"""The township asks: who is proposed for a class, and what he says."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.training.classes import bp, operations
from app.training.classes.forms import AnswerForm, PurposeForm
from app.training.classes.queries import people as reads
from app.training.classes.queries.candidates import missing_words
from models.access import Permission
from models.audit import record
from models.clock import today
from models.event_tags import EventTag
from models.placement.leaving import Channel
from models.training.enrolment import Enrolment


@bp.route("/asking")
@requires(Permission.ENROLMENT_ENDORSE)
def asking() -> str:
    """Everybody proposed whom nobody has asked yet."""
    rows, after = reads.to_ask(db.session, current_actor(), request.args.get("after", type=row_number))
    return render_template(
        "training/classes/asking.html",
        rows=rows,
        after=after,
        missing_words=missing_words,
        count=reads.count_to_ask(db.session, current_actor()),
    )


@bp.route("/asking/<int:enrolment_id>", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_ENDORSE)
def answer(enrolment_id: int) -> str | Response:
    """Note what one person said."""
    row, form = in_scope_or_404(Enrolment, enrolment_id), AnswerForm()
    if not form.validate_on_submit():
        return render_template(
            "training/classes/answer.html", row=row, form=form, missing=missing_words(row.reasons)
        )
    channel = Channel(form.channel.data)
    if form.answer.data == "endorse":
        operations.endorse(db.session, current_actor(), row, channel)
    else:
        operations.decline(db.session, current_actor(), row, channel, form.reason.data or "")
    flash(_("记下了：%(name)s。", name=row.worker.name), "success")
    return finish(url_for("training_classes.asking"))


@bp.route("/asking/calls", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_ENDORSE)
def call_list() -> str | Response:
    """Whom to call: masked until the reader says what for, which goes into the audit."""
    actor, form = current_actor(), PurposeForm()
    rows, _after = reads.to_ask(db.session, actor)
    is_open = request.method == "POST" and form.validate()
    if is_open:
        for row in rows:
            record(
                db.session,
                actor,
                EventTag.WORKER_REVEAL,
                row.worker,
                purpose=form.purpose.data,
                fields=["phone"],
            )
        finish(url_for("training_classes.call_list"))
    return render_template(
        "training/classes/calls.html",
        rows=rows,
        form=form,
        is_open=is_open,
        today=today(),
        missing_words=missing_words,
    )
