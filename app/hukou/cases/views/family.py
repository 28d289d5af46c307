"""The family that moves along: adding somebody, asking about odd ages, taking somebody off."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.hukou.cases import bp
from app.hukou.cases.forms import FamilyForm, RemovalForm
from app.hukou.cases.operations.family import Doubtful, add_family_member, remove_family_member
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, part_or_404, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.clock import today, utc_now
from models.hukou.case import HukouCase
from models.hukou.family import FamilyMember


@bp.route("/cases/<int:case_id>/family", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def family(case_id: int) -> str | Response:
    """Add a person who moves along; an odd age is asked about on a page of its own."""
    case, form = in_scope_or_404(HukouCase, case_id), FamilyForm()
    if not form.validate():
        return render_template("hukou/cases/family.html", case=case, form=form, doubts=())
    try:
        add_family_member(db.session, current_actor(), case, form.relative(), today(), is_sure=form.sure.data)
    except Doubtful as doubts:
        return render_template("hukou/cases/family.html", case=case, form=form, doubts=doubts.sentences)
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/family/<int:member_id>/remove", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def remove_family(member_id: int) -> str | Response:
    """Take somebody off who was entered by mistake or does not come along."""
    member: FamilyMember = part_or_404(FamilyMember, member_id, HukouCase, "case_id")
    form = RemovalForm()
    if not form.validate():
        return render_template("hukou/cases/family_removal.html", member=member, form=form)
    remove_family_member(db.session, current_actor(), member, form.reason.data, utc_now())
    return finish(url_for("hukou.show", case_id=member.case_id))
