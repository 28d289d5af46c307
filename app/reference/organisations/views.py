"""HTTP of organisations: the list, a new one, one of them, and two that are the same."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from app.kit.web.extensions import db
from app.kit.web.fields import (
    Form,
    SelectField,
    choice,
    credit_code,
    options,
    phone_number,
    required,
    text,
    tidy,
)
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.merging import EditForm
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.reference import bp
from app.reference.organisations import operations, queries
from app.reference.organisations.references import TABLE_LABELS
from models.access import Permission
from models.reference.area import area_names, guangdong_cities, programme_counties
from models.reference.organisation import ORGANISATION_KIND_LABELS, Organisation, OrganisationKind


class OrganisationForm(EditForm):
    """An enterprise or a school."""

    kind = choice(_l("类型"), [(k.value, _l(v)) for k, v in ORGANISATION_KIND_LABELS.items()], must=True)
    credit_code = StringField(_l("统一社会信用代码"), validators=[required(), credit_code], filters=[tidy])
    name = text(_l("单位名称"), most=100, must=True)
    area_code = SelectField(
        _l("所在地"), validators=[required()], description=_l("企业选它所在的市，学校选它自己所在的县")
    )
    address = text(_l("地址"), most=200)
    industry = text(_l("行业"))
    contact_name = text(_l("联系人"))
    contact_phone = StringField(_l("联系手机"), validators=[Optional(), phone_number], filters=[tidy])

    def offer_areas(self, cities: list[tuple[str, str]], counties: list[tuple[str, str]]) -> None:
        """Fill the menu: cities of Guangdong, counties of the programme."""
        self.cities = {code for code, _name in cities}
        self.area_code.choices = options([("", "—"), *cities, *counties])

    def validate_area_code(self, field: Any) -> None:
        """Orders are of a city: an enterprise sits in one."""
        if self.kind.data == OrganisationKind.ENTERPRISE and field.data not in self.cities:
            raise ValidationError(_l("企业请选它所在的广东的市。"))


class CorrectionForm(OrganisationForm):
    """One that is registered, as it should be."""

    reason = text(_l("为什么改（依据）"), most=200, must=True)


class MergeForm(Form):
    """Which one it is the same as."""

    into = text(_l("并入哪一家（统一社会信用代码）"), most=18, must=True)
    reason = text(_l("依据"), most=200, must=True)


COLUMNS = ("kind", "credit_code", "name", "area_code", "address", "industry", "contact_name", "contact_phone")


def _typed(form: OrganisationForm) -> dict[str, Any]:
    return {name: form[name].data for name in COLUMNS}


def _is_free(form: OrganisationForm, organisation: Organisation | None) -> bool:
    """Whether no other organisation has the code that was typed; else the form says which."""
    other = queries.registered(db.session, form.credit_code.data)
    if other is None or other is organisation:
        return True
    form.credit_code.errors = [_("%(name)s已经用这个信用代码登记过了。", name=other.name)]
    return False


@bp.route("/admin/organisations", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def organisations() -> str | Response:
    """Enterprises and schools, and a new one."""
    form = OrganisationForm()
    form.offer_areas(guangdong_cities(db.session), programme_counties(db.session))
    if form.validate_on_submit() and _is_free(form, None):
        row = operations.register(db.session, current_actor(), _typed(form))
        flash(_("单位登记好了。"), "success")
        return finish(url_for("reference.organisation", organisation_id=row.id))
    find, after = request.args.get("q", "").strip(), request.args.get("after", 0, row_number)
    rows, next_key = page_of(queries.organisations_page(db.session, find, after), queries.PAGE)
    return render_template(
        "reference/organisations/index.html",
        form=form,
        rows=rows,
        next_key=next_key,
        find=find,
        areas=area_names(db.session, {row.area_code for row in rows}),
    )


def _organisation_or_404(organisation_id: int) -> Organisation:
    return db.session.get(Organisation, organisation_id) or abort(404)


@bp.route("/admin/organisations/<int:organisation_id>", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def organisation(organisation_id: int) -> str | Response | tuple[str, int]:
    """One organisation: what it is, corrected or moved; what it has; who acts for it."""
    row = _organisation_or_404(organisation_id)
    form = CorrectionForm(data={name: getattr(row, name) for name in COLUMNS})
    form.offer_areas(guangdong_cities(db.session), programme_counties(db.session))
    if form.is_ready() and _is_free(form, row):
        changed = operations.correct(db.session, current_actor(), row, _typed(form), form.reason.data)
        flash(_("改好了。") if changed else _("没有改动。"), "success")
        return finish(url_for("reference.organisation", organisation_id=row.id))
    page = render_template(
        "reference/organisations/organisation.html",
        row=row,
        form=form,
        held=_in_words(operations.held(db.session, row)),
        people=queries.people_of(db.session, row),
        into=db.session.get(Organisation, row.merged_into_id) if row.merged_into_id else None,
        area=area_names(db.session, {row.area_code}).get(row.area_code, row.area_code),
    )
    return page, form.status


@bp.route("/admin/organisations/<int:organisation_id>/merge", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def merge_organisation(organisation_id: int) -> str | Response:
    """Make one of two that are the same: first what would move, then the act."""
    row, form = _organisation_or_404(organisation_id), MergeForm(request.values)
    typed = (form.into.data or "").upper()
    kept = queries.registered(db.session, typed) if typed else None
    if typed and kept is None:
        form.into.errors = [_("没有用这个信用代码登记的单位。")]
    refusals = operations.merge_refusals(kept, row) if kept else []
    if kept and not refusals and request.method == "POST" and form.validate():
        moved = operations.merge(db.session, current_actor(), kept, row, form.reason.data)
        told = _("、").join(f"{word} {count}" for word, count in _in_words(moved)) or _("没有业务")
        flash(_("已并入%(name)s。移过去的：%(told)s。", name=kept.name, told=told), "success")
        return finish(url_for("reference.organisation", organisation_id=kept.id))
    return render_template(
        "reference/organisations/merge.html",
        row=row,
        form=form,
        kept=kept,
        refusals=[say(one) for one in refusals],
        held=_in_words(operations.held(db.session, row)),
        names=area_names(db.session, {one.area_code for one in (row, kept) if one}),
    )


def _in_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(_(TABLE_LABELS[name]), count) for name, count in counts.items()]
