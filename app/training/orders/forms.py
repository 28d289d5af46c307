"""Input shapes of training orders and bids."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from app.kit.web.fields import Form, day_field, money, options, required, text, tidy, whole
from app.kit.web.formatters import yuan
from models.jobs.order import Order
from models.training.training_order import SKILL_LEVEL_LABELS, SkillLevel, TrainingOrder

ORDER_FIELDS = (
    "county_code",
    "skill",
    "level",
    "certificate",
    "headcount",
    "ready_by",
    "wage_floor_fen",
    "hire_share_percent",
    "asked_school_id",
    "note",
)
BID_FIELDS = ("price_fen", "periods", "starts_on", "place", "plan")
MOST_PERIODS = 3000


def paragraph(label: Any, most: int, *, must: bool = False, rows: int = 3, **kwargs: Any) -> TextAreaField:
    """Several lines of text of at most ``most`` characters."""
    given = DataRequired(_l("请填写这一项。")) if must else Optional()
    checks = [given, Length(max=most, message=_l("最多 %(max)d 个字。"))]
    return TextAreaField(label, filters=[tidy], validators=checks, render_kw={"rows": rows}, **kwargs)


def _number_or_none(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class TrainingOrderForm(Form):
    """What the enterprise needs; occupation and city come from the job order it is for."""

    headcount = whole(_l("要培训多少人"), must=True, low=1, high=500)
    county_code = SelectField(_l("从哪个县招人"), validators=[required()])
    skill = text(
        _l("教什么技能"), must=True, description=_l("一项，例如“焊接”“平车”。招学员时按它看谁还不会。")
    )
    level = SelectField(
        _l("学到什么等级"),
        coerce=SkillLevel,
        validators=[required()],
        choices=options((key.value, _l(word)) for key, word in SKILL_LEVEL_LABELS.items()),
    )
    certificate = text(
        _l("认哪种证书"), most=80, description=_l("例如“焊工职业资格证”；不填，就是这个等级的都认。")
    )
    ready_by = day_field(_l("哪天以前学完"), must=True)
    wage_floor_fen = money(
        _l("保底工资（元/月）"), must=True, description=_l("学完上岗，正常出勤每月最少给多少。")
    )
    hire_share_percent = whole(
        _l("录用率（%）"),
        must=True,
        low=1,
        high=100,
        default=100,
        description=_l("考核合格的人里，承诺录用多少。"),
    )
    asked_school_id = SelectField(
        _l("点名请哪所学校"),
        coerce=_number_or_none,
        validators=[Optional()],
        description=_l("不点名，所有学校都可以报名。"),
    )
    note = paragraph(_l("还有什么要求"), 1000, description=_l("例如设备型号、常用材料、班次。"))

    def __init__(
        self,
        job: Order,
        least_wage_fen: int | None,
        counties: list[tuple[str, str]],
        schools: list[tuple[int, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job, self.least_wage_fen, self.today = job, least_wage_fen, today
        self.county_code.choices = options([("", _l("请选择")), *counties])
        self.asked_school_id.choices = options([("", _l("不点名")), *((str(n), name) for n, name in schools)])

    def validate_headcount(self, field: Field) -> None:
        """The class goes into this job: it cannot be larger than what is left of it."""
        if field.data is not None and field.data > self.job.places_left:
            raise ValidationError(
                _l("这个岗位只剩 %(n)s 个名额。先加招聘人数，或少培训几个人。", n=self.job.places_left)
            )

    def validate_ready_by(self, field: Field) -> None:
        """A day to come."""
        if field.data is not None and field.data <= self.today:
            raise ValidationError(_l("请填今天以后的日期。"))

    def validate_wage_floor_fen(self, field: Field) -> None:
        """Not below the city's minimum wage (劳动法 48条)."""
        least = self.least_wage_fen
        if field.data is not None and least is not None and field.data < least:
            raise ValidationError(_l("保底工资不能低于当地最低工资 %(least)s。", least=yuan(least)))

    def values(self) -> dict[str, Any]:
        """What was typed, as columns of TrainingOrder."""
        values = {name: self[name].data for name in ORDER_FIELDS}
        return values | {name: values[name] or "" for name in ("certificate", "note")}


def data_of(order: TrainingOrder) -> dict[str, Any]:
    """An order's values as the form's fields hold them."""
    return {name: getattr(order, name) for name in ORDER_FIELDS}


class BidForm(Form):
    """A school's bid."""

    price_fen = money(
        _l("每人多少钱（元）"), must=True, most_yuan=50_000, description=_l("一个人学完的全部培训费。")
    )
    periods = whole(_l("多少课时"), must=True, low=1, high=MOST_PERIODS)
    starts_on = day_field(_l("哪天可以开班"), must=True)
    place = text(_l("在哪里教"), must=True, most=100)
    plan = paragraph(
        _l("怎么教"), 2000, must=True, rows=6, description=_l("师资、设备、实操怎么安排；签协议时写进去。")
    )

    def __init__(self, ready_by: date, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ready_by, self.today = ready_by, today

    def validate_starts_on(self, field: Field) -> None:
        """Between today and the day by which the class should be ready."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(_l("开班日期不能早于今天。"))
        if field.data is not None and field.data >= self.ready_by:
            raise ValidationError(_l("开班比企业要求学完的日期还晚，请核对。"))

    def values(self) -> dict[str, Any]:
        """What was typed, as columns of TrainingBid."""
        return {name: self[name].data for name in BID_FIELDS}
