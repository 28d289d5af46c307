"""Papers: handing in, opening with a purpose, judging; and what an enterprise vouches for."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases import bp
from app.hukou.cases.forms import JudgeForm, ProofForm, WithdrawForm, judge_form
from app.hukou.cases.operations import corrections, papers, steps
from app.hukou.cases.operations.closing import refusals
from app.hukou.cases.queries import cases
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import PaperForm
from app.kit.web.purposes import PurposeForm
from app.kit.web.request_limits import row_number
from models.access import Permission
from models.clock import today, utc_now
from models.hukou import labels
from models.hukou.case import HukouCase, HukouDocument
from models.hukou.catalogue import FACTS
from models.i18n import N_
from models.people.worker import Worker
from models.placement.placement import WORKING, Evidence, Placement

VOUCHED = N_("企业证明")


@bp.route("/cases/<int:case_id>/papers", methods=["POST"])
@requires(Permission.HUKOU_HELP)
@reads_files
def upload(case_id: int) -> str | Response:
    """Hand in a paper for a person's case."""
    case, form = in_scope_or_404(HukouCase, case_id), PaperForm()
    if _hand_in(form, case.worker, case.city_code, case):
        return finish(url_for("hukou.show", case_id=case.id))
    return render_template("hukou/cases/upload.html", case=case, form=form)


def _hand_in(form: PaperForm, worker: Worker, city_code: str, case: HukouCase | None) -> bool:
    actor = current_actor()
    is_taken = form.hand_to(
        lambda kind, paper: papers.hand_in(db.session, actor, worker, city_code, kind, paper, case)
    )
    if is_taken:
        flash(_("收到了，等窗口认定。"), "success")
    return is_taken


@bp.route("/papers/<int:document_id>/open", methods=["POST"])
@requires(Permission.HUKOU_OPEN)
def open_paper(document_id: int) -> Response:
    """Show a paper, once the reader has said what for."""
    document, form = in_scope_or_404(HukouDocument, document_id), PurposeForm()
    if not form.validate():
        abort(400)
    content = papers.open_paper(db.session, current_actor(), document, form.purpose.data)
    db.session.commit()
    answer = Response(content, mimetype=document.media_type)
    answer.headers["Content-Disposition"] = f"inline; filename=paper-{document.id}.pdf"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/papers/<int:document_id>", methods=["GET", "POST"])
@requires(Permission.HUKOU_REVIEW)
def judge(document_id: int) -> str | Response:
    """Accept a paper with what it proves, or refuse it."""
    document: HukouDocument = in_scope_or_404(HukouDocument, document_id)
    form = JudgeForm() if request.method == "POST" else judge_form(document.kind)
    case = cases.case_served_by(db.session, document)
    if case is None:
        abort(404)
    if form.validate_on_submit():
        papers.judge(
            db.session,
            current_actor(),
            document,
            case,
            db.session.get_one(Worker, document.worker_id),
            form.decision.data == "yes",
            form.reason.data or "",
            form.valid_until.data or papers.usual_end(document.kind, form.as_of.data or today()),
            form.proven(),
            utc_now(),
        )
        steps.evaluate_again(db.session, case, today())
        return finish(url_for("hukou.show", case_id=case.id))
    return render_template(
        "hukou/cases/judge.html",
        document=document,
        case=case,
        form=form,
        fact_kinds=FACTS,
        open_form=PurposeForm(formdata=None),
        too_late=refusals(case).get("judgement"),
        again_form=WithdrawForm(formdata=None),
        unopened=papers.unopened(db.session, current_actor(), document),
    )


@bp.route("/papers/<int:document_id>/again", methods=["POST"])
@requires(Permission.HUKOU_REVIEW)
def judge_again(document_id: int) -> Response:
    """Take a judgement back that was a slip: the paper waits to be judged."""
    document, form = in_scope_or_404(HukouDocument, document_id), WithdrawForm()
    case = cases.case_served_by(db.session, document) or abort(404)
    if not form.validate():
        flash(_("请写明理由。"), "warning")
        return finish(url_for("hukou.judge", document_id=document.id))
    corrections.withdraw_judgement(db.session, current_actor(), document, case, form.reason.data, utc_now())
    steps.evaluate_again(db.session, case, today())
    return finish(url_for("hukou.judge", document_id=document.id))


@bp.route("/proofs")
@requires(Permission.HUKOU_PROVE)
def proofs() -> str:
    """People who work here and agreed that the enterprise knows them, with what it has vouched for."""
    after = request.args.get("after", 0, row_number)
    rows = cases.own_people(db.session, current_actor(), after)
    shown = rows[: cases.PEOPLE]
    following = shown[-1].id if len(rows) > cases.PEOPLE else None
    return render_template("hukou/cases/proofs.html", rows=shown, after=after, following=following)


@bp.route("/proofs/<int:placement_id>", methods=["GET", "POST"])
@requires(Permission.HUKOU_PROVE)
def proof(placement_id: int) -> str | Response:
    """Vouch for one fact of one person."""
    row, form = _own(placement_id), ProofForm()
    if form.validate_on_submit():
        papers.learn(
            db.session,
            current_actor(),
            row.worker,
            row.city_code,
            form.proven(),
            Evidence.ROSTER,
            VOUCHED,
            utc_now(),
        )
        flash(_("记下了，户籍窗口会看到是企业证明的。"), "success")
        return finish(url_for("hukou.proof", placement_id=row.id))
    return _page(row, form, PaperForm(formdata=None))


@bp.route("/proofs/<int:placement_id>/withdraw", methods=["POST"])
@requires(Permission.HUKOU_PROVE)
def withdraw_proof(placement_id: int) -> Response:
    """Take back what one's own enterprise vouched for by a slip."""
    row, form = _own(placement_id), WithdrawForm()
    facts = cases.vouched_by(db.session, current_actor(), row.worker_id)
    number = request.form.get("fact", type=row_number)
    fact = next((one for one in facts if one.id == number), None) or abort(404)
    if form.validate():
        corrections.withdraw_fact(db.session, current_actor(), fact, form.reason.data, utc_now())
        flash(_("已撤回，以后不算这一条。"), "success")
    else:
        flash(_("请写明理由。"), "warning")
    return finish(url_for("hukou.proof", placement_id=row.id))


@bp.route("/proofs/<int:placement_id>/papers", methods=["POST"])
@requires(Permission.HUKOU_PROVE)
@reads_files
def proof_paper(placement_id: int) -> str | Response:
    """Hand in a paper for one's own person: a contract, the list of insurance."""
    row, form = _own(placement_id), PaperForm()
    if _hand_in(form, row.worker, row.city_code, cases.open_case(db.session, row.worker)):
        return finish(url_for("hukou.proof", placement_id=row.id))
    return _page(row, ProofForm(formdata=None), form)


def _own(placement_id: int) -> Placement:
    row: Placement = in_scope_or_404(Placement, placement_id)
    if row.state not in WORKING or not row.is_open_to_enterprise:
        abort(404)
    return row


def _page(row: Placement, form: ProofForm, upload: PaperForm) -> str:
    facts = [
        (labels.fact_sentence(fact), fact)
        for fact in cases.vouched_by(db.session, current_actor(), row.worker_id)
    ]
    return render_template("hukou/cases/proof.html", row=row, form=form, upload=upload, facts=facts)
