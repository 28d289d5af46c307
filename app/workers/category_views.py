"""HTTP of the categories of a person: what somebody says with a paper or by word, and taking it back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.kit.web.days import past_day
from app.kit.web.extensions import db
from app.kit.web.fields import Form, choice, options, text
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.workers import bp, categories
from models.access import Permission
from models.clock import today
from models.people.category import CATEGORY_EVIDENCE_LABELS, CategoryEvidence
from models.people.worker import Worker
from models.workflow import TransitionRefused

SAID = (CategoryEvidence.DOCUMENT, CategoryEvidence.WORD)


class CategoryForm(Form):
    """One category of a person."""

    category = choice(_l("哪一类"), [], must=True)
    held_from = past_day(_l("从哪天起"), description=_l("不知道就空着"))
    held_to = past_day(_l("到哪天为止"), description=_l("现在还是就空着"))
    evidence = choice(
        _l("凭什么知道"), [(one.value, _l(CATEGORY_EVIDENCE_LABELS[one])) for one in SAID], must=True
    )
    source = text(_l("依据"), most=200, must=True, description=_l("例如：脱贫人口证明，或村支书电话说的"))


@bp.route("/workers/<int:worker_id>/categories", methods=["GET", "POST"])
@requires(Permission.WORKER_WRITE)
def categories_of(worker_id: int) -> str | Response:
    """Whom the register is for: the person's categories with their dates, and a form for one more."""
    actor, worker = current_actor(), in_scope_or_404(Worker, worker_id, Permission.WORKER_WRITE)
    form = CategoryForm()
    form.category.choices = options([(name, _(name)) for name in categories.named(db.session)])
    here = url_for("workers.show", worker_id=worker.id)
    if request.method == "POST" and form.validate():
        said = categories.Said(
            form.category.data,
            form.held_from.data,
            form.held_to.data,
            CategoryEvidence(form.evidence.data),
            form.source.data,
        )
        try:
            categories.note(db.session, actor, worker, said, today())
        except TransitionRefused as problem:
            db.session.rollback()
            form.category.errors = [say(problem.sentence)]
        else:
            flash(_("记下了。"), "success")
            return finish(here)
    rows, told = categories.standing(db.session, worker, today())
    return render_template("workers/categories.html", worker=worker, form=form, rows=rows, told=told)


@bp.route("/workers/<int:worker_id>/categories/remove", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def remove_category(worker_id: int) -> Response:
    """Take back what somebody wrote down. Form: row, reason."""
    worker = in_scope_or_404(Worker, worker_id, Permission.WORKER_WRITE)
    here = url_for("workers.categories_of", worker_id=worker.id)
    number = request.form.get("row", type=row_number) or 0
    try:
        categories.remove(db.session, current_actor(), worker, number, request.form.get("reason", "")[:200])
    except TransitionRefused as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        return redirect(here, 303)
    flash(_("删掉了。"), "success")
    return finish(here)
