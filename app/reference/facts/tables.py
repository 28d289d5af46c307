"""Which reference tables an administrator edits, and with which columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from models.cooperation.fund_rule import FundRule
from models.hukou.rule import HukouQuota
from models.i18n import N_
from models.jobs.take_home import HEAT, INSURANCE, INSURED_SUM, LIVING_COST, SUBSIDY
from models.reference.area import Area
from models.reference.dated_fact import (
    CodeItem,
    Holiday,
    MinimumWage,
    MoneyFigure,
    Occupation,
    Pairing,
    ProgrammeCounty,
    Skill,
)
from models.reference.deadline import Deadline
from models.reference.local_day import LocalDay
from models.reference.target_category import TargetCategory
from models.training.standard import TrainingStandard

FIGURE_KINDS = {
    SUBSIDY: N_("补贴"),
    LIVING_COST: N_("生活成本"),
    INSURANCE: N_("社保个人部分"),
    INSURED_SUM: N_("缴费基数上下限"),
    HEAT: N_("高温津贴"),
}
SEARCHED = ("text", "code", "area", "where", "any_code")
SHARED_FIELDS = ("valid_from", "valid_to", "source", "verified", "confidence", "basis", "note")
AREA_KINDS = ("area", "upper_area", "where")


@dataclass(frozen=True)
class FactTable:
    """One editable table: its slug in the address, its word, and its own columns (name, word, kind).

    A ``code`` stands in the list below the name in the next column; an ``area`` is shown by its name.
    ``shared``: what is filled in besides.
    """

    slug: str
    word: str
    model: Any
    columns: tuple[tuple[str, str, str], ...]
    shared: tuple[str, ...] = SHARED_FIELDS

    @property
    def key(self) -> Any:
        """The primary key: what the list is ordered by and a row's address ends with."""
        return getattr(self.model, inspect(self.model).primary_key[0].name)

    @property
    def listed(self) -> list[tuple[str, str, str, str]]:
        """The columns of the list: name, word, kind, and the column whose code stands below (or empty)."""
        before = ("", "", "")
        columns = []
        for column in self.columns:
            if column[2] != "code":
                columns.append((*column, before[0] if before[2] == "code" else ""))
            before = column
        return columns

    @property
    def field_names(self) -> list[str]:
        """The columns that are filled in, the table's own first."""
        return [*(name for name, _word, _kind in self.columns), *self.shared]

    def area_codes(self, rows: Iterable[Any]) -> set[str | None]:
        """The codes of the areas that ``rows`` name."""
        names = [name for name, _word, kind in self.columns if kind in AREA_KINDS]
        return {getattr(row, name) for row in rows for name in names}

    def key_of(self, row: Any) -> str:
        """A row's primary key, as it stands in its address."""
        return str(inspect(row).identity[0])

    def stored(self, name: str, typed: Any) -> Any:
        """An empty field says that nothing is known, where its column can say so."""
        if typed in ("", None):
            return None if inspect(self.model).columns[name].nullable else ""
        return typed


