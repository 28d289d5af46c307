"""HTTP of organisations: the list, and a new one."""

from typing import Any

from flask import flash, render_template, request, url_for
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
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.reference import bp
from app.reference.organisations import operations, queries
from models.access import Permission
from models.reference.area import area_names, guangdong_cities, programme_counties
from models.reference.organisation import ORGANISATION_KIND_LABELS, OrganisationKind


class OrganisationForm(Form):
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


@bp.route("/admin/organisations", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def organisations() -> str | Response:
    """Enterprises and schools, and a new one."""
    form = OrganisationForm()
    form.offer_areas(guangdong_cities(db.session), programme_counties(db.session))
    if form.validate_on_submit():
        if queries.is_registered(db.session, form.credit_code.data):
            form.credit_code.errors = [_("这家单位已经登记过了。")]
        else:
            values = {name: value for name, value in form.data.items() if name not in ("once", "csrf_token")}
            operations.register(db.session, current_actor(), values)
            flash(_("单位登记好了。"), "success")
            return finish(url_for("reference.organisations"))
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
