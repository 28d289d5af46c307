"""Input shapes of organisations and reference facts."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Optional

from app.kit.web.fields import Form, choice, credit_code, day_field, phone_number, required, text, tidy
from models.reference.organisation import ORGANISATION_KIND_LABELS
from models.training.subsidy import MONEY_STANDARDS


class OrganisationForm(Form):
    """An enterprise or a school."""

    kind = choice(_l("类型"), [(k.value, _l(v)) for k, v in ORGANISATION_KIND_LABELS.items()], must=True)
    credit_code = StringField(_l("统一社会信用代码"), validators=[required(), credit_code], filters=[tidy])
    name = text(_l("单位名称"), most=100, must=True)
    city_code = SelectField(_l("所在市"), validators=[required()])
    address = text(_l("地址"), most=200)
    industry = text(_l("行业"))
    contact_name = text(_l("联系人"))
    contact_phone = StringField(_l("联系手机"), validators=[Optional(), phone_number], filters=[tidy])


class FactForm(Form):
    """The part that every dated fact shares; the rest is added per table (see reference.form_for)."""

    valid_from = day_field(_l("从哪天起有效"), must=True)
    valid_to = day_field(_l("到哪天止（空着就是现在仍有效）"))
    source = text(_l("依据（文件名、文号、条款）"), most=200, must=True)
    verified = BooleanField(_l("已对照原文核实"))
    note = text(_l("备注"), most=200)


class StandardForm(FactForm):
    """A figure of order training: sums of money are typed in yuan and kept in fen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted() and self["value"].data is not None and self._is_money:
            self["value"].data //= 100

    def validate(self, extra_validators: Any = None) -> bool:
        """Turn a sum into fen once everything is in order."""
        valid = super().validate(extra_validators)
        if valid and self._is_money:
            self["value"].data *= 100
        return valid

    @property
    def _is_money(self) -> bool:
        return self["name"].data in MONEY_STANDARDS
