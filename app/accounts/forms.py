"""Input shapes of signing in, accounts and rights."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.kit.web.fields import (
    Form,
    RadioField,
    SelectMultipleField,
    choice,
    day_field,
    required,
    text,
    tidy,
)
from app.kit.web.proof import present_code, present_password
from models.access import ROLE_LABELS, Role


class SignInForm(Form):
    """Name, password, and the one-time code for those who have one."""

    username = StringField(
        _l("账号"),
        validators=[required()],
        filters=[tidy],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _l("密码"), validators=[required(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    code = StringField(
        _l("动态口令（开通了才填）"),
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
    kept = HiddenField()


class PasswordForm(Form):
    """A new password of one's own."""

    current = PasswordField(
        _l("现在的密码"), validators=[required()], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _l("新密码（至少 10 个字符）"),
        validators=[required(), Length(10, 200, message=_l("新密码至少 10 个字符。"))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("再输一次新密码"),
        validators=[required(), EqualTo("password", _l("两次输入的不一样。"))],
        render_kw={"autocomplete": "new-password"},
    )


def _pin(label: Any, *, is_new: bool, **more: Any) -> PasswordField:
    shown = {"autocomplete": "new-password" if is_new else "current-password"}
    shown |= {"inputmode": "numeric", "pattern": "[0-9]*", "maxlength": "12"}
    return PasswordField(label, validators=[required(), *more.pop("checks", ())], render_kw=shown, **more)


class SlipForm(Form):
    """The code of an account slip, and the end of the person's ID number, which the slip does not say."""

    code = StringField(
        _l("账号单上的 12 位数字"),
        validators=[required(), Length(max=40)],
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    last4 = StringField(
        _l("你的身份证最后 4 位"),
        validators=[required(), Length(max=10)],
        filters=[tidy],
        description=_l("最后一位是 X 的，就填 X。"),
        render_kw={"autocomplete": "off"},
    )


def _new_pins() -> tuple[PasswordField, PasswordField]:
    same = EqualTo("pin", _l("两次输入的不一样，请再输一次。"))
    return (
        _pin(_l("定一个 6 位数字的密码"), is_new=True),
        _pin(_l("再输一次"), is_new=True, checks=[same]),
    )


class NewPinForm(Form):
    """A PIN, typed twice."""

    pin, again = _new_pins()


class ChangePinForm(Form):
    """Another PIN, by whoever knows the present one."""

    current = _pin(_l("现在的密码"), is_new=False)
    pin, again = _new_pins()


class PinForm(Form):
    """One of the people of this telephone, and the PIN. ``kept``: what was typed when the sign-in ended."""

    person = RadioField(_l("你是哪一位"), coerce=int, validators=[required(_l("请先选你是哪一位。"))])
    pin = _pin(_l("6 位数字的密码"), is_new=False)
    kept = HiddenField()


class CodeForm(Form):
    """The first one-time code, which proves that the telephone is set up, and who is setting it up."""

    proof = PasswordField(
        _l("现在的密码，或旧手机上的口令"),
        validators=[required(), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _l("手机上显示的 6 位数字"),
        validators=[required()],
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


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
    """A role for an account, in one area or one organisation, for a time."""

    role = choice(
        _l("角色"), [(r.value, _l(ROLE_LABELS[r])) for r in Role if r is not Role.WORKER], must=True
    )
    area_code = text(
        _l("哪个县、市、乡镇（名称或区划代码）"),
        most=40,
        description=_l("例如昭觉县，或 513431。企业、学校、教师和管理员不用填。"),
    )
    credit = text(
        _l("哪家企业、学校（全称或统一社会信用代码）"), most=100, description=_l("教师填所在的学校。")
    )
    valid_from = day_field(_l("从哪天起"), must=True)
    valid_to = day_field(_l("到哪天止（空着就是长期）"), after="valid_from")
    reason = text(_l("依据（文号或批示）"), most=200, must=True)
    aware = BooleanField(_l("上面的提醒看过了，仍要授权"))


class TokenForm(Form):
    """A token for a program, by somebody who shows once more who he is."""

    name = text(_l("给哪个系统用"), must=True, description=_l("例如：本厂人事系统"))
    scopes = SelectMultipleField(
        _l("它能办什么"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[required(_l("请至少选一项。"))],
        description=_l("只选它用得上的。你自己没有的权限，它也没有。"),
    )
    days = choice(
        _l("用多久"), [("30", _l("30 天")), ("90", _l("90 天")), ("365", _l("一年"))], must=True, default="90"
    )
    password = present_password()
    code = present_code()
