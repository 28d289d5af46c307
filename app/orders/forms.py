"""What an enterprise fills in, in short sections; the spreadsheet import checks its rows with the same
form."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, TextAreaField, ValidationError
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kit.files.cells.measures import AGE, DAYS, DURATION, HOURS, PAY_DAY, PEOPLE
from app.kit.web.fields import (
    Form,
    ListField,
    SelectField,
    SelectMultipleField,
    TriStateField,
    day_field,
    decimal,
    money,
    office_number,
    options,
    required,
    text,
    tidy,
    whole,
)
from app.kit.web.manual import in_manual
from app.kit.web.merging import EditForm
from models.access import Permission
from models.clock import today
from models.i18n import N_
from models.jobs import order as words
from models.jobs.order import ContractWith, ForbiddenWork, Order, Provision, Shift
from models.people.worker import EDUCATION_LABELS, HEALTH_LABELS, MANDARIN_LABELS, Education, Health, Mandarin

NO_INSURANCE = "none"
MOST_VALID_DAYS = 366


def one_of(label: Any, labels: dict[Any, str], kind: Callable[[Any], Any], **kwargs: Any) -> SelectField:
    """One member of an enumeration, or None where nothing is known."""
    words = options([("", _l("未知")), *((str(key.value), _l(word)) for key, word in labels.items())])
    return SelectField(label, choices=words, coerce=_member_of(kind), validators=[Optional()], **kwargs)


def _member_of(kind: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value in ("", None) else kind(value)


def level(label: Any, labels: dict[Any, str], kind: Any, **kwargs: Any) -> SelectField:
    """A level of the engine, or None for no demand."""
    words = options([("", _l("不要求")), *((str(key.value), _l(word)) for key, word in labels.items())])
    coerce = _member_of(lambda value: kind(int(value)))
    return SelectField(label, choices=words, coerce=coerce, validators=[Optional()], **kwargs)


@in_manual(N_("发布岗位"), Permission.ORDER_WRITE)
class OrderForm(EditForm):
    """A job order. Names are those of models.jobs.order.Order; only what stands here can be written from
    outside."""

    title = text(_l("岗位名称"), must=True, most=80, description=_l("工人听得懂的叫法，例如“电子厂普工”。"))
    headcount = whole(_l("招多少人"), must=True, low=1, high=5000, measure=PEOPLE)
    city_code = SelectField(_l("上班城市"), validators=[required()])
    address = text(_l("上班地址"), most=200, description=_l("镇街、路名和门牌，写到能找到。"))
    description = TextAreaField(
        _l("工作内容"),
        filters=[tidy],
        validators=[Length(max=4000, message=_l("最多 %(max)d 个字。"))],
        render_kw={"rows": 5},
        description=_l("做什么、怎么做、累不累。保存后会对照法律检查用词。"),
    )
    further_text = TextAreaField(
        _l("表里别的话"),
        filters=[tidy],
        validators=[Length(max=2000, message=_l("最多 %(max)d 个字。"))],
        render_kw={"rows": 2},
        description=_l("导入时没有读进各栏的原话。工人看不到，法律检查照样看；不要的可以删掉。"),
    )
    start_on = day_field(_l("报到日期"))
    valid_until = day_field(_l("招聘截止"), must=True)
    group_intake = TriStateField(_l("可以同村同乡一批来"))

    base_wage_fen = money(_l("底薪（元/月）"), description=_l("正常上班时间的工资，不含加班费和补贴。"))
    wage_low_fen = money(
        _l("综合工资最低（元/月）"), description=_l("底薪加上加班和补贴，大多数人能拿到的。")
    )
    wage_high_fen = money(_l("综合工资最高（元/月）"))
    pay_day = whole(_l("每月几号发工资"), low=1, high=31, measure=PAY_DAY)
    wage_note = text(_l("工资怎么算"), most=300, description=_l("计时或计件，加班费怎么给，有没有扣款。"))

    hours_per_day = decimal(_l("每天几小时"), low=1, high=24, measure=HOURS)
    days_per_week = decimal(_l("每周几天"), low=1, high=7, measure=DAYS)
    overtime_hours_month = whole(_l("每月加班几小时"), high=300, measure=HOURS)
    shift = one_of(_l("班次"), words.SHIFT_LABELS, Shift)
    night_shift = TriStateField(_l("要上夜班"))
    standing_work = TriStateField(_l("站着还是坐着"), yes=_l("站着干活"), no=_l("坐着干活"))

    insurance = SelectMultipleField(
        _l("企业缴哪些社保"),
        choices=options([*((name, _l(name)) for name in words.INSURANCE), (NO_INSURANCE, _l("都不缴"))]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("一个都不勾，就是未知。"),
    )
    contract_with = one_of(_l("合同和谁签"), words.CONTRACT_LABELS, ContractWith)
    contract_months = whole(_l("合同几个月"), low=1, high=120, measure=DURATION)
    probation_months = decimal(_l("试用期几个月"), high=12, measure=DURATION)
    probation_wage_fen = money(_l("试用期工资（元/月）"))

    board = one_of(_l("吃饭"), words.BOARD_LABELS, Provision)
    board_cost_fen = money(_l("每月伙食自付（元）"), most_yuan=10_000)
    lodging = one_of(_l("住宿"), words.LODGING_LABELS, Provision)
    lodging_cost_fen = money(_l("每月房费自付（元）"), most_yuan=10_000)
    utilities_cost_fen = money(_l("每月水电自付（元）"), most_yuan=10_000, description=_l("不用付填 0。"))
    room_persons = whole(_l("几人一间"), low=1, high=50, measure=PEOPLE)
    couple_rooms = TriStateField(_l("有夫妻房"))
    halal_food = TriStateField(_l("清真饮食"), yes=_l("有清真灶"), no=_l("没有"))
    travel = one_of(_l("来的路费"), words.TRAVEL_LABELS, Provision)
    medical_fee_paid = TriStateField(_l("入职体检费"), yes=_l("企业付"), no=_l("自己付"))

    min_age = whole(_l("最小年龄"), low=0, high=99, measure=AGE)
    max_age = whole(_l("最大年龄"), low=0, high=99, measure=AGE)
    min_education = level(_l("文化程度不低于"), EDUCATION_LABELS, Education)
    min_mandarin = level(_l("普通话不低于"), MANDARIN_LABELS, Mandarin)
    min_health = level(
        _l("身体要求"), {key: HEALTH_LABELS[key] for key in (Health.LIGHT, Health.HEALTHY)}, Health
    )
    certificates = ListField(_l("必须有的证"), description=_l("几个证用顿号隔开，例如“叉车证、电工证”。"))
    skills = ListField(_l("最好会的"), description=_l("用顿号隔开，例如“平车、锁边”。"))
    forbidden_work = SelectField(
        _l("法律禁止哪些人做"),
        coerce=ForbiddenWork,
        default=ForbiddenWork.NONE,
        choices=options((key.value, _l(word)) for key, word in words.FORBIDDEN_WORK_LABELS.items()),
        description=_l("井下、四级体力、有毒有害等，没有就选“没有”。"),
    )

    contact_name = text(_l("厂里找谁"))
    contact_phone = text(_l("联系电话"), most=20)

    def validate_valid_until(self, field: Field) -> None:
        """An order lives at most a year."""
        if field.data is None:  # not a date: its own message stands already
            return
        if field.data < today():
            raise ValidationError(_l("招聘截止不能早于今天。"))
        if field.data > today() + timedelta(days=MOST_VALID_DAYS):
            raise ValidationError(_l("招聘截止最远填到一年后，到期可以再发。"))

    def validate_wage_low_fen(self, field: Field) -> None:
        """The total is not below the base."""
        if field.data is not None and (self.base_wage_fen.data or 0) > field.data:
            raise ValidationError(_l("综合工资不会比底薪低，请核对这两个数。"))

    def validate_wage_high_fen(self, field: Field) -> None:
        """A range goes upwards."""
        if field.data is not None and (self.wage_low_fen.data or 0) > field.data:
            raise ValidationError(_l("最高工资比最低工资还低，请核对。"))

    def validate_max_age(self, field: Field) -> None:
        """A range goes upwards."""
        if field.data is not None and (self.min_age.data or 0) > field.data:
            raise ValidationError(_l("最大年龄比最小年龄还小，请核对。"))

    def validate_insurance(self, field: Field) -> None:
        """Nothing and something cannot both be."""
        if NO_INSURANCE in field.data and len(field.data) > 1:
            raise ValidationError(_l("勾了险种就不能再勾“都不缴”。"))

    def validate_contact_phone(self, field: Field) -> None:
        """A number one can call."""
        office_number(self, field)

    def values(self) -> dict[str, Any]:
        """What was typed, as values of Order's columns."""
        values = {name: self._value_of(self[name]) for name in WRITABLE}
        picked = values["insurance"]
        values["insurance"] = [] if picked == [NO_INSURANCE] else (picked or None)
        if values["shift"] in (Shift.THREE, Shift.NIGHT):
            values["night_shift"] = True
        elif values["shift"] is Shift.DAY and values["night_shift"] is None:
            values["night_shift"] = False
        return values

    def _value_of(self, field: Field) -> Any:
        if isinstance(field, TriStateField):
            return field.value
        if field.type in ("StringField", "TextAreaField"):
            return field.data or ("" if field.name != "contact_phone" else None)
        return field.data


