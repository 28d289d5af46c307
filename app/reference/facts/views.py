"""HTTP of dated facts: their tables, the rows of one, one fact."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.reference import bp
from app.reference.facts import operations, queries, standard_versions
from app.reference.facts.forms import FactForm, form_for
from app.reference.facts.tables import BY_SLUG, FIGURE_KINDS, FactTable
from models.access import Permission
from models.clock import today
from models.posting_law.law_list import cited_laws
from models.reference.ageing import is_aged
from models.reference.area import AREA_LEVEL_LABELS, area_names


@bp.route("/admin/reference")
@requires(Permission.REFERENCE_READ)
def reference() -> str:
    """The tables of reference facts."""
    return render_template(
        "reference/facts/tables.html",
        unchecked=queries.unchecked(db.session),
        aged=queries.aged(db.session, today()),
        laws=cited_laws(),
        aged_laws=queries.aged_laws(today()),
    )


@bp.route("/admin/reference/laws")
@requires(Permission.REFERENCE_READ)
def laws() -> str:
    """The laws that the legal check cites; they change with the platform, not by hand."""
    cited = cited_laws()
    return render_template(
        "reference/facts/laws.html",
        laws=cited,
        aged=queries.aged_laws(today()),
        names=area_names(db.session, {law.area_code for law in cited}),
    )


def _table_or_404(slug: str) -> FactTable:
    return BY_SLUG.get(slug) or abort(404)


@bp.route("/admin/reference/<slug>")
@requires(Permission.REFERENCE_READ)
def facts(slug: str) -> str:
    """The rows of one table."""
    table = _table_or_404(slug)
    chosen = queries.Chosen(
        request.args.get("q", "").strip(), "unchecked" in request.args, "aged" in request.args
    )
    rows, has_more = queries.facts_page(db.session, table, chosen, request.args.get("after", ""), today())
    return render_template(
        "reference/facts/facts.html",
        table=table,
        rows=rows,
        next_key=table.key_of(rows[-1]) if has_more else None,
        chosen=chosen,
        waiting=queries.waiting_versions(db.session, table),
        aged=[row for row in rows if is_aged(row, today())],
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


@bp.route("/admin/reference/<slug>/<key>/confirm", methods=["POST"])
@requires(Permission.REFERENCE_WRITE)
def confirm_fact(slug: str, key: str) -> Response:
    """One fact was looked at today and still holds."""
    table = _table_or_404(slug)
    fact = queries.fact_by_key(db.session, table, key) or abort(404)
    operations.confirm_fact(db.session, current_actor(), table, fact, today())
    flash(_("记下了：今天看过，没有变化。"), "success")
    kept = queries.Chosen(request.form.get("q", ""), "unchecked" in request.form, "aged" in request.form).kept
    return finish(f"{url_for('reference.facts', slug=table.slug)}{f'?{urlencode(kept)}' if kept else ''}")


def _typed(form: FactForm, table: FactTable) -> dict[str, Any]:
    return {name: form[name].data for name in table.field_names}


def _is_free(form: FactForm, table: FactTable, fact: Any) -> bool:
    """Whether no other fact of the same scope holds on its days; else the form says which."""
    typed = _typed(form, table)
    if table is standard_versions.TABLE:
        refusal = standard_versions.refusal(db.session, fact, typed)
    else:
        refusal = operations.clash(db.session, table, fact, typed)
    if refusal:
        field = form["valid_from"] if "valid_from" in form else form[table.columns[0][0]]
        field.errors = [*field.errors, say(refusal)]
    return refusal is None


def _written(fact: Any, typed: dict[str, Any]) -> Response:
    """A standard rules money: what was typed waits for a second person."""
    version = standard_versions.write(db.session, current_actor(), fact, typed, today())
    flash(_("改动记下了，还没有生效。看清影响谁，再提交给第二人批准。"), "success")
    return finish(url_for("reference.standard_version", version_id=version.id))


def _edit(table: FactTable, fact: Any) -> str | Response:
    form = form_for(table)(obj=fact)
    is_ready = form.validate_on_submit() and (fact is None or form.merge())
    if is_ready and _is_free(form, table, fact):
        if table is standard_versions.TABLE:
            return _written(fact, _typed(form, table))
        operations.save_fact(db.session, current_actor(), table, fact, _typed(form, table), today())
        flash(_("已保存。"), "success")
        return finish(url_for("reference.facts", slug=table.slug))
    is_old = fact is not None and is_aged(fact, today())
    return render_template(
        "reference/facts/fact.html",
        table=table,
        fact=fact,
        form=form,
        is_old=is_old,
        shared=len(table.shared),
    )
