"""The columns of a spreadsheet of orders, and how a cell's words become what the order form understands."""

import re
from collections import ChainMap
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import IO

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, SelectField, SelectMultipleField

from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of, in_each_language
from app.kit.files.bulk_upload.reading import Raw
from app.kit.files.cells.cell import BadCell, clean
from app.kit.files.cells.dates import parse_day
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.web.fields import DecimalNumber, ListField, TriStateField, WholeNumber, options
from app.orders.forms import NO_INSURANCE, OrderForm
from models.i18n import N_, Sentence
from models.jobs.order import INSURANCE

YES = {"是", "有", "可", "可以", "要", "包", "√", "1", "y", "yes"}
NO = {"否", "无", "没有", "不", "不要", "不可", "×", "0", "n", "no"}
NOTHING_SAID = {"/", "-", "—", "——", "未知", "不详", "待定", "无要求", "不限"}
SPARE_ROWS = 300
FIVE = INSURANCE[:5]
NUMBER = re.compile(
    r"约?\s*(\d[\d,]*(?:\.\d+)?)\s*(?:元|块|人|名|小时|天|个月|月|岁|周岁|号|日|h)?(?:/月|每月|左右|以上)*"
)
LEVEL_TAIL = re.compile(r"(学历|毕业)?(及|或)?(以上)?(学历|毕业|文化)?$")
RANGE = re.compile(r"[-–—~～至到]+")
MOST_CHARACTERS = 120


HEADINGS = (
    Heading("title", N_("岗位名称"), ("岗位", "招聘岗位", "职位", "职位名称", "工种名称"), 20, N_("必填")),
    Heading("headcount", N_("招聘人数"), ("人数", "需求人数", "招工人数", "用工人数"), 10, N_("必填，整数")),
    Heading(
        "city_code", N_("上班城市"), ("城市", "工作城市", "所在市", "地区"), 12, N_("不填就是企业所在的市")
    ),
    Heading("address", N_("上班地址"), ("地址", "工作地点", "工作地址"), 28),
    Heading("description", N_("工作内容"), ("岗位职责", "工作描述", "岗位描述", "职责", "备注"), 40),
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
ALSO = {
    "长白班": "白班",
    "常白班": "白班",
    "正常班": "白班",
    "包吃住": "包",
    "包食宿": "包",
    "食宿全包": "包",
}
# One column of theirs for two of ours: "4500-5500", "18-45岁".
PAIRS = (
    Heading(
        "wage",
        N_("综合工资"),
        ("综合月薪", "月薪", "工资", "薪资", "工资待遇", "薪资待遇"),
        tells=("wage_low_fen", "wage_high_fen"),
    ),
    Heading("age", N_("年龄"), ("年龄要求",), tells=("min_age", "max_age")),
)
ORDERS = Layout(HEADINGS, frozenset({"title", "headcount"}), most_rows=1000, only_read=PAIRS)


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


def raw_values(name: str, cell: Cell, form: OrderForm) -> Raw:
    """What the form would have received, by field name. Raises BadCell."""
    text = clean(cell)
    if not (fields := ORDERS.by_field[name].tells):
        return {name: _raw(form[name], text)}
    parts = [part for part in RANGE.split(text) if part.strip()]
    if len(parts) > 2:
        raise BadCell(Sentence("“%(text)s”看不懂，请写成一个数或一个范围，例如 4500-5500。", {"text": text}))
    if len(parts) == 1 and name == "age":
        parts = ["", parts[0]] if any(word in text for word in ("下", "内", "不超过")) else parts
    return {field: _number(part) for field, part in zip(fields, parts, strict=False) if part}


def _raw(field: Field, text: str) -> list[str]:
    return next((read(field, text) for kind, read in READERS.items() if isinstance(field, kind)), [text])


def _number(text: str) -> list[str]:
    number = NUMBER.match(text.strip(" 　-以不超过下内在"))
    return [number.group(1).replace(",", "")] if number else [text]


def _whole_number(field: Field, text: str) -> list[str]:
    plain = _number(text)[0]
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise BadCell(Sentence("“%(text)s”不是数，请只填数字。", {"text": text[:20]}))
    return [plain]


def _day(field: Field, text: str) -> list[str]:
    day = parse_day(text).read()
    return [day.isoformat()] if day else []


def _yes_no(field: Field, text: str) -> list[str]:
    if text.lower() in YES:
        return ["1"]
    return ["0"] if text.lower() in NO else _choice(field, text)


def _choice(field: Field, text: str) -> list[str]:
    """Find the one choice meant: its word or code, or the only one of whose word the text is a part.

    A place may be told more closely than we ask: 佛山市顺德区 is 佛山市.
    """
    choices = _words_of(field)
    words = dict(ChainMap(*in_each_language(lambda: _words_of(field))))
    if text in words or text in words.values():
        return [words.get(text, text)]
    if text in NO | NOTHING_SAID:
        return []
    plain = LEVEL_TAIL.sub("", ALSO.get(text, text).removeprefix("广东省"))
    longer = field.name == "city_code"
    near = {
        value for word, value in words.items() if _is_part(plain, word) or (longer and plain.startswith(word))
    }
    if len(near) == 1:
        return list(near)
    raise BadCell(
        Sentence(
            "“%(text)s”不在可填的词里，请填：%(allowed)s。",
            {"text": text[:20], "allowed": _shortened([*choices])},
        )
    )


def _shortened(words: Sequence[str]) -> list[str]:
    """As many of ``words`` as a sentence can hold."""
    lengths = accumulate(len(word) + 1 for word in words)
    return [word for word, length in zip(words, lengths, strict=True) if length <= MOST_CHARACTERS]


def _words_of(field: Field) -> dict[str, str]:
    return {str(choice.label): str(choice.value) for choice in field.choices if choice.value}


def _is_part(plain: str, word: str) -> bool:
    return plain in word and (len(plain) > 1 or plain == "包")


def _insurance(field: Field, text: str) -> list[str]:
    if "五险" in text:
        return [*FIVE, *(["公积金"] if "金" in text else [])]
    if text in NOTHING_SAID:
        return []
    if text in NO or text in ("不缴", "都不缴", "不买"):
        return [NO_INSURANCE]
    parts = [
        re.sub(r"保险$", "", part.strip()) for part in re.split(r"[、,，;；/\s+]+", text) if part.strip()
    ]
    if unknown := [part for part in parts if part not in INSURANCE]:
        raise BadCell(
            Sentence(
                "没有“%(text)s”这个险种，请填：%(allowed)s。",
                {"text": unknown[0][:20], "allowed": list(INSURANCE)},
            )
        )
    return parts


def _list(field: Field, text: str) -> list[str]:
    return [] if text in NO | NOTHING_SAID else [text]


READERS: dict[type[Field], Callable[[Field, str], list[str]]] = {
    TriStateField: _yes_no,
    SelectMultipleField: _insurance,
    SelectField: _choice,
    DateField: _day,
    ListField: _list,
    WholeNumber: _whole_number,
    DecimalNumber: _whole_number,
}
