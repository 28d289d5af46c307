"""HTTP of organisations, reference facts and the audit."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import inspect, select
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import options
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.reference import audit_labels, bp, operations, queries
from app.reference.fact_tables import BY_SLUG, FIGURE_KINDS, FactTable, field_names, form_for
from app.reference.forms import OrganisationForm
from models.access import Permission
from models.event_tags import EVENT_LABELS
from models.reference.area import AREA_LEVEL_LABELS, area_names
from models.reference.organisation import Organisation


@bp.route("/admin/organisations", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def organisations() -> str | Response:
    """Enterprises and schools, and a new one."""
    form = OrganisationForm()
    form.city_code.choices = options(queries.cities(db.session))
    if form.validate_on_submit():
        code = form.credit_code.data
        if db.session.scalar(select(Organisation.id).where(Organisation.credit_code == code)):
            form.credit_code.errors = [_("这家单位已经登记过了。")]
        else:
            values = {name: value for name, value in form.data.items() if name not in ("once", "csrf_token")}
            operations.make_organisation(db.session, current_actor(), values)
            flash(_("单位登记好了。"), "success")
            return finish(url_for("reference.organisations"))
    find, after = request.args.get("q", "").strip(), request.args.get("after", 0, row_number)
    rows, next_key = page_of(queries.organisations_page(db.session, find, after), queries.PAGE)
    names = dict(queries.cities(db.session))
    return render_template(
        "reference/organisations.html", form=form, rows=rows, next_key=next_key, find=find, cities=names
    )


@bp.route("/admin/reference")
@requires(Permission.REFERENCE_READ)
def reference() -> str:
    """The tables of reference facts."""
    return render_template("reference/reference.html", unchecked=queries.unchecked(db.session))


def _table_or_404(slug: str) -> FactTable:
    return BY_SLUG.get(slug) or abort(404)


@bp.route("/admin/reference/<slug>")
@requires(Permission.REFERENCE_READ)
def facts(slug: str) -> str:
    """The rows of one table."""
    table = _table_or_404(slug)
    find, unchecked = request.args.get("q", "").strip(), "unchecked" in request.args
    found = queries.facts_page(db.session, table, find, request.args.get("after", ""), unchecked)
    rows, more = found[: queries.PAGE], len(found) > queries.PAGE
    return render_template(
        "reference/facts.html",
        table=table,
        rows=rows,
        next_key=table.key_of(rows[-1]) if more else None,
        find=find,
        unchecked=unchecked,
        words={**AREA_LEVEL_LABELS, **FIGURE_KINDS},
        names=area_names(db.session, table.area_codes(rows)),
    )


@bp.route("/admin/reference/<slug>/new", methods=["GET", "POST"])
@requires(Permission.REFERENCE_WRITE)
def new_fact(slug: str) -> str | Response:
    """A new fact."""
    table = _table_or_404(slug)
    return _edit(table, table.model())


@bp.route("/admin/reference/<slug>/<key>", methods=["GET", "POST"])
@requires(Permission.REFERENCE_WRITE)
def edit_fact(slug: str, key: str) -> str | Response:
    """One fact, to be corrected, ended or marked as checked."""
    table = _table_or_404(slug)
    return _edit(table, db.session.scalar(select(table.model).where(table.key == key)) or abort(404))


def _edit(table: FactTable, fact: Any) -> str | Response:
    form = form_for(table)(obj=fact)
    if form.validate_on_submit():
        values = {name: _value(table, name, form[name].data) for name in field_names(table)}
        since, until = form.valid_from.data, form.valid_to.data
        if since and until and until < since:
            form.valid_to.errors = [_("结束日期不能早于开始日期。")]
        else:
            operations.save_fact(db.session, current_actor(), fact, values)
            flash(_("已保存。"), "success")
            return finish(url_for("reference.facts", slug=table.slug))
    names = field_names(table)
    return render_template("reference/fact.html", table=table, fact=fact, form=form, names=names)


def _value(table: FactTable, name: str, typed: Any) -> Any:
    """Return what was typed; an empty field is "nothing known" where the column allows that."""
    if typed in ("", None):
        return None if inspect(table.model).columns[name].nullable else ""
    return typed


@bp.route("/admin/audit")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """Who did what, newest first, in words."""
    subject, tag = request.args.get("subject", "").strip(), request.args.get("tag", "")
    before = request.args.get("before", None, row_number)
    rows, next_key = page_of(queries.audit_page(db.session, subject, tag, before), queries.PAGE)
    return render_template(
        "reference/audit.html",
        lines=audit_labels.lines(rows, current_actor()),
        next_key=next_key,
        subject=subject,
        tag=tag,
        tags=EVENT_LABELS,
        check=queries.last_check(db.session),
    )