SECTIONS = [
    (
        _l("招什么人、去哪里"),
        [
            "title",
            "headcount",
            "city_code",
            "address",
            "description",
            "further_text",
            "start_on",
            "valid_until",
            "group_intake",
        ],
    ),
    (_l("工资"), ["base_wage_fen", "wage_low_fen", "wage_high_fen", "pay_day", "wage_note"]),
    (
        _l("工时"),
        ["hours_per_day", "days_per_week", "overtime_hours_month", "shift", "night_shift", "standing_work"],
    ),
    (
        _l("合同和社保"),
        ["contract_with", "contract_months", "probation_months", "probation_wage_fen", "insurance"],
    ),
    (
        _l("吃住和路费"),
        [
            "board",
            "board_cost_fen",
            "halal_food",
            "lodging",
            "lodging_cost_fen",
            "utilities_cost_fen",
            "room_persons",
            "couple_rooms",
            "travel",
            "medical_fee_paid",
        ],
    ),
    (
        _l("要求"),
        [
            "min_age",
            "max_age",
            "min_education",
            "min_mandarin",
            "min_health",
            "forbidden_work",
            "certificates",
            "skills",
        ],
    ),
    (_l("厂里的联系人"), ["contact_name", "contact_phone"]),
]
WRITABLE = tuple(name for _, names in SECTIONS for name in names)


def data_of(order: Order) -> dict[str, Any]:
    """An order's values as the form's fields hold them."""
    data = {name: getattr(order, name) for name in WRITABLE}
    data["insurance"] = [NO_INSURANCE] if order.insurance == [] else (order.insurance or [])
    return data


class MoreForm(Form):
    """More places for an open order."""

    headcount = whole(_l("改成招多少人"), must=True, low=1, high=5000)
