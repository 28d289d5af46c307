"""What is typed in this room."""

from flask_babel import lazy_gettext as _l
from wtforms.widgets import CheckboxInput, ListWidget

from app.kit.web.fields import Form, SelectMultipleField, required, text
from app.kit.web.proof import present_code, present_password
from models.i18n import N_

KIND_WORDS = {
    "order": N_("岗位"),
    "worker": N_("台账里的人"),
    "placement": N_("推荐与录用"),
    "roster": N_("月度花名册"),
    "report": N_("报表"),
}


class WebhookForm(Form):
    """Where to, and what of."""

    url = text(_l("地址"), most=300, must=True, description=_l("例如：https://hr.example.com/xieshou"))
    kinds = SelectMultipleField(
        _l("通知哪些变化"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[required(_l("请至少选一项。"))],
        description=_l("只发编号和发生了什么，不发内容；对方再用令牌来取。"),
    )
    password = present_password()
    code = present_code()
