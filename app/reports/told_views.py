"""HTTP of figures told with a document."""

from decimal import Decimal

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.kit.files.document_sanitizer import MEDIA_TYPE
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import drawn_anew
from app.reports import bp
from app.reports import told as operations
from app.reports.forms import ToldForm
from app.reports.pairs import Pair, pair_names, seen_pairs
from app.reports.views import pair_asked
from models.access import Permission, visible_to
from models.audit import record
from models.clock import today
from models.event_tags import EventTag
from models.reports.indicator import FigureUnit, Indicator, indicators_on
from models.reports.told_figure import FigurePurpose, ToldFigure
from models.workflow import TransitionRefused

P = Permission
MOST = 200


def _form() -> ToldForm:
    form, actor = ToldForm(), current_actor()
    pairs = seen_pairs(db.session, actor, today())
    form.pair.choices = [(pair.key, name) for pair, name in pair_names(db.session, pairs).items()]
    form.key.choices = [(one.key, _(one.name)) for one in indicators_on(db.session, today())]
    return form


@bp.route("/reports/told", methods=["GET", "POST"])
@requires(P.REPORT_READ)
@reads_files
def told() -> str | Response:
    """What was told with a document, and a form for more."""
    actor, form = current_actor(), _form()
    if request.method == "POST" and not actor.can(P.REPORT_MAKE):
        abort(403)
    if form.validate_on_submit() and (paper := drawn_anew(form.file)) is not None:
        indicator = next(one for one in indicators_on(db.session, today()) if one.key == form.key.data)
        try:
            operations.tell(db.session, actor, _told(form, indicator), paper)
        except TransitionRefused as refused:
            form.key.errors = [say(one) for one in refused.sentences]
        else:
            flash(_("填报好了。"), "success")
            return finish(url_for("reports.told"))
    rows = visible_to(actor, select(ToldFigure), ToldFigure, P.REPORT_READ).order_by(ToldFigure.id.desc())
    listed = db.session.scalars(rows.limit(MOST)).all()
    pairs = {Pair(row.helper_code, row.recipient_code) for row in listed}
    definitions = {one.key: one for one in indicators_on(db.session, today())}
    return render_template(
        "reports/told.html",
        form=form,
        rows=listed,
        names={pair.key: name for pair, name in pair_names(db.session, sorted(pairs, key=str)).items()},
        definitions=definitions,
        most=MOST,
    )


def _told(form: ToldForm, indicator: Indicator) -> operations.Told:
    purpose, on = FigurePurpose(form.purpose.data), form.on.data
    if purpose is FigurePurpose.TARGET:
        on = on.replace(month=12, day=31)
    amount = form.amount.data or Decimal(0)
    number = amount * 100 if indicator.unit is FigureUnit.FEN else amount
    return operations.Told(
        pair_asked(form.pair.data), indicator, purpose, on, int(number), form.document.data or ""
    )


@bp.route("/reports/told/<int:figure_id>/paper", methods=["POST"])
@requires(P.REPORT_READ)
def told_paper(figure_id: int) -> FlaskResponse:
    """Show the paper of a figure; looking is noted."""
    row = in_scope_or_404(ToldFigure, figure_id)
    record(db.session, current_actor(), EventTag.FIGURE_OPEN, row)
    content = row.content
    db.session.commit()
    return FlaskResponse(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"})


@bp.route("/reports/told/<int:figure_id>/withdraw", methods=["POST"])
@requires(P.REPORT_MAKE)
def withdraw_told(figure_id: int) -> Response:
    """Take a figure back. Form: reason."""
    row = in_scope_or_404(ToldFigure, figure_id, P.REPORT_MAKE)
    operations.withdraw(db.session, current_actor(), row, request.form.get("reason", "")[:300], today())
    flash(_("已撤回，留有记录。"), "success")
    return finish(url_for("reports.told"))
