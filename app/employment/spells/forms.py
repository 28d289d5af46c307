"""Forms of employment spells."""

import enum
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import ValidationError

from app.kit.web.fields import (
    Form,
    TriStateField,
    choice,
    identity_number,
    money,
    past_day,
    phone_number,
    text,
)
from app.kit.web.manual import in_manual
from models.access import Permission
from models.employment.spell import EVIDENCE_KIND_LABELS, SPELL_KIND_LABELS
from models.i18n import N_
from models.placement.leaving import CHANNEL_LABELS, LEAVE_REASON_LABELS, Channel

Labelled = TypeVar("Labelled", bound=enum.Enum)


def _pairs(labels: Mapping[Labelled, str], *, without: Sequence[Labelled] = ()) -> list[tuple[str, Any]]:
    return [(str(one.value), _l(word)) for one, word in labels.items() if one not in without]


@in_manual(N_("登记一段用工经历"), Permission.FOLLOWUP_RECORD)
class SpellForm(Form):
    """Where somebody works, since when, by the word of whoever tells it."""

    kind = choice(_l("务工类型"), _pairs(SPELL_KIND_LABELS), must=True)
    employer = text(_l("务工单位"), most=100, description=_l("厂名、店名、村委会；不知道就空着"))
    place = text(_l("务工地点"), most=40, must=True, description=_l("例如：佛山、浙江、本县"))
    began_on = past_day(_l("开始日期"), description=_l("不知道就空着，先按“最晚从今天起”登记"))
    part_time = TriStateField(_l("非全日制"))
    seeks_other = TriStateField(_l("想换工作"), description=_l("想换的人仍会被推荐岗位"))
    overlap_reason = text(_l("同时做两份的原因"), most=200)


class EndForm(Form):
    """The last day, and why."""

    ended_on = past_day(_l("离开日期"), must=True)
    reason = choice(_l("离开原因"), _pairs(LEAVE_REASON_LABELS))
    note = text(_l("补充说明"), most=300)


class CorrectionForm(Form):
    """What was written put right, with the reason; a last day left empty takes the end back."""

    kind = choice(_l("务工类型"), _pairs(SPELL_KIND_LABELS), must=True)
    employer = text(_l("务工单位"), most=100)
    place = text(_l("务工地点"), most=40)
    began_on = past_day(_l("开始日期"))
    ended_on = past_day(_l("离开日期"))
    part_time = TriStateField(_l("非全日制"))
    seeks_other = TriStateField(_l("想换工作"))
    correction = text(_l("为什么更正"), most=200, must=True)


class WithdrawForm(Form):
    """Why a spell that never was goes."""

    why = text(_l("为什么撤掉"), most=200, must=True)


class EvidenceForm(Form):
    """What shows that somebody works there, with the file where there is one."""

    evidence = choice(_l("凭据"), _pairs(EVIDENCE_KIND_LABELS), must=True)
    shown_on = past_day(_l("哪一天的"), must=True, description=_l("社保、工资和花名册填那个月的最后一天"))
    wage = money(_l("那个月实发工资"))
    note = text(_l("说明"), most=300)
    file = FileField(
        _l("照片或 PDF"),
        description=_l("手机拍照就行：JPG、PNG 或 PDF，不超过 10 MB。没有可以不交。"),
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )


class NewcomerForm(Form):
    """Somebody already at work here, with his or her word."""

    name = text(_l("姓名"), must=True)
    id_number = text(_l("证件号码"), most=30, must=True)
    phone = text(_l("电话"), most=20)
    county = choice(_l("户籍县"), [], must=True)
    township = text(_l("户籍乡镇"), most=40)
    employer = text(_l("在哪家单位上班"), most=100, must=True)
    began_on = past_day(_l("开始日期"), must=True)
    consent = choice(
        _l("本人同意登记"),
        [("", _l("还没有问过")), *_pairs(CHANNEL_LABELS, without=(Channel.PORTAL, Channel.VILLAGE))],
        must=False,
        description=_l("本人同意的方式；不同意就不能登记"),
    )

    def validate_id_number(self, field: Any) -> None:
        """A number that stands its check."""
        identity_number(self, field)

    def validate_phone(self, field: Any) -> None:
        """A telephone, where one is given."""
        if field.data:
            phone_number(self, field)

    def validate_consent(self, field: Any) -> None:
        """Nobody is registered without having been asked."""
        if not field.data:
            raise ValidationError(_l("要本人同意才能登记。请先问本人，再写明是怎么同意的。"))
