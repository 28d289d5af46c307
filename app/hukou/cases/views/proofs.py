"""HTTP of what an enterprise vouches for: insurance, contract, lodging of its own people."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases import bp, papers, queries
from app.hukou.cases.forms import ProofForm, UploadForm
from app.hukou.cases.receiving import receive
from app.hukou.rules import words
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.i18n import N_
from models.placement.placement import WORKING, Evidence, Placement

VOUCHED = N_("企业证明")


@bp.route("/proofs")
@requires(Permission.HUKOU_PROVE)
def proofs() -> str:
    """Those who work here and agreed that the enterprise knows them, with what it has vouched for."""
    rows = queries.own_people(db.session, current_actor())
    return render_template("hukou/cases/proofs.html", rows=rows)


@bp.route("/proofs/<int:placement_id>", methods=["GET", "POST"])
@requires(Permission.HUKOU_PROVE)
def proof(placement_id: int) -> str | Response:
    """Vouch for one fact of one person."""
    row, form = _own(placement_id), ProofForm()
    if form.validate_on_submit():
        papers.learn(
            db.session, current_actor(), row.worker, row.city_code, form.proven(), Evidence.ROSTER, VOUCHED
        )
        flash(_("记下了，户籍窗口会看到是企业证明的。"), "success")
        return finish(url_for("hukou.proof", placement_id=row.id))
    return _page(row, form, UploadForm(formdata=None))


@bp.route("/proofs/<int:placement_id>/papers", methods=["POST"])
@requires(Permission.HUKOU_PROVE)
def proof_paper(placement_id: int) -> str | Response:
    """Hand in a paper for one's own person: a contract, the list of insurance."""
    row, form = _own(placement_id), UploadForm()
    case = queries.open_case(db.session, row.worker)
    if receive(db.session, current_actor(), form, row.worker, row.city_code, case):
        flash(_("收到了，等窗口认定。"), "success")
        return finish(url_for("hukou.proof", placement_id=row.id))
    return _page(row, ProofForm(formdata=None), form)


def _own(placement_id: int) -> Placement:
    row: Placement = in_scope_or_404(Placement, placement_id)
    if row.state not in WORKING or not row.is_open_to_enterprise:
        abort(404)
    return row


def _page(row: Placement, form: ProofForm, upload: UploadForm) -> str:
    facts = queries.vouched_by(db.session, current_actor(), row.worker_id)
    return render_template(
        "hukou/cases/proof.html", row=row, form=form, upload=upload, facts=facts, words=words
    )
