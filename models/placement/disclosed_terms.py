"""What a worker is told: a snapshot taken when he is told, and the sentences it is told in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.web.formatters import day as in_full
from app.kit.web.formatters import label, moment, number, translated, yes_no, yuan
from models.jobs.order import (
    BOARD_LABELS,
    LODGING_LABELS,
    TRAVEL_LABELS,
    ContractWith,
    Order,
    Provision,
    Shift,
)
from models.jobs.take_home import Line, figures_for, take_home
from models.placement.placement import Placement
from models.reference.area import area_names

Terms = dict[str, Any]
Group = tuple[str, list[str]]
TOLD = (
    "title",
    "address",
    "base_wage_fen",
    "wage_low_fen",
    "wage_high_fen",
    "wage_note",
    "pay_day",
    "hours_per_day",
    "days_per_week",
    "overtime_hours_month",
    "shift",
    "night_shift",
    "standing_work",
    "insurance",
    "board",
    "lodging",
    "room_persons",
    "couple_rooms",
    "travel",
    "medical_fee_paid",
    "halal_food",
    "contract_with",
    "contract_months",
    "probation_months",
    "probation_wage_fen",
    "contact_name",
    "start_on",
)


def told_terms(session: Session, order: Order, county_code: str, day: date) -> Terms:
    """Return what somebody of ``county_code`` is told of ``order`` on ``day``, as plain JSON values.

    Kept with the placement, so that what is found later is compared with what was said, not with what the
    order says by then. Money in fen a month.
    """
    sum_of_month = take_home(order, figures_for(session, order.city_code, county_code, day))
    terms = {name: _plain(getattr(order, name)) for name in TOLD}
    return terms | {
        "enterprise": order.enterprise.name,
        "city": area_names(session, {order.city_code}).get(order.city_code, order.city_code),
        "lines": [_line(line) for line in sum_of_month.lines],
        "take_home_low_fen": sum_of_month.low_fen,
        "take_home_high_fen": sum_of_month.high_fen,
        "uncounted": sum_of_month.unknown,
        "told_on": day.isoformat(),
    }


def terms_of(session: Session, placement: Placement, day: date) -> Terms:
    """Return what the person was told; before he is told, what he would be told today."""
    return placement.told_terms or told_terms(session, placement.order, placement.county_code, day)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "params": line.params,
        "fen": line.fen,
        "high_fen": line.high_fen,
        "note": line.note,
    }


def take_home_text(terms: Terms) -> str:
    """Return the month's take-home: 4,650 元, a range, or 未知."""
    low, high = terms.get("take_home_low_fen"), terms.get("take_home_high_fen")
    if low is None or high is None or low == high:
        return yuan(low)
    return _("%(low)s–%(high)s 元", low=number(low // 100), high=number(high // 100))


def sum_lines(terms: Terms) -> list[tuple[str, str, str]]:
    """Return the lines of the sum as (word, signed amount, remark)."""
    return [
        (
            translated(line["label"], line["params"]),
            _amount(line),
            translated(line["note"]) if line["note"] else "",
        )
        for line in terms.get("lines", [])
    ]


def _amount(line: dict[str, Any]) -> str:
    fen, high = line["fen"], line["high_fen"]
    if fen is None:
        return _("未知")
    if high is not None:
        return number(fen / 100) if high == fen else f"{number(fen / 100)}–{number(high / 100)}"
    return f"{'− ' if fen < 0 else '+ ' if fen > 0 else ''}{number(abs(fen) / 100)}"


def must_know(terms: Terms) -> list[Group]:
    """Return everything that would surprise him later, as (heading, sentences)."""
    return [
        (_("干活"), _work(terms)),
        (_("吃住"), _living(terms)),
        (_("工资"), _pay(terms)),
        (_("合同"), _contract(terms)),
        (_("路上"), _journey(terms)),
    ]


def _work(terms: Terms) -> list[str]:
    hours, days = terms["hours_per_day"], terms["days_per_week"]
    said = [
        _("每天约 %(hours)s 小时", hours=number(hours)) if hours else _("每天几小时：未知"),
        _("每周上 %(days)s 天班", days=number(days)) if days else _("每周几天班：未知"),
        yes_no(terms["standing_work"], _("站着干活"), _("坐着干活"))
        if terms["standing_work"] is not None
        else _("站着还是坐着：未知"),
        yes_no(terms["night_shift"], _("要上夜班"), _("不上夜班"))
        if terms["night_shift"] is not None
        else _("上不上夜班：未知，要问清"),
    ]
    return said + ([label(Shift(terms["shift"]))] if terms["shift"] else [])


def _living(terms: Terms) -> list[str]:
    board, lodging = terms["board"], terms["lodging"]
    persons = terms["room_persons"]
    said = [
        translated(BOARD_LABELS[Provision(board)]) if board else _("包不包吃：未知"),
        translated(LODGING_LABELS[Provision(lodging)]) if lodging else _("包不包住：未知"),
        _("宿舍 %(persons)s 人间", persons=persons) if persons else _("宿舍几人间：未知"),
        yes_no(terms["couple_rooms"], _("有夫妻房，先问好有没有空"), _("没有夫妻房"))
        if terms["couple_rooms"] is not None
        else _("有没有夫妻房：未知，要问清"),
    ]
    return said + ([_("有清真灶")] if terms["halal_food"] else [])


def _pay(terms: Terms) -> list[str]:
    base, day = terms["base_wage_fen"], terms["pay_day"]
    insurance = terms["insurance"]
    said = [
        _("底薪 %(base)s，其余是加班费和补贴", base=yuan(base)),
        _("每月 %(day)s 日发上月工资", day=day) if day else _("几号发工资：未知"),
        _("社保：%(kinds)s，个人要缴的部分从工资里扣", kinds=_("、").join(_(kind) for kind in insurance))
        if insurance
        else _("缴哪些社保：未知"),
        yes_no(terms["medical_fee_paid"], _("体检费厂里出"), _("体检费自己出"))
        if terms["medical_fee_paid"] is not None
        else _("体检费谁出：未知"),
    ]
    return said + ([terms["wage_note"]] if terms["wage_note"] else [])


def _contract(terms: Terms) -> list[str]:
    months, probation = terms["contract_months"], terms["probation_months"]
    with_whom = terms["contract_with"]
    return [
        label(ContractWith(with_whom)) if with_whom else _("和谁签合同：未知"),
        _("合同 %(months)s 个月", months=months) if months else _("合同多长：未知"),
        _probation(probation, terms["probation_wage_fen"])
        if probation
        else _("没有试用期")
        if probation is not None
        else _("试用期：未知"),
    ]


def _probation(months: float, wage_fen: int | None) -> str:
    if wage_fen is None:
        return _("试用期 %(months)s 个月，这几个月多少工资：未知", months=number(months))
    return _("试用期 %(months)s 个月，每月 %(wage)s", months=number(months), wage=yuan(wage_fen))


def _journey(terms: Terms) -> list[str]:
    travel, start = terms["travel"], terms["start_on"]
    place = terms["address"] or terms["city"]
    return [
        _("在%(city)s：%(place)s", city=terms["city"], place=place),
        _("%(day)s报到", day=in_full(date.fromisoformat(start))) if start else _("哪天报到：未知"),
        _("路费：%(word)s", word=translated(TRAVEL_LABELS[Provision(travel)]))
        if travel
        else _("路费谁出：未知"),
    ]


def departure_line(departs_at: datetime, place: str, transport: str, leader: str) -> str:
    """Return when and where the group leaves, with what, and who leads it."""
    return _(
        "%(when)s 在%(place)s集合，坐%(transport)s，带队人 %(leader)s",
        when=moment(departs_at),
        place=place,
        transport=transport,
        leader=leader,
    )
