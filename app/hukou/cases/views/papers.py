"""HTTP of papers: handing in, opening with a purpose, judging."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases import bp, operations, papers
from app.hukou.cases.forms import JudgeForm, OpenForm, UploadForm, judge_form
from app.hukou.cases.receiving import receive
from app.hukou.rules import words
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.clock import today
from models.hukou.case import HukouCase, HukouDocument
from models.people.worker import Worker


@bp.route("/cases/<int:case_id>/papers", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def upload(case_id: int) -> str | Response:
    """Hand in a paper for somebody's case."""
    case, form = in_scope_or_404(HukouCase, case_id), UploadForm()
    if receive(db.session, current_actor(), form, case.worker, case.city_code, case):
        flash(_("收到了，等窗口认定。"), "success")
        return finish(url_for("hukou.show", case_id=case.id))
    return render_template("hukou/cases/upload.html", case=case, form=form)


@bp.route("/papers/<int:document_id>/open", methods=["POST"])
@requires(Permission.HUKOU_OPEN)
def open_paper(document_id: int) -> Response:
    """Show a paper, once somebody said what for."""
    document, form = in_scope_or_404(HukouDocument, document_id), OpenForm()
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
    document = in_scope_or_404(HukouDocument, document_id)
    form = JudgeForm() if request.method == "POST" else judge_form(document.kind)
    case = document.case
    if case is None:
        abort(404)
    if form.validate_on_submit():
        worker = db.session.get_one(Worker, document.worker_id)
        papers.judge(
            db.session,
            current_actor(),
            document,
            worker,
            form.decision.data == "yes",
            form.reason.data or "",
            form.valid_until.data or papers.usual_end(document.kind, form.as_of.data or today()),
            form.proven(),
        )
        operations.look_again(db.session, case, today())
        return finish(url_for("hukou.show", case_id=case.id))
    return render_template(
        "hukou/cases/judge.html",
        document=document,
        case=case,
        form=form,
        words=words,
        open_form=OpenForm(formdata=None),
    )
