"""Input shapes of reports."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.kit.web.fields import (
    Form,
    SelectField,
    choice,
    day_field,
    decimal,
    options,
    paragraph,
    text,
    whole,
)
from app.kit.web.merging import EditForm
from app.kit.web.transition_forms import ReasonForm
from app.reports.definitions import WRITTEN
from models.placement.placement import EVIDENCE_LABELS
from models.reference.release import RuleState
from models.reports.indicator import ASPECT_LABELS, REPORTER_LABELS, TYPED, Aspect, Indicator, Reporter
from models.reports.standard_indicators import STANDARD
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


def _formulas() -> list[tuple[str, Any]]:
    """Every formula under the name of the shipped figure it counts, and being told with a document."""
    named = {one.formula: one.name for one in STANDARD if one.formula != TYPED}
    return [(TYPED, _l("不数，填报时附文件")), *((key, _l(name)) for key, name in named.items())]


def _aspects() -> list[tuple[str, Any]]:
    return [("", _l("不在这张表里")), *((one.value, _l(word)) for one, word in ASPECT_LABELS.items())]


class DefinitionForm(EditForm):
    """A definition of a figure."""

    name = text(_l("指标"), must=True)
    formula = choice(_l("怎么数：和平台哪个指标一样"), _formulas(), must=True)
    document_aspect = SelectField(_l("省里的方面"), choices=options(_aspects()))
    national_aspect = SelectField(_l("国家的方面"), choices=options(_aspects()))
    reporter = choice(_l("谁报"), [(one.value, _l(word)) for one, word in REPORTER_LABELS.items()], must=True)
    least_evidence = SelectField(
        _l("凭据至少是"),
        choices=options([(str(int(one)), _l(word)) for one, word in EVIDENCE_LABELS.items()]),
    )
    weight = whole(_l("分值"), high=100, must=True)
    evidence = text(_l("凭什么"), most=120)
    counted_once = text(_l("怎么去重"), most=120)
    valid_from = day_field(_l("从哪天起算"), must=True)
    reason = paragraph(_l("为什么改，依据什么文件"), most=300, must=True)

    def values(self) -> dict[str, Any]:
        """As the table holds them."""
        told = {name: self[name].data for name in WRITTEN}
        for name in ("document_aspect", "national_aspect"):
            told[name] = Aspect(told[name]) if told[name] else None
        return told | {
            "reporter": Reporter(told["reporter"]),
            "least_evidence": int(told["least_evidence"]),
            "evidence": told["evidence"] or "",
            "counted_once": told["counted_once"] or "",
        }


def definition_form(there: Indicator | None) -> DefinitionForm:
    """The form over a version, or blank for a figure of one's own."""
    if there is None:
        return DefinitionForm(data={"least_evidence": "0", "formula": TYPED, "weight": 0})
    told = {name: getattr(there, name) for name in WRITTEN}
    if there.state is RuleState.LIVE:
        told |= {"valid_from": None, "reason": ""}
    return DefinitionForm(data=told | {"least_evidence": str(there.least_evidence)})
