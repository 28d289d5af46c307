"""HTTP of administration: accounts and rights, organisations, reference facts, the audit."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import inspect, select
from werkzeug.wrappers import Response

from app.admin import audit_words, operations, queries, word_views
from app.admin.blueprint import bp
from app.admin.forms import AREA_ROLES, ORGANISATION_ROLES, GrantForm, OrganisationForm, UserForm
from app.admin.reference import BY_SLUG, FIGURE_KINDS, FactTable, field_names, form_for
from app.border import row_number
from app.extensions import db
from app.fields import options
from app.guards import current_actor, requires, today
from app.once import finish
from models.access import Grant, Permission, Role
from models.area import AREA_LEVEL_LABELS, Area, area_names
from models.base import utc_now
from models.event_tags import EVENT_LABELS
from models.organisation import Organisation, OrganisationKind
from models.user import User

__all__ = ["bp", "word_views"]


def page_of(rows: list[Any]) -> tuple[list[Any], int | None]:
    """Split one row more than fits into the page and the key of the next one."""
    return rows[: queries.PAGE], rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None


@bp.route("/admin/users", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def users() -> str | Response:
    """Accounts, and a new one."""
    form = UserForm()
    if form.validate_on_submit():
        if db.session.scalar(select(User.id).where(User.username == form.username.data)):
            form.username.errors = [_("这个账号已经有人用了，换一个。")]
        else:
            secret = operations.new_password()
            user = operations.make_user(db.session, current_actor(), form.username.data, form.name.data, secret)
            flash(_("账号建好了。初始密码 %(secret)s，只显示这一次，请当面交给本人。", secret=secret), "success")
            return finish(url_for("admin.user", user_id=user.id))
    find, after = request.args.get("q", "").strip(), request.args.get("after", 0, row_number)
    rows, next_key = page_of(queries.users_page(db.session, find, after, "locked" in request.args))
    grants = queries.grants_of(db.session, [row.id for row in rows])
    return render_template(
        "admin/users.html", form=form, users=rows, grants=grants, next_key=next_key, find=find, now=utc_now()
    )


def _user_or_404(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


@bp.route("/admin/users/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def user(user_id: int) -> str | Response:
    """One account and its rights; a new right."""
    person, form = _user_or_404(user_id), GrantForm(valid_from=today())
    if form.validate_on_submit() and (where := _where(form)) is not None:
        if person.id == current_actor().user_id:
            form.role.errors = [_("不能给自己授权，请另一位管理员办理。")]
        else:
            operations.give(
                db.session, current_actor(), person, Role(form.role.data), **where,
                valid_from=form.valid_from.data, valid_to=form.valid_to.data, reason=form.reason.data,
            )  # fmt: skip
            flash(_("授权好了，马上生效。"), "success")
            return finish(url_for("admin.user", user_id=person.id))
    grants = queries.grants_of(db.session, [person.id]).get(person.id, [])
    return render_template("admin/user.html", person=person, form=form, grants=grants, today=today())


def _where(form: GrantForm) -> dict[str, Any] | None:
    """Return the area or organisation that the form names, or None with the error beside its field."""
    role = Role(form.role.data)
    if role in AREA_ROLES:
        area = db.session.get(Area, form.area_code.data) if form.area_code.data else None
        if area is None:
            form.area_code.errors = [_("没有这个区划代码，请再核对。")]
            return None
        return {"area_code": area.code}
    if role in ORGANISATION_ROLES:
        kind = OrganisationKind.ENTERPRISE if role is Role.ENTERPRISE else OrganisationKind.SCHOOL
        found = db.session.scalar(
            select(Organisation.id).where(Organisation.credit_code == form.credit.data, Organisation.kind == kind)
        )
        if found is None:
            form.credit.errors = [_("没有找到这家单位，请先登记单位。")]
            return None
        return {"organisation_id": found}
    return {}


@bp.route("/admin/users/<int:user_id>/revoke/<int:grant_id>", methods=["POST"])
@requires(Permission.USER_ADMIN)
def revoke(user_id: int, grant_id: int) -> Response:
    """End a right at once."""
    grant = db.session.get(Grant, grant_id)
    if grant is None or grant.user_id != user_id:
        abort(404)
    operations.revoke(db.session, current_actor(), grant, request.form.get("reason", "")[:200])
    flash(_("这项授权已收回，马上生效。"), "success")
    return finish(url_for("admin.user", user_id=user_id))


@bp.route("/admin/users/<int:user_id>/active", methods=["POST"])
@requires(Permission.USER_ADMIN)
def active(user_id: int) -> Response:
    """Close or reopen an account."""
    person = _user_or_404(user_id)
    if person.id == current_actor().user_id:
        abort(403)
    operations.set_active(db.session, current_actor(), person, request.form.get("active") == "1")
    return finish(url_for("admin.user", user_id=user_id))


@bp.route("/admin/users/<int:user_id>/password", methods=["POST"])
@requires(Permission.USER_ADMIN)
def reset_password(user_id: int) -> Response:
    """Draw a new password for somebody."""
    person = _user_or_404(user_id)
    secret = operations.reset_password(db.session, current_actor(), person)
    flash(_("新密码 %(secret)s，只显示这一次，请当面交给本人。", secret=secret), "success")
    return finish(url_for("admin.user", user_id=user_id))


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
            return finish(url_for("admin.organisations"))
    find, after = request.args.get("q", "").strip(), request.args.get("after", 0, row_number)
    rows, next_key = page_of(queries.organisations_page(db.session, find, after))
    names = dict(queries.cities(db.session))
    return render_template(
        "admin/organisations.html", form=form, rows=rows, next_key=next_key, find=find, cities=names
    )


@bp.route("/admin/reference")
@requires(Permission.REFERENCE_READ)
def reference() -> str:
    """The tables of reference facts."""
    return render_template("admin/reference.html", unchecked=queries.unchecked(db.session))


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
        "admin/facts.html",
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
            return finish(url_for("admin.facts", slug=table.slug))
    names = field_names(table)
    return render_template("admin/fact.html", table=table, fact=fact, form=form, names=names)


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
    rows, next_key = page_of(queries.audit_page(db.session, subject, tag, before))
    return render_template(
        "admin/audit.html",
        lines=audit_words.lines(rows, current_actor()),
        next_key=next_key,
        subject=subject,
        tag=tag,
        tags=EVENT_LABELS,
        check=queries.last_check(db.session),
    )
