"""The columns of a roster: one table for reading, the blank template, the export and rejected rows alike.

``name`` is the register's own name of the value (models.people.worker, models.people.household). Other
headings of a column, separated by spaces, stand in headings.csv beside this file; there the row without a
name lists what counties send and we recognise, but do not keep.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from app.kit.files.cells.cell import Parsed
from app.kit.files.cells.dates import parse_available, parse_date, parse_past
from app.kit.files.cells.durations import parse_months
from app.kit.files.cells.people import (
    parse_code,
    parse_id,
    parse_list,
    parse_name,
    parse_phone,
    parse_place,
    parse_words,
)
from app.kit.files.cells.wages import parse_wage
from app.kit.files.spreadsheet import Cell
from app.workers.roster import choices
from app.workers.roster.choices import (
    Choice,
    parse_category,
    parse_choice,
    parse_risk,
    parse_things,
    parse_year,
    parse_yes,
)
from app.workers.roster.places import parse_cities
from models.i18n import N_, Sentence

LEFT_OUT = ""
REQUIRED = ("name", "id_number")
PHONES = N_("几个号码用顿号隔开；别人的号码后面写是谁的，例如 13800001111（父亲）")
LONGEST_CELL = 1000
HEADINGS = Path(__file__).parent / "headings.csv"

Parser = Callable[[Cell], Parsed]
DatedParser = Callable[[Cell, date], Parsed]


@dataclass(frozen=True)
class Field:
    """One column and how its cells are read.

    ``carried``: a blank cell means the same as the row above. ``checked_only``: compared with the rest of the
    row and not kept. ``needs_today``: the parser takes the day too, ``takes_unit`` what the heading
    says of the unit. ``longest``: characters the register keeps.
    """

    name: str
    label: str
    parse: Parser | DatedParser
    hint: str = ""
    width: int = 12
    longest: int = 40
    choices: tuple[str, ...] = ()
    carried: bool = False
    checked_only: bool = False
    needs_today: bool = False
    takes_unit: bool = False

    def read(self, cell: Cell, today: date, unit: str = "") -> Parsed:
        """Read one cell; ``unit`` is what its heading says of the unit."""
        if isinstance(cell, str) and len(cell) > LONGEST_CELL:
            cell = cell[:LONGEST_CELL]
        further = (today,) if self.needs_today else (unit,) if self.takes_unit else ()
        parsed = self.parse(cell, *further)
        if isinstance(parsed.value, str) and len(parsed.value) > self.longest:
            too_long = Sentence("这一格太长，只登记了前%(most)d个字", {"most": self.longest})
            return Parsed(parsed.value[: self.longest], warning=too_long)
        return parsed


def _carried(name: str, label: str, parse: Parser = parse_place, checked_only: bool = False) -> Field:
    longest = 20 if parse is parse_code else 40
    return Field(name, label, parse, carried=True, checked_only=checked_only, longest=longest)


def _choice(name: str, label: str, choice: Choice) -> Field:
    return Field(name, label, partial(parse_choice, choice), width=14, choices=choice.names)


def _yes(name: str, label: str) -> Field:
    return Field(name, label, parse_yes, choices=("是", "否"))


def _list(name: str, label: str, parse: Parser = parse_list, hint: str = N_("可填几项，用顿号隔开")) -> Field:
    return Field(name, label, parse, hint, width=20)


FIELDS = (
    _carried("county", N_("县(市、区、旗)"), checked_only=True),
    _carried("township", N_("乡(镇)")),
    _carried("village", N_("行政村")),
    _carried("hamlet", N_("自然村")),
    Field("address", N_("住址"), parse_place, width=24, longest=200, checked_only=True),
    _carried("household_code", N_("户编号"), parse_code),
    _carried("head_name", N_("户主姓名"), parse_words, checked_only=True),
    _carried("head_id_number", N_("户主证件号码"), parse_words, checked_only=True),
    Field("person_code", N_("人编号"), parse_code, width=14, longest=20),
    Field("name", N_("姓名"), parse_name, longest=60),
    Field(
        "id_number",
        N_("证件号码"),
        parse_id,
        N_("18位身份证号码，残疾人证20至22位；这一列已设为文本"),
        width=24,
        needs_today=True,
    ),
    Field("sex", N_("性别"), partial(parse_choice, choices.SEX), checked_only=True),
    Field("birth_date", N_("出生日期"), parse_date, checked_only=True),
    _choice("relation", N_("与户主关系"), choices.RELATION),
    _choice("ethnicity", N_("民族"), choices.ETHNICITY),
    _choice("education_text", N_("文化程度"), choices.EDUCATION),
    _choice("school_status", N_("在校生状况"), choices.SCHOOL),
    _choice("health_text", N_("健康状况"), choices.HEALTH),
    _choice("labour_capacity", N_("劳动技能"), choices.LABOUR),
    _choice("work_status", N_("务工状况"), choices.WORK_STATUS),
    Field("work_place", N_("务工所在地"), parse_place, width=18, longest=60),
    Field("work_employer", N_("务工企业名称"), parse_place, width=22, longest=100),
    Field("months_away", N_("务工时间(月)"), parse_months, N_("一年里务工几个月，0至12"), takes_unit=True),
    _choice("poverty_attribute", N_("贫困户属性"), choices.POVERTY),
    _choice("poverty_cause", N_("主要致贫原因"), choices.CAUSE),
    _choice("lifted", N_("脱贫属性"), choices.LIFTED),
    _yes("registered_poor", N_("是否建档立卡")),
    Field("lifted_year", N_("脱贫年度"), parse_year, N_("例如2019"), needs_today=True),
    Field(
        "monitored_type",
        N_("防返贫监测对象类型"),
        parse_category,
        width=16,
        longest=20,
        choices=choices.MONITORED.names,
    ),
    Field("monitored_on", N_("监测对象识别时间"), parse_past, N_("例如2021-06-01"), needs_today=True),
    Field("risk_cleared", N_("风险是否消除"), parse_risk, choices=("是", "否")),
    Field("risk_cleared_on", N_("风险消除时间"), parse_past, N_("例如2022-12-01"), needs_today=True),
    _yes("relocated", N_("是否易地搬迁")),
    _yes("retired_fisher", N_("是否退捕渔民")),
    Field("identified_on", N_("首次识别时间"), parse_past, N_("例如2014-01-01"), needs_today=True),
    Field("household_phone", N_("户联系电话"), parse_phone, PHONES, width=18, longest=400),
    Field("phone", N_("人联系电话"), parse_phone, PHONES, width=18, longest=400),
    _yes("willing", N_("是否愿意外出")),
    _list("wishes", N_("意向工种"), parse_things),
    _list("cities", N_("意向地区"), parse_cities, N_("可填几个城市，用顿号隔开；哪里都行填“不限”")),
    Field("wage_floor_yuan", N_("期望月薪(元)"), parse_wage, N_("每月最低多少元，例如4500"), takes_unit=True),
    Field(
        "available_on",
        N_("可外出时间"),
        parse_available,
        N_("例如2017-05-03，随时能走填“随时”"),
        needs_today=True,
    ),
    _yes("night_shift", N_("可否夜班")),
    _yes("standing_work", N_("可否站班")),
    _choice("mandarin", N_("普通话"), choices.MANDARIN),
    Field("companions", N_("同行人"), parse_words, longest=100),
    Field("care_duties", N_("家中需照料人"), parse_words, width=14, longest=100),
    _yes("dormitory_needed", N_("需要住宿")),
    _yes("couple_room_needed", N_("需要夫妻房")),
    _list("skills", N_("技能"), parse_things),
    _list("certificates", N_("证书"), parse_things),
    Field("experience", N_("工作经历"), parse_words, width=24, longest=400),
    Field("note", N_("备注"), parse_words, width=20, longest=300),
)

BY_NAME = {field.name: field for field in FIELDS}
VERBATIM = frozenset(field.name for field in FIELDS if field.parse is parse_words)
TEMPLATE_FIELDS = tuple(field for field in FIELDS if not field.checked_only)


@cache
def headings() -> dict[str, tuple[str, ...]]:
    """All headings a field is known by: its name, its label and its other headings, by field name."""
    with HEADINGS.open(encoding="utf-8", newline="") as lines:
        others = {row["field"]: row["headings"].split() for row in csv.DictReader(lines)}
    return dict(_with_own_names(others))


def _with_own_names(others: dict[str, list[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield LEFT_OUT, tuple(others[LEFT_OUT])
    for field in FIELDS:
        yield field.name, (field.label, field.name, *others.get(field.name, ()))
