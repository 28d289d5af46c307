"""Input shapes of reports."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.kit.web.fields import Form, choice, day_field, decimal, text
from app.kit.web.transition_forms import ReasonForm
from models.reports.told_figure import FIGURE_PURPOSE_LABELS


class CorrectForm(ReasonForm):
    """Why a frozen report is put right."""


class ToldForm(Form):
    """A figure that nothing counts, or a target, with its paper."""

    pair: Any = choice(_l("哪一对"), [], must=True)
    key: Any = choice(_l("哪个指标"), [], must=True)
    purpose = choice(
        _l("是什么数"), [(one.value, _l(word)) for one, word in FIGURE_PURPOSE_LABELS.items()], must=True
    )
    on = day_field(_l("截至哪天（全年要做到的，填当年任意一天）"), must=True)
    amount = decimal(_l("多少（钱填元）"), high=10**12, must=True)
    document = text(_l("依据文件的文号和名称"), most=160, must=True)
    file = FileField(
        _l("依据文件（照片或 PDF）"),
        validators=[FileRequired(_l("填报的数字要附文件：请选择照片或 PDF。"))],
        description=_l("手机拍照就行：JPG、PNG 或 PDF，不超过 10 MB。"),
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )
