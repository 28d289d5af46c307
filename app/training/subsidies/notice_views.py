"""The public list, and what is said against it."""

from flask import abort, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app.kit.web.extensions import db, limiter
from app.kit.web.guards import current_actor, open_to_all, part_or_404, requires
from app.kit.web.idempotency import finish
from app.training.subsidies import bp, operations
from app.training.subsidies.forms import ObjectionAnswerForm, ObjectionForm
from app.training.subsidies.page import claim_page
from app.training.subsidies.review_views import CHECK
from models.clock import today
from models.reference.area import area_names
from models.training.subsidy import Claim, Objection, PublicNotice
from models.training.training_class import TrainingClass

MOST_CHARACTERS = 32


@bp.route("/notice/<token>")
@open_to_all
@limiter.limit("30/minute")
def notice(token: str) -> tuple[Response, int]:
    """The list while it is up; afterwards, taken down or guessed, the page without it."""
    statement = select(PublicNotice).where(PublicNotice.token == token[:MOST_CHARACTERS])
    claim = joinedload(PublicNotice.claim).joinedload(Claim.training_class).joinedload(TrainingClass.school)
    found = db.session.scalar(statement.options(claim))
    is_up = found is not None and found.withdrawn_at is None and found.starts_on <= today() <= found.ends_on
    county = area_names(db.session, {found.claim.county_code}) if found else {}
    answer = make_response(
        render_template(
            "training/subsidies/notice.html", row=found, is_up=is_up, county="".join(county.values())
        )
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer, 200 if found else 404


def _notice(notice_id: int) -> PublicNotice:
    row: PublicNotice = part_or_404(PublicNotice, notice_id, Claim, "claim_id")
    return row


@bp.route("/notices/<int:notice_id>/objections", methods=["POST"])
@requires(CHECK)
def record_objection(notice_id: int) -> str | Response:
    """Note what somebody said against a list."""
    row, form = _notice(notice_id), ObjectionForm()
    if not form.validate():
        return claim_page(row.claim, objection_form=form)
    text, by_whom = form.said.data or "", form.by_whom.data or ""
    operations.record_objection(db.session, current_actor(), row, text, by_whom)
    flash(_("异议已登记，答复以前不能拨付。"), "success")
    return finish(url_for("subsidies.show", claim_id=row.claim_id, _anchor="notice"))


@bp.route("/notices/<int:notice_id>/answer", methods=["POST"])
@requires(CHECK)
def answer_objection(notice_id: int) -> str | Response:
    """Answer one objection; one that is right takes the list down."""
    row, form = _notice(notice_id), ObjectionAnswerForm()
    statement = select(Objection).where(Objection.notice_id == row.id, Objection.answered_at.is_(None))
    objection = next(
        (one for one in db.session.scalars(statement) if str(one.id) == form.objection.data), None
    )
    if objection is None:
        abort(400)
    if not form.validate():
        return claim_page(row.claim, wrong_objection=(objection.id, form))
    upheld = form.upheld.data == "1"
    operations.answer_objection(db.session, current_actor(), objection, upheld, form.answer.data or "")
    flash(_("已撤下公示，请重新审核。") if upheld else _("已答复，公示继续。"), "success")
    return finish(url_for("subsidies.show", claim_id=row.claim_id, _anchor="notice"))
