"""An order as sentences: what would surprise a worker, and all its facts in groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.i18n import Sentence
from models.jobs.order import BOARD_LABELS, CONTRACT_LABELS, LODGING_LABELS, TRAVEL_LABELS, Order
from models.numbers import UNKNOWN, figure, yuan
from models.people.worker import Education, Health, Mandarin

UNDECIDED = Sentence("未定")
NOT_REQUIRED = Sentence("不要求")


class Fact(NamedTuple):
    """A label, and a value as the params of a sentence may be."""

    label: Sentence
    value: Any


@dataclass(frozen=True)
class Group:
    """A heading and its facts; an unknown value reads 未知."""

    heading: Sentence
    facts: list[Fact]


def surprises(order: Order) -> list[Sentence]:
    """What must be known before going, in short sentences; what the enterprise left open is said, too."""
    return [
        _hours(order),
        _standing(order),
        _night(order),
        _wage(order),
        _pay_day(order),
        _room(order),
        _board(order),
        _insurance(order),
        _contract(order),
        _travel(order),
        _medical(order),
    ]


def _joined(first: Sentence, *more: Sentence | None) -> Sentence:
    """Clauses that bring their own commas, as one sentence."""
    clauses = [first, *(clause for clause in more if clause)]
    places = {f"clause_{number}": clause for number, clause in enumerate(clauses)}
    text = "".join(f"%({place})s" for place in places)
    return Sentence(text, places)


def _three_way(value: bool | None, yes: Sentence, no: Sentence, unknown: Sentence = UNKNOWN) -> Sentence:
    return unknown if value is None else yes if value else no


def _labelled(labels: Mapping[Any, str], value: Any, unknown: Sentence = UNKNOWN) -> Sentence:
    return unknown if value is None else Sentence(labels[value])


def _hours(order: Order) -> Sentence:
    if order.hours_per_day is None or order.days_per_week is None:
        return Sentence("每天几小时、每周几天，企业没有说清")
    hours, days = figure(order.hours_per_day), figure(order.days_per_week)
    week = Sentence("每天 %(hours)s 小时，每周 %(days)s 天", {"hours": hours, "days": days})
    if order.overtime_hours_month is None:
        return _joined(week, Sentence("，加班多少没有说"))
    return _joined(week, Sentence("，每月加班约 %(hours)s 小时", {"hours": order.overtime_hours_month}))


def _standing(order: Order) -> Sentence:
    unknown = Sentence("站着还是坐着干活，没有说")
    return _three_way(order.standing_work, Sentence("要站着干活"), Sentence("坐着干活"), unknown)


def _night(order: Order) -> Sentence:
    if order.night_shift is None:
        return Sentence("上不上夜班没有说，去前要问清")
    if not order.night_shift:
        return Sentence("不上夜班")
    return Sentence("要上夜班（%(shift)s）", {"shift": order.shift}) if order.shift else Sentence("要上夜班")


def _wage(order: Order) -> Sentence:
    if order.base_wage_fen is None:
        return Sentence("底薪多少，企业没有说")
    return Sentence("底薪 %(base)s，其余靠加班和补贴", {"base": yuan(order.base_wage_fen)})


def _pay_day(order: Order) -> Sentence:
    if order.pay_day is None:
        return Sentence("每月几号发工资，没有说")
    return Sentence("每月 %(day)s 号发工资", {"day": order.pay_day})


def _room(order: Order) -> Sentence:
    persons = order.room_persons
    return _joined(
        _labelled(LODGING_LABELS, order.lodging, Sentence("包不包住，没有说")),
        Sentence("，%(n)s 人一间", {"n": persons}) if persons else None,
        _three_way(
            order.couple_rooms,
            Sentence("，有夫妻房"),
            Sentence("，没有夫妻房"),
            Sentence("，有没有夫妻房没有说"),
        ),
    )


def _board(order: Order) -> Sentence:
    cost, halal = order.board_cost_fen, order.halal_food
    return _joined(
        _labelled(BOARD_LABELS, order.board, Sentence("包不包吃，没有说")),
        Sentence("，每月自付约 %(cost)s", {"cost": yuan(cost)}) if cost else None,
        None if halal is None else Sentence("，有清真灶") if halal else Sentence("，没有清真灶"),
    )


def _insurance(order: Order) -> Sentence:
    if order.insurance is None:
        return Sentence("缴哪些社保，没有说")
    if not order.insurance:
        return Sentence("企业不缴社保")
    return Sentence("企业缴：%(names)s", {"names": [Sentence(name) for name in order.insurance]})


def _contract(order: Order) -> Sentence:
    months, probation = order.contract_months, order.probation_months
    return _joined(
        _labelled(CONTRACT_LABELS, order.contract_with, Sentence("合同和谁签，没有说")),
        Sentence("，签 %(n)s 个月", {"n": months}) if months else None,
        Sentence("，试用 %(n)s 个月", {"n": figure(probation)}) if probation else None,
    )


def _travel(order: Order) -> Sentence:
    if order.travel is None:
        return Sentence("路费谁出，没有说")
    return Sentence("路费%(who)s", {"who": _labelled(TRAVEL_LABELS, order.travel)})


def _medical(order: Order) -> Sentence:
    unknown = Sentence("体检费谁出，没有说")
    return _three_way(order.medical_fee_paid, Sentence("体检费企业出"), Sentence("体检费自己出"), unknown)


def groups(order: Order) -> list[Group]:
    """Every fact of the order, in the sections of the form."""
    return [
        Group(Sentence("工资"), _pay_facts(order)),
        Group(Sentence("工时"), _hour_facts(order)),
        Group(Sentence("合同和社保"), _contract_facts(order)),
        Group(Sentence("吃住和路费"), _living_facts(order)),
        Group(Sentence("要求"), _requirement_facts(order)),
        Group(Sentence("报到和联系"), _contact_facts(order)),
    ]


def _pay_facts(order: Order) -> list[Fact]:
    pay_day = order.pay_day
    return [
        Fact(Sentence("底薪"), yuan(order.base_wage_fen)),
        Fact(Sentence("综合工资"), wage_range(order)),
        Fact(Sentence("发工资"), Sentence("每月 %(day)s 号", {"day": pay_day}) if pay_day else UNKNOWN),
    ]


def wage_range(order: Order) -> Sentence:
    """The total wage as told: 4,500–5,200 元."""
    low, high = order.wage_low_fen, order.wage_high_fen
    if low is None or high is None or low == high:
        return yuan(high if low is None else low)
    return Sentence("%(low)s–%(high)s", {"low": figure(low // 100), "high": yuan(high)})


def _amount(value: Any, unit: Sentence) -> Sentence:
    return UNKNOWN if value is None else Sentence("%(n)s %(unit)s", {"n": figure(value), "unit": unit})


def _hour_facts(order: Order) -> list[Fact]:
    return [
        Fact(Sentence("每天"), _amount(order.hours_per_day, Sentence("小时"))),
        Fact(Sentence("每周"), _amount(order.days_per_week, Sentence("天"))),
        Fact(Sentence("每月加班"), _amount(order.overtime_hours_month, Sentence("小时"))),
        Fact(Sentence("班次"), order.shift or UNKNOWN),
        Fact(Sentence("夜班"), _three_way(order.night_shift, Sentence("要上"), Sentence("不上"))),
        Fact(Sentence("站坐"), _three_way(order.standing_work, Sentence("站着"), Sentence("坐着"))),
    ]


def _contract_facts(order: Order) -> list[Fact]:
    paid = [Sentence(name) for name in order.insurance or ()] or Sentence("都不缴")
    return [
        Fact(Sentence("合同"), order.contract_with or UNKNOWN),
        Fact(Sentence("合同期"), _amount(order.contract_months, Sentence("个月"))),
        Fact(Sentence("试用期"), _amount(order.probation_months, Sentence("个月"))),
        Fact(Sentence("试用期工资"), yuan(order.probation_wage_fen)),
        Fact(Sentence("社保"), UNKNOWN if order.insurance is None else paid),
    ]


def _living_facts(order: Order) -> list[Fact]:
    return [
        Fact(Sentence("吃饭"), _labelled(BOARD_LABELS, order.board)),
        Fact(Sentence("清真饮食"), _three_way(order.halal_food, Sentence("有清真灶"), Sentence("没有"))),
        Fact(Sentence("住宿"), _labelled(LODGING_LABELS, order.lodging)),
        Fact(Sentence("几人一间"), _amount(order.room_persons, Sentence("人"))),
        Fact(Sentence("夫妻房"), _three_way(order.couple_rooms, Sentence("有"), Sentence("没有"))),
        Fact(Sentence("来的路费"), _labelled(TRAVEL_LABELS, order.travel)),
        Fact(Sentence("体检费"), _three_way(order.medical_fee_paid, Sentence("企业付"), Sentence("自己付"))),
    ]


def _requirement_facts(order: Order) -> list[Fact]:
    education, mandarin, health = order.min_education, order.min_mandarin, order.min_health
    return [
        Fact(Sentence("年龄"), _ages(order)),
        Fact(Sentence("文化程度"), NOT_REQUIRED if education is None else Education(education)),
        Fact(Sentence("普通话"), NOT_REQUIRED if mandarin is None else Mandarin(mandarin)),
        Fact(Sentence("身体"), NOT_REQUIRED if health is None else Health(health)),
        Fact(Sentence("必须有的证"), order.certificates or NOT_REQUIRED),
        Fact(Sentence("最好会的"), order.skills or NOT_REQUIRED),
        Fact(Sentence("法律禁止"), order.forbidden_work or UNKNOWN),
    ]


def _ages(order: Order) -> Sentence:
    low, high = order.min_age, order.max_age
    if low is None and high is None:
        return NOT_REQUIRED
    if high is None:
        return Sentence("%(low)s 岁以上", {"low": low})
    if low is None:
        return Sentence("不超过 %(high)s 岁", {"high": high})
    return Sentence("%(low)s 到 %(high)s 岁", {"low": low, "high": high})


def _contact_facts(order: Order) -> list[Fact]:
    group = _three_way(order.group_intake, Sentence("可以"), Sentence("没有安排"))
    return [
        Fact(Sentence("报到"), order.start_on or UNDECIDED),
        Fact(Sentence("招聘截止"), order.valid_until or UNDECIDED),
        Fact(Sentence("上班地址"), order.address or UNKNOWN),
        Fact(Sentence("一批来"), group),
        Fact(Sentence("厂里找谁"), order.contact_name or UNKNOWN),
        Fact(Sentence("联系电话"), order.contact_phone or UNKNOWN),
    ]
