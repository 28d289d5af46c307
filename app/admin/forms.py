"""Input shapes of administration."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp

from app.fields import Form, choice, credit_code, day_field, phone_number, required, text, tidy
from models.access import ROLE_LABELS, Role
from models.organisation import ORGANISATION_KIND_LABELS
from models.training.subsidy import MONEY_STANDARDS

AREA_ROLES = frozenset({Role.COUNTY, Role.TOWNSHIP, Role.CITY, Role.REGISTRATION, Role.PREFECTURE, Role.PROVINCE,
                        Role.AUDITOR})  # fmt: skip
ORGANISATION_ROLES = frozenset({Role.ENTERPRISE, Role.SCHOOL})


class UserForm(Form):
    """A new account."""

    username = StringField(
        _l("账号"),
        validators=[
            required(),
            Length(3, 40, message=_l("账号要 3 到 40 个字符。")),
            Regexp(re.compile(r"[a-z0-9._-]+\Z"), message=_l("账号只用小写字母、数字、点、横线。")),
        ],
        filters=[tidy],
    )
    name = text(_l("姓名"), must=True)


class GrantForm(Form):
    """A role for somebody, in one area or one organisation, for a time."""

    role = choice(_l("角色"), [(r.value, _l(ROLE_LABELS[r])) for r in Role if r is not Role.WORKER], must=True)
    area_code = text(
        _l("区划代码（县、市、乡镇）"), most=9, description=_l("例如 513431 昭觉县。企业和学校不用填。")
    )
    credit = text(_l("统一社会信用代码（企业、学校）"), most=18)
    valid_from = day_field(_l("从哪天起"), must=True)
    valid_to = day_field(_l("到哪天止（空着就是长期）"))
    reason = text(_l("依据（文号或批示）"), most=200, must=True)


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
