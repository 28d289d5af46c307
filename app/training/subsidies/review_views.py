"""The county's check: line by line, question by question, then back to the school or up on the board."""

from flask import abort, flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, part_or_404, requires
from app.kit.web.idempotency import finish
from app.training.subsidies import bp, operations
from app.training.subsidies.forms import DoubtForm, PublishForm, ReasonForm
from app.training.subsidies.page import claim_page
from models.access import Permission
from models.clock import today
from models.training.subsidy import Claim, ClaimLine

CHECK = Permission.CLAIM_CHECK


def _line(line_id: int) -> ClaimLine:
    line: ClaimLine = part_or_404(ClaimLine, line_id, Claim, "claim_id")
    return line


@bp.route("/lines/<int:line_id>/refuse", methods=["POST"])
@requires(CHECK)
def refuse_line(line_id: int) -> str | Response:
    """Take one line out, with the reason."""
    line, form = _line(line_id), ReasonForm()
    if not form.validate():
        return claim_page(line.claim, wrong_line=(line.id, form))
    operations.refuse_line(db.session, current_actor(), line, form.reason.data or "")
    flash(_("已剔除%(name)s的一笔。", name=line.enrolment.worker.name), "success")
    return finish(url_for("subsidies.show", claim_id=line.claim_id, _anchor=f"line-{line.id}"))


@bp.route("/lines/<int:line_id>/restore", methods=["POST"])
@requires(CHECK)
def restore_line(line_id: int) -> Response:
    """Put a line back that a checker took out."""
    line = _line(line_id)
    operations.restore_line(db.session, current_actor(), line)
    flash(_("已恢复%(name)s的一笔。", name=line.enrolment.worker.name), "success")
    return finish(url_for("subsidies.show", claim_id=line.claim_id, _anchor=f"line-{line.id}"))


@bp.route("/<int:claim_id>/doubts", methods=["POST"])
@requires(CHECK)
def answer_doubt(claim_id: int) -> str | Response:
    """Write down what was found out about one question."""
    claim, form = in_scope_or_404(Claim, claim_id), DoubtForm()
    number = _number(form.number.data)
    if not form.validate():
        return claim_page(claim, wrong_doubt=(number, form))
    operations.answer_doubt(db.session, current_actor(), claim, number, form.answer.data or "", today())
    return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="doubts"))


def _number(text: str | None) -> int:
    """Return the number in a hidden field; a form that somebody bent is no request."""
    if not (text or "").isdecimal() or len(text or "") > 9:
        abort(400)
    return int(text or "")


@bp.route("/<int:claim_id>/send-back", methods=["POST"])
@requires(CHECK)
def send_back(claim_id: int) -> str | Response:
    """Send the claim back to the school, with the reason."""
    claim, form = in_scope_or_404(Claim, claim_id), ReasonForm()
    if not form.validate():
        return claim_page(claim, back_form=form)
    operations.send_back(db.session, current_actor(), claim, form.reason.data or "")
    flash(_("已退回学校。"), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id))


@bp.route("/<int:claim_id>/publish", methods=["POST"])
@requires(CHECK)
def publish(claim_id: int) -> str | Response:
    """Pass the claim and put its list up."""
    claim, form = in_scope_or_404(Claim, claim_id), PublishForm()
    if not form.validate():
        return claim_page(claim, publish_form=form)
    operations.publish(db.session, current_actor(), claim, form.report.data or "", today())
    flash(_("名单已公示。期满以后，由另一位同事拨付。"), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="notice"))
