"""The columns of a spreadsheet of orders: what we write, what we read of enterprises' own sheets."""

from collections.abc import Iterable
from typing import IO

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field

from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of
from app.kit.files.bulk_upload.reading import Line, Raw
from app.kit.files.spreadsheet import Page, write_workbook
from app.kit.web.fields import TriStateField, YuanField, options
from app.orders.description import Fact
from app.orders.forms import OrderForm
from models.i18n import N_, Sentence

SPARE_ROWS = 300

TITLES = ("岗位", "招聘岗位", "职位", "职位名称", "招聘职位", "工种", "工种名称", "招聘工种", "需求工种")
HEADCOUNTS = ("人数", "需求人数", "招工人数", "用工人数", "招聘名额", "需求数量")
DESCRIPTIONS = (
    *("岗位职责", "工作描述", "岗位描述", "职责", "岗位内容", "工作说明", "岗位要求", "任职要求", "招聘要求"),
    *("用工要求", "职位要求", "工作要求", "其他要求", "要求", "其他", "备注", "说明"),
)
SEXES = ("性别", "男女", "性别比例", "男女比例", "男女要求", "用工性别")
WAGES = (
    *("综合月薪", "月薪", "工资", "薪资", "薪酬", "待遇", "工资待遇", "薪资待遇", "薪酬待遇", "薪资范围"),
    *("工资标准", "月综合工资", "时薪", "小时工资", "日薪", "年薪"),
)
TIMES = ("工作时间", "上班时长", "工作时长", "作息时间", "上下班时间", "工时制", "班次时间")
HEADINGS = (
    Heading("title", N_("岗位名称"), TITLES, 20, N_("必填")),
    Heading("headcount", N_("招聘人数"), HEADCOUNTS, 10, N_("必填，整数")),
    Heading(
        "city_code", N_("上班城市"), ("城市", "工作城市", "所在市", "地区"), 12, N_("不填就是企业所在的市")
    ),
    Heading("address", N_("上班地址"), ("地址", "工作地点", "工作地址"), 28),
    Heading("description", N_("工作内容"), DESCRIPTIONS, 40),
    Heading("start_on", N_("报到日期"), ("报到时间", "上岗时间"), 12, N_("例如 2017-05-03")),
    Heading(
        "valid_until", N_("招聘截止"), ("有效期", "截止日期", "有效期至"), 12, N_("必填，例如 2017-06-30")
    ),
    Heading("group_intake", N_("可以同村同乡一批来"), ("成批接收",), 10),
    Heading("base_wage_fen", N_("底薪（元/月）"), ("底薪", "基本工资", "底薪元"), 12, N_("不含加班费和补贴")),
    Heading("wage_low_fen", N_("综合工资最低（元/月）"), ("最低月薪", "综合工资最低"), 12),
    Heading("wage_high_fen", N_("综合工资最高（元/月）"), ("最高月薪", "综合工资最高"), 12),
    Heading("pay_day", N_("每月几号发工资"), ("发薪日", "发工资日"), 10),
    Heading("wage_note", N_("工资怎么算"), ("工资说明", "计薪方式", "工资结构"), 28),
    Heading("hours_per_day", N_("每天几小时"), ("工时", "每天工时", "日工时"), 10),
    Heading("days_per_week", N_("每周几天"), ("每周工作天数",), 10),
    Heading("overtime_hours_month", N_("每月加班几小时"), ("月加班小时",), 10),
    Heading("shift", N_("班次"), ("上班班次", "班制"), 10),
    Heading("night_shift", N_("要上夜班"), ("夜班", "是否夜班"), 10),
    Heading("standing_work", N_("站着还是坐着"), ("站坐",), 12),
    Heading("insurance", N_("企业缴哪些社保"), ("社保", "保险", "社会保险"), 24, N_("例如 养老、工伤")),
    Heading("contract_with", N_("合同和谁签"), ("用工形式", "合同主体"), 14),
    Heading("contract_months", N_("合同几个月"), ("合同期限", "合同期"), 10),
    Heading("probation_months", N_("试用期几个月"), ("试用期",), 10),
    Heading("probation_wage_fen", N_("试用期工资（元/月）"), ("试用期工资",), 12),
    Heading("board", N_("吃饭"), ("伙食", "吃"), 10),
    Heading("board_cost_fen", N_("每月伙食自付（元）"), ("伙食费",), 12),
    Heading("lodging", N_("住宿"), ("住房", "住"), 12),
    Heading("lodging_cost_fen", N_("每月房费自付（元）"), ("房费",), 12),
    Heading("utilities_cost_fen", N_("每月水电自付（元）"), ("水电费", "水电"), 12),
    Heading("room_persons", N_("几人一间"), ("几人间",), 10),
    Heading("couple_rooms", N_("有夫妻房"), ("夫妻房",), 10),
    Heading("halal_food", N_("清真饮食"), ("清真灶", "清真"), 10),
    Heading("travel", N_("来的路费"), ("路费", "路费报销"), 12),
    Heading("medical_fee_paid", N_("入职体检费"), ("体检费",), 12),
    Heading("min_age", N_("最小年龄"), ("年龄下限",), 10),
    Heading("max_age", N_("最大年龄"), ("年龄上限",), 10),
    Heading("min_education", N_("文化程度不低于"), ("文化程度", "学历", "学历要求"), 14),
    Heading("min_mandarin", N_("普通话不低于"), ("普通话",), 12),
    Heading("min_health", N_("身体要求"), ("健康要求",), 12),
    Heading("certificates", N_("必须有的证"), ("证书", "证书要求"), 18, N_("几个证用顿号隔开")),
    Heading("skills", N_("最好会的"), ("技能", "技能要求"), 18, N_("用顿号隔开")),
    Heading("forbidden_work", N_("法律禁止哪些人做"), (), 20),
    Heading("contact_name", N_("厂里找谁"), ("联系人", "驻厂联系人"), 12),
    Heading("contact_phone", N_("联系电话"), ("电话", "手机"), 16),
)
FURTHER = Heading("further_text", N_("表里别的话"))
# One column of theirs for several of ours: "4500-5500", "18-45岁", "8:00-20:00", "包吃住".
PAIRS = (
    Heading("wage", N_("综合工资"), WAGES, tells=("wage_low_fen", "wage_high_fen")),
    Heading("age", N_("年龄"), ("年龄要求", "年龄范围"), tells=("min_age", "max_age")),
    Heading(
        "working_time",
        N_("上班时间"),
        TIMES,
        tells=("hours_per_day", "days_per_week", "shift", "night_shift"),
    ),
    Heading("living", N_("吃住"), ("食宿", "食宿情况", "食宿待遇", "包吃住"), tells=("board", "lodging")),
)
# The form asks for no sex: the law allows it for forbidden work only. What a sheet says is checked.
NO_FIELD = (Heading("sex", N_("性别要求"), SEXES),)
ORDERS = Layout(
    HEADINGS,
    frozenset({"title", "headcount"}),
    most_rows=1000,
    only_read=PAIRS,
    joined=frozenset({"description", "wage_note"}),
    no_field=NO_FIELD,
)