TABLES = (
    FactTable(
        "pairings",
        N_("结对关系"),
        Pairing,
        (
            ("recipient_code", N_("被帮扶地区代码"), "code"),
            ("recipient_name", N_("被帮扶地区"), "text"),
            ("helper_code", N_("帮扶方代码"), "code"),
            ("helper_name", N_("帮扶方"), "text"),
            ("relation", N_("方式"), "text"),
            ("kind", N_("类别"), "text"),
        ),
    ),
    FactTable(
        "counties",
        N_("帮扶县名单"),
        ProgrammeCounty,
        (
            ("area_code", N_("县代码"), "code"),
            ("name", N_("县名（当时）"), "text"),
            ("prefecture_code", N_("所属市州"), "area"),
            ("poverty_type", N_("贫困县类型"), "text"),
            ("helper_city_code", N_("帮扶市"), "area"),
        ),
    ),
    FactTable(
        "fund-rules",
        N_("协作资金规则"),
        FundRule,
        (
            ("helper_code", N_("帮扶市（440000 是没有单列的各市）"), "area"),
            ("county_yuan", N_("每县每年（元）"), "large_yuan"),
            ("province_parts", N_("省承担几份"), "yuan"),
            ("city_parts", N_("市承担几份"), "yuan"),
        ),
    ),
    FactTable(
        "areas",
        N_("行政区划"),
        Area,
        (
            ("code", N_("代码"), "code"),
            ("name", N_("名称"), "text"),
            ("level", N_("级别"), "level"),
            ("parent_code", N_("上级"), "upper_area"),
            ("prefecture_code", N_("所属市州"), "upper_area"),
            ("programme_code", N_("2016 年名单里的县"), "upper_area"),
            ("successor_code", N_("后来改成"), "upper_area"),
        ),
    ),
    FactTable(
        "minimum-wages",
        N_("最低工资"),
        MinimumWage,
        (
            ("city_code", N_("城市代码"), "code"),
            ("city_name", N_("城市"), "text"),
            ("monthly_yuan", N_("每月元"), "yuan"),
            ("hourly_yuan", N_("每小时元（非全日制）"), "yuan_hour"),
            ("hourly_verified", N_("每小时标准已核实"), "flag"),
        ),
    ),
    FactTable(
        "occupations",
        N_("工种"),
        Occupation,
        (
            ("code", N_("职业代码"), "code"),
            ("name", N_("名称"), "text"),
            ("category", N_("行业"), "text"),
            ("synonyms", N_("俗称"), "list"),
        ),
    ),
    FactTable(
        "skills",
        N_("技能与证书"),
        Skill,
        (
            ("name", N_("名称"), "text"),
            ("kind", N_("类型"), "text"),
            ("synonyms", N_("俗称"), "list"),
            ("licence_required", N_("法定持证"), "flag"),
        ),
    ),
    FactTable(
        "codes",
        N_("代码表"),
        CodeItem,
        (("list_name", N_("代码表"), "text"), ("code", N_("代码"), "text"), ("name", N_("名称"), "text")),
    ),
    FactTable(
        "figures",
        N_("补贴与生活成本"),
        MoneyFigure,
        (
            ("owner_code", N_("归属地区"), "area"),
            ("kind", N_("类别"), "figure_kind"),
            ("name", N_("项目"), "text"),
            ("monthly_fen", N_("每月元"), "money"),
            ("percent", N_("占工资的百分比"), "percent"),
        ),
    ),
    FactTable(
        "holidays",
        N_("节假日与调休"),
        Holiday,
        (("feast", N_("节日"), "feast"), ("is_workday", N_("调休上班"), "flag")),
    ),
    FactTable(
        "target-categories",
        N_("哪些人是帮扶对象"),
        TargetCategory,
        (
            ("name", N_("人员类别"), "text"),
            ("use", N_("用在哪里"), "category_use"),
            ("counts", N_("算在内"), "flag"),
        ),
    ),
    FactTable(
        "deadlines",
        N_("办事期限"),
        Deadline,
        (
            ("name", N_("什么事"), "deadline"),
            ("area_code", N_("适用地区"), "where"),
            ("days", N_("几天（花名册填几号）"), "deadline_days"),
        ),
    ),
    FactTable(
        "local-days",
        N_("民族节日与农忙"),
        LocalDay,
        (
            ("name", N_("节日或农忙"), "text"),
            ("kind", N_("类别"), "day_kind"),
            ("area_code", N_("适用地区"), "where"),
            ("ethnicity", N_("哪个民族"), "any_text"),
            ("calendar", N_("怎么算日子"), "day_calendar"),
            ("month", N_("月"), "month"),
            ("day", N_("日"), "month_day"),
            ("days", N_("几天"), "day_count"),
        ),
    ),
    FactTable(
        "training-standards",
        N_("培训标准"),
        TrainingStandard,
        (
            ("name", N_("标准"), "standard"),
            ("area_code", N_("适用地区"), "where"),
            ("level", N_("等级"), "skill_level"),
            ("occupation_code", N_("职业代码"), "any_code"),
            ("value", N_("数值"), "standard_value"),
        ),
    ),
    FactTable(
        "hukou-quotas",
        N_("入户指标"),
        HukouQuota,
        (
            ("city_code", N_("城市"), "area"),
            ("route", N_("路径"), "text"),
            ("year", N_("年度"), "year"),
            ("total", N_("名额"), "places"),
        ),
        tuple(name for name in SHARED_FIELDS if not name.startswith("valid_")),  # they follow from the year
    ),
)
BY_SLUG = {table.slug: table for table in TABLES}
