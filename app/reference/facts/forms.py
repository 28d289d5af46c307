"""The form of each table of dated facts."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field

from app.kit.web.fields import ListField, choice, day_field, decimal, money, text, whole
from app.kit.web.merging import EditForm
from app.reference.facts.tables import FIGURE_KINDS, SHARED_FIELDS, FactTable
from models.hukou.rule import HukouQuota
from models.reference.area import AREA_LEVEL_LABELS, Area
from models.reference.dated_fact import Holiday
from models.reference.deadline import DEADLINE_LABELS, MOST_DAYS, Deadline, DeadlineName
from models.reference.feasts import FEAST_LABELS
from models.reference.local_day import DAY_CALENDAR_LABELS, DAY_KIND_LABELS, DayCalendar, LocalDay
from models.reference.sourced import BASIS_LABELS, CONFIDENCE_LABELS
from models.reference.target_category import CATEGORY_USE_LABELS
from models.training.standard import MONEY_STANDARDS, STANDARD_LABELS, TrainingStandard
from models.training.training_order import SKILL_LEVEL_LABELS

AREA_HINT = _l("填区划代码，例如 440600 是佛山市。")
ANY_HINT = _l("空着就是全国都适用；省填 510000，市州填 513400。")
HOLIDAY_HINT = _l("照国务院办公厅当年的放假通知填：放假的日子一条，调休上班的每段一条。")
DAY_HINT = _l("每年都在同一天的才填；每年另定的空着，用开始和结束日期写明是哪几天。")
CHOICES: dict[str, Mapping[Any, str]] = {
    "category_use": CATEGORY_USE_LABELS,
    "deadline": DEADLINE_LABELS,
    "day_kind": DAY_KIND_LABELS,
    "day_calendar": DAY_CALENDAR_LABELS,
}
DEADLINE_HINT = _l("自然日。地区空着就是各地都一样；县、市另有规定的单写一条，以范围最小的为准。")
PERCENT_HINT = _l("按比例算的才填，填 8 就是工资的百分之八；每月元填 0。")
LAST_OF_MONTH = 31
VERIFIED_HINT = _l("没有勾的只作参考，不作结论；凭记忆的不要勾。")
VALUE_HINT = _l("人数、课时、分钟、次数照填；比例填百分数，例如 80；金额填多少元。")


class FactForm(EditForm):
    """The part that every dated fact shares; the rest is added per table (see form_for)."""

    valid_from = day_field(_l("从哪天起有效"), must=True)
    valid_to = day_field(_l("到哪天止（空着就是现在仍有效）"))
    source = text(_l("依据（文件名、文号、条款）"), most=200, must=True)
    verified = BooleanField(_l("已对照原文核实"), description=VERIFIED_HINT)
    confidence = choice(_l("把握多大"), [(k.value, _l(v)) for k, v in CONFIDENCE_LABELS.items()])
    basis = choice(_l("根据什么"), [(k.value, _l(v)) for k, v in BASIS_LABELS.items()])
    note = text(_l("备注"), most=200)

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing ends before it begins."""
        is_valid = bool(super().validate(extra_validators))
        since, until = self.data.get("valid_from"), self.data.get("valid_to")
        if since and until and until < since:
            self["valid_to"].errors = [_l("结束日期不能早于开始日期。")]
            return False
        return is_valid


class StandardForm(FactForm):
    """A figure of order training: sums of money are typed in yuan and kept in fen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted() and self["value"].data is not None and self._is_money:
            self["value"].data //= 100

    def validate(self, extra_validators: Any = None) -> bool:
        """Turn a sum into fen once everything is in order."""
        is_valid = bool(super().validate(extra_validators))
        if is_valid and self._is_money:
            self["value"].data *= 100
        return is_valid

    @property
    def _is_money(self) -> bool:
        return bool(self["name"].data in MONEY_STANDARDS)


class LocalDayForm(FactForm):
    """A feast or season: its day of every year, or the very days."""

    def validate(self, extra_validators: Any = None) -> bool:
        """What comes every year has a month and a day; what is dated has an end."""
        is_valid = bool(super().validate(extra_validators))
        is_dated = self["calendar"].data == DayCalendar.DATED
        needed = ("valid_to",) if is_dated else ("month", "day")
        for name in needed:
            if self[name].data is None:
                self[name].errors = [*self[name].errors, _l("这样算日子要填这一项。")]
                is_valid = False
        return is_valid


class DeadlineForm(FactForm):
    """The days of one thing; a roster's is a day of the month."""

    def validate(self, extra_validators: Any = None) -> bool:
        """No month has a 32nd."""
        is_valid = bool(super().validate(extra_validators))
        is_day = self["name"].data == DeadlineName.ROSTER_DAY
        if is_valid and is_day and self["days"].data > LAST_OF_MONTH:
            self["days"].errors = [_l("花名册填次月的几号，1 到 31。")]
            return False
        return is_valid