def order_form(raw: Raw, cities: list[tuple[str, str]]) -> OrderForm:
    """The order form as if ``raw`` had been typed into it."""
    form = OrderForm(formdata=MultiDict(raw), meta={"csrf": False})
    form.city_code.choices = options(cities)
    return form


def write_template(target: IO[bytes], cities: list[tuple[str, str]]) -> None:
    """Write the blank workbook: the form's fields as columns, drop-downs where the form has choices."""
    blank = order_form({}, cities)
    columns = columns_of(ORDERS, lambda name: choices_of(blank, name))
    write_workbook(target, [Page(_("岗位"), columns, spare_rows=SPARE_ROWS)])


def choices_of(blank: OrderForm, name: str) -> tuple[str, ...]:
    """The words a cell of a field is chosen from, in the reader's language; none where text is free."""
    field = blank[name]
    if field.type == "SelectField" or isinstance(field, TriStateField):
        return tuple(str(choice.label) for choice in field.choices if choice.value != "")
    return ()


def meanings_of_columns() -> list[tuple[str, str]]:
    """What a column of theirs can mean, for a person to choose from; first "none of it"."""
    fields = [(heading.field, _(heading.header)) for heading in (*PAIRS, *HEADINGS)]
    return [("", _("不读进各栏，原话照样做法律检查")), *fields]


def understood(lines: Iterable[Line], cities: list[tuple[str, str]]) -> dict[tuple[str, int], list[Fact]]:
    """By sheet and row, every field as it would be written: its heading and what the form shows for it."""
    facts = {}
    for line in lines:
        form = order_form(line.raw, cities)
        facts[line.sheet, line.row] = [
            Fact(Sentence(heading.header), shown)
            for heading in (*HEADINGS, FURTHER)
            if heading.field in line.raw and (shown := _said(form[heading.field]))
        ]
    return facts


def _said(field: Field) -> str:
    """A field's value in the words of the form."""
    values = field.data if isinstance(field.data, list) else [field.data]
    words = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or ()}
    if isinstance(field, YuanField):
        return str(field.raw_data[0])
    return "、".join(
        words.get(getattr(value, "value", str(value)), str(value)) for value in values if value != ""
    )
