"""HTTP of dated facts: their tables, the rows of one, one fact."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.reference import bp
from app.reference.facts import operations, queries
from app.reference.facts.forms import form_for
from app.reference.facts.tables import BY_SLUG, FIGURE_KINDS, FactTable
from models.access import Permission
from models.reference.area import AREA_LEVEL_LABELS, area_names


@bp.route("/admin/reference")
@requires(Permission.REFERENCE_READ)
def reference() -> str:
    """The tables of reference facts."""
    return render_template("reference/facts/tables.html", unchecked=queries.unchecked(db.session))


def _table_or_404(slug: str) -> FactTable:
    return BY_SLUG.get(slug) or abort(404)


@bp.route("/admin/reference/<slug>")
@requires(Permission.REFERENCE_READ)
def facts(slug: str) -> str:
    """The rows of one table."""
    table = _table_or_404(slug)
    find, unchecked = request.args.get("q", "").strip(), "unchecked" in request.args
    after = request.args.get("after", "")
    rows, has_more = queries.facts_page(db.session, table, find, after, unchecked)
    return render_template(
        "reference/facts/facts.html",
        table=table,
        rows=rows,
        next_key=table.key_of(rows[-1]) if has_more else None,
        find=find,
        unchecked=unchecked,
        words={**AREA_LEVEL_LABELS, **FIGURE_KINDS},
        names=area_names(db.session, table.area_codes(rows)),
    )


@bp.route("/admin/reference/<slug>/new", methods=["GET", "POST"])
@requires(Permission.REFERENCE_WRITE)
def new_fact(slug: str) -> str | Response:
    """A new fact."""
    return _edit(_table_or_404(slug), None)


@bp.route("/admin/reference/<slug>/<key>", methods=["GET", "POST"])
@requires(Permission.REFERENCE_WRITE)
def edit_fact(slug: str, key: str) -> str | Response:
    """One fact, to be corrected, ended or marked as checked."""
    table = _table_or_404(slug)
    return _edit(table, queries.fact_by_key(db.session, table, key) or abort(404))


def _edit(table: FactTable, fact: Any) -> str | Response:
    form = form_for(table)(obj=fact)
    if form.validate_on_submit():
        since, until = form.valid_from.data, form.valid_to.data
        if since and until and until < since:
            form.valid_to.errors = [_("结束日期不能早于开始日期。")]
        else:
            typed = {name: form[name].data for name in table.field_names}
            operations.save_fact(db.session, current_actor(), table, fact, typed)
            flash(_("已保存。"), "success")
            return finish(url_for("reference.facts", slug=table.slug))
    return render_template("reference/facts/fact.html", table=table, fact=fact, form=form)