class QuotaForm(FactForm):
    """The places of a year."""

    def __init__(self, obj: HukouQuota | None = None, **kwargs: Any) -> None:
        super().__init__(obj=obj, **kwargs)
        self._used = obj.used if obj else 0

    def validate(self, extra_validators: Any = None) -> bool:
        """Places that people have already been given cannot be taken out of the year."""
        is_valid = bool(super().validate(extra_validators))
        if is_valid and self["total"].data < self._used:
            self["total"].errors = [_l("这一年已经用了 %(n)s 个名额，不能少于这个数。", n=self._used)]
            return False
        return is_valid


def _one_of(word: str, labels: Mapping[Any, str]) -> Field:
    return choice(_l(word), [(key.value, _l(said)) for key, said in labels.items()], must=True)


def _field(table: FactTable, name: str, word: str, kind: str) -> Field:
    most = getattr(table.model.__table__.columns[name].type, "length", None) or 200
    fields: dict[str, Callable[[], Field]] = {
        "text": lambda: text(_l(word), most=most, must=True),
        "code": lambda: text(_l(word), most=most, must=True),
        "area": lambda: text(_l(word), most=most, must=True, description=AREA_HINT),
        "upper_area": lambda: text(_l(word), most=most, description=AREA_HINT),
        "level": lambda: choice(
            _l(word), [(k.value, _l(v)) for k, v in AREA_LEVEL_LABELS.items()], must=True
        ),
        "yuan": lambda: whole(_l(word), must=True),
        "large_yuan": lambda: whole(_l(word), low=1, high=1_000_000_000, must=True),
        "yuan_hour": lambda: decimal(_l(word), high=10_000, places=2, must=True),
        "figure_kind": lambda: choice(_l(word), [(k, _l(v)) for k, v in FIGURE_KINDS.items()], must=True),
        "money": lambda: money(_l(word), must=True),
        "percent": lambda: decimal(_l(word), high=100, places=2, description=PERCENT_HINT),
        "standard": lambda: choice(
            _l(word), [(k.value, _l(v)) for k, v in STANDARD_LABELS.items()], must=True
        ),
        "where": lambda: text(_l(word), most=most, description=ANY_HINT),
        "skill_level": lambda: choice(_l(word), [(k.value, _l(v)) for k, v in SKILL_LEVEL_LABELS.items()]),
        "any_code": lambda: text(_l(word), most=most, description=_l("空着就是各工种都适用。")),
        "standard_value": lambda: whole(_l(word), must=True, description=VALUE_HINT),
        "feast": lambda: choice(_l(word), [(k.value, _l(v)) for k, v in FEAST_LABELS.items()], must=True),
        **{kind: partial(_one_of, word, labels) for kind, labels in CHOICES.items()},
        "any_text": lambda: text(_l(word), most=most, description=_l("空着就是都适用。")),
        "month": lambda: whole(_l(word), low=1, high=12, description=DAY_HINT),
        "month_day": lambda: whole(_l(word), low=1, high=31, description=DAY_HINT),
        "deadline_days": lambda: whole(_l(word), low=1, high=MOST_DAYS, must=True, description=DEADLINE_HINT),
        "day_count": lambda: whole(_l(word), low=1, high=120, must=True),
        "year": lambda: whole(_l(word), low=2000, high=2100, must=True),
        "places": lambda: whole(_l(word), must=True),
        "list": lambda: ListField(_l(word)),
        "flag": lambda: BooleanField(_l(word)),
    }
    return fields[kind]()


FORMS: dict[Any, type[FactForm]] = {
    TrainingStandard: StandardForm,
    HukouQuota: QuotaForm,
    LocalDay: LocalDayForm,
    Deadline: DeadlineForm,
}


def form_for(table: FactTable) -> type[FactForm]:
    """The form class of one table."""
    own: dict[str, Any] = {name: _field(table, name, word, kind) for name, word, kind in table.columns}
    own |= {
        name: None for name in SHARED_FIELDS if name not in table.shared
    }  # wtforms drops the base's field
    if table.model is Area:  # GB/T 2260 does not say since when a code has been in use
        own["valid_from"] = day_field(_l("从哪天起有效（不知道就空着）"))
    if table.model is Holiday:
        own["valid_from"] = day_field(_l("从哪天起"), must=True, description=HOLIDAY_HINT)
        own["valid_to"] = day_field(_l("到哪天止（只有一天就空着）"))
    base = FORMS.get(table.model, FactForm)
    return type(f"{table.model.__name__}Form", (base,), own)
