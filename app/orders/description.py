"""An order in words: what would surprise a worker, as short sentences, and all its facts in groups."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.kit.web.formatters import day, label, level_label, number, yes_no, yuan
from models.jobs.order import BOARD_LABELS, LODGING_LABELS, TRAVEL_LABELS, Order

Fact = tuple[str, str]


@dataclass(frozen=True)
class Group:
    """A heading and its facts (word, value); an unknown value reads 未知."""

    heading: str
    facts: list[Fact]


def surprises(order: Order) -> list[str]:
    """Return what somebody must know before going, in short sentences; what nobody told is said, too."""
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


def _hours(order: Order) -> str:
    if order.hours_per_day is None or order.days_per_week is None:
        return _("每天几小时、每周几天，企业没有说清")
    hours, days = number(order.hours_per_day), number(order.days_per_week)
    said = _("每天 %(hours)s 小时，每周 %(days)s 天", hours=hours, days=days)
    if order.overtime_hours_month is None:
        return said + _("，加班多少没有说")
    return said + _("，每月加班约 %(hours)s 小时", hours=order.overtime_hours_month)


def _standing(order: Order) -> str:
    return (
        yes_no(order.standing_work, _("要站着干活"), _("坐着干活"))
        if order.standing_work is not None
        else _("站着还是坐着干活，没有说")
    )


def _night(order: Order) -> str:
    if order.night_shift is None:
        return _("上不上夜班没有说，去前要问清")
    if not order.night_shift:
        return _("不上夜班")
    return _("要上夜班（%(shift)s）", shift=label(order.shift)) if order.shift else _("要上夜班")


def _wage(order: Order) -> str:
    if order.base_wage_fen is None:
        return _("底薪多少，企业没有说")
    return _("底薪 %(base)s，其余靠加班和补贴", base=yuan(order.base_wage_fen))


def _pay_day(order: Order) -> str:
    if order.pay_day is None:
        return _("每月几号发工资，没有说")
    return _("每月 %(day)s 号发工资", day=order.pay_day)


def _room(order: Order) -> str:
    said = _(LODGING_LABELS[order.lodging]) if order.lodging else _("包不包住，没有说")
    if order.room_persons:
        said += _("，%(n)s 人一间", n=order.room_persons)
    couples = {True: _("，有夫妻房"), False: _("，没有夫妻房"), None: _("，有没有夫妻房没有说")}
    return said + couples[order.couple_rooms]


def _board(order: Order) -> str:
    said = _(BOARD_LABELS[order.board]) if order.board else _("包不包吃，没有说")
    if order.board_cost_fen:
        said += _("，每月自付约 %(cost)s", cost=yuan(order.board_cost_fen))
    return said + {True: _("，有清真灶"), False: _("，没有清真灶")}.get(order.halal_food, "")  # type: ignore[arg-type]


def _insurance(order: Order) -> str:
    if order.insurance is None:
        return _("缴哪些社保，没有说")
    if not order.insurance:
        return _("企业不缴社保")
    return _("企业缴：%(names)s", names=_("、").join(_(name) for name in order.insurance))


def _contract(order: Order) -> str:
    said = label(order.contract_with) if order.contract_with else _("合同和谁签，没有说")
    if order.contract_months:
        said += _("，签 %(n)s 个月", n=order.contract_months)
    if order.probation_months:
        said += _("，试用 %(n)s 个月", n=number(order.probation_months))
    return said


def _travel(order: Order) -> str:
    return _("路费%(who)s", who=_(TRAVEL_LABELS[order.travel])) if order.travel else _("路费谁出，没有说")


def _medical(order: Order) -> str:
    if order.medical_fee_paid is None:
        return _("体检费谁出，没有说")
    return _("体检费企业出") if order.medical_fee_paid else _("体检费自己出")


def groups(order: Order) -> list[Group]:
    """Return every fact of the order, in the sections of the form."""
    return [
        Group(_("工资"), _pay_facts(order)),
        Group(_("工时"), _hour_facts(order)),
        Group(_("合同和社保"), _contract_facts(order)),
        Group(_("吃住和路费"), _living_facts(order)),
        Group(_("要求"), _demand_facts(order)),
        Group(_("报到和联系"), _contact_facts(order)),
    ]


def _pay_facts(order: Order) -> list[Fact]:
    return [
        (_("底薪"), yuan(order.base_wage_fen)),
        (_("综合工资"), wage_range(order)),
        (_("发工资"), _("每月 %(day)s 号", day=order.pay_day) if order.pay_day else _("未知")),
    ]


def wage_range(order: Order) -> str:
    """Return the total wage as told: 4,500-5,200 元."""
    low, high = order.wage_low_fen, order.wage_high_fen
    if low is None or high is None or low == high:
        return yuan(high if low is None else low)
    return f"{low // 100:,}–{yuan(high)}"


def _amount(value: Any, unit: str) -> str:
    return _("未知") if value is None else f"{number(value)} {unit}"


def _hour_facts(order: Order) -> list[Fact]:
    return [
        (_("每天"), _amount(order.hours_per_day, _("小时"))),
        (_("每周"), _amount(order.days_per_week, _("天"))),
        (_("每月加班"), _amount(order.overtime_hours_month, _("小时"))),
        (_("班次"), label(order.shift)),
        (_("夜班"), yes_no(order.night_shift, _("要上"), _("不上"))),
        (_("站坐"), yes_no(order.standing_work, _("站着"), _("坐着"))),
    ]


def _contract_facts(order: Order) -> list[Fact]:
    paid = _("、").join(_(name) for name in order.insurance or ()) or _("都不缴")
    insurance = _("未知") if order.insurance is None else paid
    return [
        (_("合同"), label(order.contract_with)),
        (_("合同期"), _amount(order.contract_months, _("个月"))),
        (_("试用期"), _amount(order.probation_months, _("个月"))),
        (_("试用期工资"), yuan(order.probation_wage_fen)),
        (_("社保"), insurance),
    ]


def _living_facts(order: Order) -> list[Fact]:
    return [
        (_("吃饭"), _(BOARD_LABELS[order.board]) if order.board else _("未知")),
        (_("清真饮食"), yes_no(order.halal_food, _("有清真灶"), _("没有"))),
        (_("住宿"), _(LODGING_LABELS[order.lodging]) if order.lodging else _("未知")),
        (_("几人一间"), _amount(order.room_persons, _("人"))),
        (_("夫妻房"), yes_no(order.couple_rooms, _("有"), _("没有"))),
        (_("来的路费"), _(TRAVEL_LABELS[order.travel]) if order.travel else _("未知")),
        (_("体检费"), yes_no(order.medical_fee_paid, _("企业付"), _("自己付"))),
    ]


def _demand_facts(order: Order) -> list[Fact]:
    return [
        (_("年龄"), _ages(order)),
        (_("文化程度"), _least(order.min_education, "education")),
        (_("普通话"), _least(order.min_mandarin, "mandarin")),
        (_("身体"), _least(order.min_health, "health")),
        (_("必须有的证"), _("、").join(order.certificates) or _("不要求")),
        (_("最好会的"), _("、").join(order.skills) or _("不要求")),
        (_("法律禁止"), label(order.forbidden_work)),
    ]


def _ages(order: Order) -> str:
    if order.min_age is None and order.max_age is None:
        return _("不要求")
    if order.max_age is None:
        return _("%(low)s 岁以上", low=order.min_age)
    if order.min_age is None:
        return _("不超过 %(high)s 岁", high=order.max_age)
    return _("%(low)s 到 %(high)s 岁", low=order.min_age, high=order.max_age)


def _least(value: int | None, kind: str) -> str:
    return _("不要求") if value is None else level_label(value, kind)


def _contact_facts(order: Order) -> list[Fact]:
    return [
        (_("报到"), day(order.start_on)),
        (_("招聘截止"), day(order.valid_until)),
        (_("上班地址"), order.address or _("未知")),
        (_("一批来"), yes_no(order.group_intake, _("可以"), _("没有安排"))),
        (_("厂里找谁"), order.contact_name or _("未知")),
        (_("联系电话"), order.contact_phone or _("未知")),
    ]
