"""What a person is told of a job before answering: a snapshot kept with the placement, and its sentences.

A wage paid later is compared with what was said, not with what the order says by then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.jobs.order import (
    BOARD_LABELS,
    CONTRACT_LABELS,
    LODGING_LABELS,
    SHIFT_LABELS,
    TRAVEL_LABELS,
    ContractWith,
    Order,
    Provision,
    Shift,
)
from models.jobs.take_home import Line, figures_for, take_home
from models.numbers import figure, yuan
from models.placement.placement import Placement
from models.reference.area import area_names

Topic = tuple[Sentence, list[Sentence]]


@dataclass(frozen=True)
class DisclosedTerms:
    """The terms of one order for people of one county on ``told_on``. Money in fen a month; None is unknown.

    ``uncounted`` names what is not in the take-home sum because its amount is unknown.
    """

    title: str
    enterprise: str
    city: str
    address: str
    start_on: date | None
    base_wage_fen: int | None
    wage_low_fen: int | None
    wage_high_fen: int | None
    wage_note: str
    pay_day: int | None
    hours_per_day: float | None
    days_per_week: float | None
    overtime_hours_month: int | None
    shift: Shift | None
    night_shift: bool | None
    standing_work: bool | None
    insurance: list[str] | None
    medical_fee_paid: bool | None
    board: Provision | None
    lodging: Provision | None
    room_persons: int | None
    couple_rooms: bool | None
    halal_food: bool | None
    travel: Provision | None
    contract_with: ContractWith | None
    contract_months: int | None
    probation_months: float | None
    probation_wage_fen: int | None
    contact_name: str
    lines: tuple[Line, ...]
    take_home_low_fen: int | None
    take_home_high_fen: int | None
    uncounted: tuple[Sentence, ...]
    told_on: date

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "DisclosedTerms":
        """The terms that :meth:`as_json` wrote."""
        values: dict[str, Any] = {field.name: kept.get(field.name) for field in fields(cls)}
        for name, read in READERS.items():
            values[name] = None if values[name] is None else read(values[name])
        values["lines"] = tuple(Line.from_json(line) for line in kept.get("lines", ()))
        values["uncounted"] = tuple(_uncounted(one) for one in kept.get("uncounted", ()))
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """The terms as the placement keeps them."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return values | {
            "lines": [line.as_json() for line in self.lines],
            "uncounted": [sentence.as_json() for sentence in self.uncounted],
        }

    @property
    def take_home(self) -> Sentence:
        """What is left of a month's wage: 4,650 元, a range, or 未知."""
        low, high = self.take_home_low_fen, self.take_home_high_fen
        if low is None or high is None or low == high:
            return yuan(low)
        return Sentence("%(low)s–%(high)s 元", {"low": figure(low // 100), "high": figure(high // 100)})

    @property
    def topics(self) -> list[Topic]:
        """What would be a surprise later, under its headings."""
        return [
            (Sentence("干活"), _work(self)),
            (Sentence("吃住"), _board_and_lodging(self)),
            (Sentence("工资"), _pay(self)),
            (Sentence("合同"), _contract(self)),
            (Sentence("路上"), _journey(self)),
        ]


READERS: dict[str, Callable[[str], Any]] = {
    "shift": Shift,
    "board": Provision,
    "lodging": Provision,
    "travel": Provision,
    "contract_with": ContractWith,
    "start_on": date.fromisoformat,
    "told_on": date.fromisoformat,
}
COMPUTED = {"enterprise", "city", "lines", "take_home_low_fen", "take_home_high_fen", "uncounted", "told_on"}


def _without_decimals(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _uncounted(kept: Mapping[str, Any] | str) -> Sentence:
    """One name that :meth:`DisclosedTerms.as_json` wrote; once it was the text alone, its sum lost."""
    if isinstance(kept, str):
        text = kept.partition("（")[0] if "%" in kept else kept
        return Sentence(text)
    return Sentence.from_json(kept)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def terms_to_disclose(session: Session, order: Order, county_code: str, day: date) -> DisclosedTerms:
    """What a person of ``county_code`` would be told of ``order`` on ``day``."""
    month = take_home(order, figures_for(session, order.city_code, county_code, day))
    of_order = {field.name for field in fields(DisclosedTerms)} - COMPUTED
    stated: dict[str, Any] = {name: _without_decimals(getattr(order, name)) for name in of_order}
    return DisclosedTerms(
        **stated,
        enterprise=order.enterprise.name,
        city=area_names(session, {order.city_code}).get(order.city_code, order.city_code),
        lines=tuple(month.lines),
        take_home_low_fen=month.low_fen,
        take_home_high_fen=month.high_fen,
        uncounted=tuple(month.unknown),
        told_on=day,
    )


def terms_of(session: Session, placement: Placement, day: date) -> DisclosedTerms:
    """What the person was told; before that, what the person would be told on ``day``."""
    if placement.disclosed_terms:
        return DisclosedTerms.from_json(placement.disclosed_terms)
    return terms_to_disclose(session, placement.order, placement.county_code, day)


def _three_way(value: bool | None, yes: Sentence, no: Sentence, unknown: Sentence) -> Sentence:
    return unknown if value is None else yes if value else no


def _work(terms: DisclosedTerms) -> list[Sentence]:
    hours, days = terms.hours_per_day, terms.days_per_week
    sentences = [
        Sentence("每天约 %(hours)s 小时", {"hours": figure(hours)})
        if hours
        else Sentence("每天几小时：未知"),
        Sentence("每周上 %(days)s 天班", {"days": figure(days)}) if days else Sentence("每周几天班：未知"),
        _three_way(
            terms.standing_work, Sentence("站着干活"), Sentence("坐着干活"), Sentence("站着还是坐着：未知")
        ),
        _three_way(
            terms.night_shift,
            Sentence("要上夜班"),
            Sentence("不上夜班"),
            Sentence("上不上夜班：未知，要问清"),
        ),
    ]
    return sentences + ([Sentence(SHIFT_LABELS[terms.shift])] if terms.shift else [])


def _board_and_lodging(terms: DisclosedTerms) -> list[Sentence]:
    persons = terms.room_persons
    sentences = [
        Sentence(BOARD_LABELS[terms.board]) if terms.board else Sentence("包不包吃：未知"),
        Sentence(LODGING_LABELS[terms.lodging]) if terms.lodging else Sentence("包不包住：未知"),
        Sentence("宿舍 %(persons)s 人间", {"persons": persons}) if persons else Sentence("宿舍几人间：未知"),
        _three_way(
            terms.couple_rooms,
            Sentence("有夫妻房，先问好有没有空"),
            Sentence("没有夫妻房"),
            Sentence("有没有夫妻房：未知，要问清"),
        ),
    ]
    return sentences + ([Sentence("有清真灶")] if terms.halal_food else [])


def _pay(terms: DisclosedTerms) -> list[Sentence]:
    kinds = [Sentence(kind) for kind in terms.insurance or ()]
    sentences = [
        Sentence("底薪 %(base)s，其余是加班费和补贴", {"base": yuan(terms.base_wage_fen)}),
        Sentence("每月 %(day)s 日发上月工资", {"day": terms.pay_day})
        if terms.pay_day
        else Sentence("几号发工资：未知"),
        Sentence("社保：%(kinds)s，个人要缴的部分从工资里扣", {"kinds": kinds})
        if kinds
        else Sentence("缴哪些社保：未知"),
        _three_way(
            terms.medical_fee_paid,
            Sentence("体检费厂里出"),
            Sentence("体检费自己出"),
            Sentence("体检费谁出：未知"),
        ),
    ]
    return sentences + ([Sentence(terms.wage_note)] if terms.wage_note else [])


def _contract(terms: DisclosedTerms) -> list[Sentence]:
    partner, months = terms.contract_with, terms.contract_months
    return [
        Sentence(CONTRACT_LABELS[partner]) if partner else Sentence("和谁签合同：未知"),
        Sentence("合同 %(months)s 个月", {"months": months}) if months else Sentence("合同多长：未知"),
        _probation(terms),
    ]


def _probation(terms: DisclosedTerms) -> Sentence:
    months, wage_fen = terms.probation_months, terms.probation_wage_fen
    if months is None:
        return Sentence("试用期：未知")
    if not months:
        return Sentence("没有试用期")
    if wage_fen is None:
        return Sentence("试用期 %(months)s 个月，这几个月多少工资：未知", {"months": figure(months)})
    return Sentence(
        "试用期 %(months)s 个月，每月 %(wage)s", {"months": figure(months), "wage": yuan(wage_fen)}
    )


def _journey(terms: DisclosedTerms) -> list[Sentence]:
    start, travel = terms.start_on, terms.travel
    return [
        Sentence("在%(city)s：%(place)s", {"city": terms.city, "place": terms.address or terms.city}),
        Sentence("%(day)s报到", {"day": start}) if start else Sentence("哪天报到：未知"),
        Sentence("路费：%(word)s", {"word": Sentence(TRAVEL_LABELS[travel])})
        if travel
        else Sentence("路费谁出：未知"),
    ]
