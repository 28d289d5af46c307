"""Who sits here shows once more who he is, before something is opened that stays open behind him."""

from collections.abc import Callable
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField, StringField
from wtforms.validators import Length

from app.kit.web.fields import required, tidy

Prover = Callable[[str, str], bool]
_provers: list[Prover] = []


class Proof(Protocol):
    """A form that asks for both."""

    password: Field
    code: Field


def present_password() -> PasswordField:
    """The field for the password of now."""
    return PasswordField(
        _l("你现在的密码"),
        validators=[required(), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


def present_code() -> StringField:
    """The field for the one-time code of now, of accounts that have one."""
    return StringField(
        _l("动态口令（开通了才填）"),
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


def proven_by(prover: Prover) -> Prover:
    """Let the room of accounts say whether password and code are right; five wrong ones lock this."""
    _provers[:] = [prover]
    return prover


def shows_who_it_is(form: Proof) -> bool:
    """Whether who sits here knows the present password, and the code of now where the account has one."""
    if _provers[0](form.password.data, form.code.data or ""):
        return True
    form.password.errors = [_("密码或动态口令不对。连续错 5 次，15 分钟里不能再试。")]
    return False
