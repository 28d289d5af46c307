"""Rules over one row, as the poverty-relief system checks its own records (domain.md 2: 核查规则)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.workers.roster.choices import MANDARIN_LEVELS
from models.i18n import Sentence
from models.people.category import LIFTED_ATTRIBUTES, LIFTED_WORDS, ORDINARY
from models.people.identity import SEX_LABELS, IdNumber
from models.people.name import name_key
from models.people.phone import Phone, read_phones, written
from models.people.worker import CANNOT_WORK, HALF_STRENGTH

WORKING_AGE = range(16, 60)
NOT_AT_SCHOOL = "非在校生"
HEALTHY = "健康"
WEAK_LABOUR = ("无劳动力", HALF_STRENGTH)
AWAY = ("乡(镇)内务工", "乡(镇)外县内务工", "县外省内务工", "省外务工", "已就业")

Warnings = Iterator[tuple[str, Sentence]]


def row_warnings(
    values: Mapping[str, Any], fields: frozenset[str], number: IdNumber, today: date
) -> Warnings:
    """Field names with what is doubtful about them. ``fields`` are the columns the table has."""
    yield from _against_number(values, number)
    yield from _schooling(values)
    yield from _work(values, fields, number.age_on(today))
    yield from _labour(values, number.age_on(today))
    if contradicted(values):
        yield "risk_cleared_on", Sentence("风险消除时间早于监测对象识别时间，两个日期都没有登记，请核对")


def contradicted(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of a row that contradict each other so that neither can be believed."""
    since, until = values.get("monitored_on"), values.get("risk_cleared_on")
    return ("monitored_on", "risk_cleared_on") if since and until and until < since else ()


def derived(values: Mapping[str, Any], number: IdNumber) -> dict[str, Any]:
    """What the number says, and Mandarin as a level (models.people.worker); what is unknown stays away."""
    known: dict[str, Any] = {
        "id_number": number.number,
        "birth_date": number.birth_date,
        "sex": number.sex,
        "mandarin": MANDARIN_LEVELS.get(values.get("mandarin", "")),
    }
    if phones := values.get("phone"):
        known["phone"] = written(_named_as_own(read_phones(phones).phones, values.get("name") or ""))
    if not values.get("household_code"):
        known |= _of_a_household_without_number(values)
    if number.disability_category:
        known["disability"] = f"{number.disability_category}{number.disability_grade}"
    return {name: value for name, value in known.items() if value is not None}


def _of_a_household_without_number(values: Mapping[str, Any]) -> dict[str, bool | None]:
    """What a row says of a household that it does not number, kept with the person: sheets of today have no
    户编号 as often as not, and what they say of 贫困户属性 and 脱贫属性 is not lost for that."""
    attribute, word = values.get("poverty_attribute"), values.get("lifted")
    is_lifted = word in LIFTED_WORDS if word else attribute in LIFTED_ATTRIBUTES or None
    is_filed = attribute != ORDINARY if attribute else None
    return {"is_lifted": is_lifted, "registered_poor": values.get("registered_poor", is_filed)}


def _named_as_own(phones: list[Phone], name: str) -> list[Phone]:
    """A number beside which stands the person's own name is the person's own."""
    return [
        Phone(one.number) if one.owner and name_key(one.owner) == name_key(name) else one for one in phones
    ]


def _against_number(values: Mapping[str, Any], number: IdNumber) -> Warnings:
    if values.get("sex", SEX_LABELS[number.sex]) != SEX_LABELS[number.sex]:
        yield "sex", Sentence("性别和证件号码对不上，按证件号码登记")
    born = values.get("birth_date", number.birth_date)
    if (born.year, born.month) != (number.birth_date.year, number.birth_date.month):
        yield "birth_date", Sentence("出生日期和证件号码对不上，按证件号码登记")


def _schooling(values: Mapping[str, Any]) -> Warnings:
    at_school = values.get("school_status", NOT_AT_SCHOOL) != NOT_AT_SCHOOL
    if at_school and "education_text" in values:
        yield "school_status", Sentence("文化程度和在校生状况只填一个：在校的不填文化程度")


def _work(values: Mapping[str, Any], fields: frozenset[str], age: int) -> Warnings:
    place, months = values.get("work_place", ""), values.get("months_away", 0)
    if {"work_place", "months_away"} <= fields and bool(place) != bool(months):
        missing = "months_away" if place else "work_place"
        yield missing, Sentence("务工所在地和务工时间要么都填，要么都不填")
    if months and age < WORKING_AGE.start:
        yield "months_away", Sentence("这个人不满16周岁，却填了务工时间，请核对")


def _labour(values: Mapping[str, Any], age: int) -> Warnings:
    labour = values.get("labour_capacity")
    healthy = values.get("health_text") == HEALTHY
    at_school = values.get("school_status", NOT_AT_SCHOOL) != NOT_AT_SCHOOL
    if labour in WEAK_LABOUR and healthy and not at_school and age in WORKING_AGE:
        yield (
            "labour_capacity",
            Sentence("16至59岁、健康、不在校，却填了“%(labour)s”，请核对", {"labour": labour}),
        )
    away = values.get("work_place") or values.get("months_away") or values.get("work_status") in AWAY
    if labour in CANNOT_WORK and away:
        yield "labour_capacity", Sentence("已经在务工，却填了“%(labour)s”，请核对", {"labour": labour})
