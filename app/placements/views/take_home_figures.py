"""The sums of the take-home line, kept by the county that pays and the city that knows."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import options
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.placements import bp
from app.placements.forms import FigureForm, OfficeForm
from app.placements.operations import county_office, take_home_figures
from app.placements.queries.lists import figures_of
from models.access import Permission
from models.clock import today
from models.reference.area import area_names
from models.reference.county_office import office_of
from models.reference.dated_fact import MoneyFigure


@bp.route("/placements/figures", methods=["GET", "POST"])
@requires(Permission.FIGURE_WRITE)
def figures() -> str | Response:
    """The sums of the reader's own areas, with their past; a new sum ends the one before it."""
    return _figures_page(None)


@bp.route("/placements/office", methods=["POST"])
@requires(Permission.FIGURE_WRITE)
def office() -> str | Response:
    """The telephone of the county's bureau."""
    form = _office_form()
    if form is None:
        abort(403)
    if not form.is_ready():
        return _figures_page(form)
    county_office.set_office(
        db.session, current_actor(), form.county_code.data, form.phone.data, form.hours.data or ""
    )
    flash(_("已保存。页面和通知上都写这个电话。"), "success")
    return finish(url_for("placements.figures"))


def _office_form() -> OfficeForm | None:
    """The form with what is known; None for those who speak for no county."""
    counties = county_office.own_counties(current_actor())
    if not counties:
        return None
    known = office_of(db.session, counties[0])
    form = OfficeForm(obj=known) if request.endpoint == "placements.office" else OfficeForm(None, obj=known)
    names = area_names(db.session, set(counties))
    form.county_code.choices = options((code, names.get(code, code)) for code in counties)
    return form


def _figures_page(office_form: OfficeForm | None) -> str | Response:
    actor = current_actor()
    areas = take_home_figures.owned_areas(actor)
    names = area_names(db.session, set(areas))
    is_sent = request.method == "POST" and office_form is None
    form = FigureForm(None if not is_sent else request.form, data=None if is_sent else {"since": today()})
    form.owner_code.choices = options((code, names.get(code, code)) for code in areas)
    if is_sent and form.validate():
        take_home_figures.set_figure(
            db.session,
            actor,
            form.owner_code.data,
            form.name.data,
            form.monthly_fen.data or 0,
            form.since.data,
            form.source.data,
        )
        flash(_("已保存。到手工资从这一天起按新数算。"), "success")
        return finish(url_for("placements.figures"))
    return render_template(
        "placements/figures.html",
        form=form,
        office_form=office_form or _office_form(),
        rows=figures_of(db.session, set(areas)),
        names=names,
        today=today(),
    )


@bp.route("/placements/figures/<int:number>/end", methods=["POST"])
@requires(Permission.FIGURE_WRITE)
def end_figure(number: int) -> Response:
    """End a sum that is no longer paid or spent."""
    row = in_scope_or_404(MoneyFigure, number)
    take_home_figures.end_figure(db.session, current_actor(), row, today())
    flash(_("已停用。"), "success")
    return finish(url_for("placements.figures"))
