"""Input shapes of signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length

from app.fields import Form, required, tidy


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
        _l("动态口令（开通了才填）"), filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )  # fmt: skip


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
        _l("再输一次新密码"), validators=[required(), EqualTo("password", _l("两次输入的不一样。"))],
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class CodeForm(Form):
    """The first one-time code, which proves that the telephone is set up."""

    code = StringField(
        _l("手机上显示的 6 位数字"),
        validators=[required()],
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
