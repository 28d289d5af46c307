"""The take-home line: what is left of a month's wage, added up so that nothing surprises the worker later.

Wage as told, less the worker's own share of the insurance, board, lodging, utilities and the city's other
living cost, plus subsidies. A figure that is not known is named as unknown and counted in neither direction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.jobs.order import Order, Provision
from models.numbers import UNKNOWN, figure
from models.reference.area import Area
from models.reference.dated_fact import MoneyFigure, holds_on

LIVING_COST, SUBSIDY, INSURANCE, HEAT = "living_cost", "subsidy", "insurance", "heat"
INSURED_SUM = "insured_sum"  # the floor and ceiling of what contributions are counted of (缴费基数)
FLOOR, CEILING = "下限", "上限"
BOARD_PREFIX, LODGING_PREFIX = "伙食", "房租"
DEDUCTED_INSURANCE = {"养老", "医疗", "失业", "公积金"}  # 社会保险法 10、23、44条: 个人也要缴一部分


@dataclass(frozen=True)
class Line:
    """One line of the sum: signed fen a month, None where the amount is unknown.

    ``high_fen`` is the upper end, for a wage that has two.
    """

    sentence: Sentence
    fen: int | None
    high_fen: int | None = None
    note: Sentence | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Line":
        """The line that :meth:`as_json` wrote."""
        text, params, note = kept["label"], kept["params"], kept["note"]
        sentence = Sentence(text, params)
        return cls(sentence, kept["fen"], kept["high_fen"], Sentence(note) if note else None)

    def as_json(self) -> dict[str, Any]:
        """The line as a placement keeps it."""
        return {
            "label": self.sentence.text,
            "params": dict(self.sentence.params),
            "fen": self.fen,
            "high_fen": self.high_fen,
            "note": self.note.text if self.note else "",
        }

    @property
    def amount(self) -> Sentence:
        """Signed yuan, or a range where the wage has two ends."""
        if self.fen is None:
            return UNKNOWN
        if self.high_fen is None:
            sign = "− " if self.fen < 0 else "+ " if self.fen > 0 else ""
            return Sentence(f"{sign}{figure(abs(self.fen) / 100)}")
        low, high = figure(self.fen / 100), figure(self.high_fen / 100)
        return Sentence(low if low == high else f"{low}–{high}")


@dataclass(frozen=True)
class TakeHome:
    """The lines and what they add up to; both ends are None while the wage itself is unknown.

    ``unknown`` names what is not in the sum, so that the page can say so.
    """

    lines: list[Line]
    low_fen: int | None
    high_fen: int | None
    unknown: list[Sentence]


def take_home(order: Order, figures: Iterable[MoneyFigure]) -> TakeHome:
    """Add up one month at ``order`` with the figures of its city and the worker's county (figures_for)."""
    costs = [row for row in figures if row.kind == LIVING_COST]
    shares = [row for row in figures if row.kind == INSURANCE and row.percent is not None]
    own = _own_insurance(order, shares, [row for row in figures if row.kind == INSURED_SUM])
    lines = [*_wage(order), *own, _board(order, costs), *_lodging(order, costs), *_other_costs(costs)]
    lines += [Line(Sentence(row.name), row.monthly_fen) for row in figures if row.kind == SUBSIDY]
    unknown = [line.sentence for line in lines if line.fen is None] + _uncounted(order, shares if own else [])
    unknown += [_heat(row) for row in figures if row.kind == HEAT]
    rest = sum(line.fen or 0 for line in lines[1:])
    low, high = lines[0].fen, lines[0].high_fen
    if low is None or high is None:
        return TakeHome(lines, None, None, unknown)
    return TakeHome(lines, low + rest, high + rest, unknown)


def _wage(order: Order) -> list[Line]:
    low, high = order.wage_low_fen, order.wage_high_fen
    if low is None and high is None:
        base = order.base_wage_fen
        return [Line(Sentence("底薪，不含加班"), base, base), Line(Sentence("加班费"), None)]
    low, high = (high if low is None else low), (low if high is None else high)
    if order.overtime_hours_month is None:
        return [Line(Sentence("底薪和加班费"), low, high)]
    hours = {"hours": order.overtime_hours_month}
    return [Line(Sentence("底薪和加班费（每月约加班 %(hours)s 小时）", hours), low, high)]


def _board(order: Order, costs: list[MoneyFigure]) -> Line:
    if order.board is None:
        return Line(Sentence("伙食"), None, note=Sentence("企业没有说包不包吃"))
    if order.board is Provision.FREE:
        return Line(Sentence("伙食"), 0, note=Sentence("企业包吃"))
    if order.board_cost_fen is not None:
        return Line(Sentence("伙食自付"), -order.board_cost_fen)
    usual = _usual(costs, BOARD_PREFIX)
    if order.board is Provision.PART:
        return Line(Sentence("伙食自付"), usual, note=Sentence("有餐补，按当地全额伙食算，实际会少些"))
    return Line(Sentence("伙食自付"), usual, note=Sentence("按当地一般伙食算"))


def _lodging(order: Order, costs: list[MoneyFigure]) -> list[Line]:
    if order.lodging is None:
        return [Line(Sentence("住宿"), None, note=Sentence("企业没有说包不包住"))]
    if order.lodging is Provision.SELF and order.lodging_cost_fen is None:
        return [
            Line(Sentence("房租水电自付"), _usual(costs, LODGING_PREFIX), note=Sentence("按当地一般房租算"))
        ]
    utilities = None if order.utilities_cost_fen is None else -order.utilities_cost_fen
    if order.lodging is Provision.FREE:
        return [Line(Sentence("住宿"), 0, note=Sentence("企业包住")), Line(Sentence("水电"), utilities)]
    rent = None if order.lodging_cost_fen is None else -order.lodging_cost_fen
    return [Line(Sentence("房费自付"), rent), Line(Sentence("水电"), utilities)]


def _other_costs(costs: list[MoneyFigure]) -> list[Line]:
    counted = (BOARD_PREFIX, LODGING_PREFIX)
    other = [
        Line(Sentence(cost.name), -cost.monthly_fen) for cost in costs if not cost.name.startswith(counted)
    ]
    return other or [Line(Sentence("当地其他开销"), None)]


def _usual(costs: list[MoneyFigure], prefix: str) -> int | None:
    return next((-cost.monthly_fen for cost in costs if cost.name.startswith(prefix)), None)


def _own_insurance(order: Order, shares: list[MoneyFigure], sums: list[MoneyFigure]) -> list[Line]:
    """What is kept back for the kinds promised, of the base wage or, where it is not told, the lower end.

    The sum insured has a floor and a ceiling of its own (职工工资的 60% 至 300%); where the city's
    are not known, the line is an estimate and says so. It is the largest deduction there is.
    """
    wage = order.base_wage_fen or order.wage_low_fen or order.wage_high_fen
    counted = [row for row in shares if _insured(row, order)]
    if not (wage and counted):
        return []
    percent = sum((row.percent or Decimal(0) for row in counted), Decimal(0))
    text = Sentence("社保个人部分（约 %(percent)s%%）", {"percent": f"{percent.normalize():f}"})
    is_verified = all(row.verified for row in (*counted, *sums))
    return [Line(text, -int(_insured_sum(wage, sums) * percent / 100), note=_how_insured(sums, is_verified))]


def _insured_sum(wage: int, sums: list[MoneyFigure]) -> int:
    """``wage`` between the floor and the ceiling of the place, as far as they are known."""
    floor, ceiling = (
        next((row.monthly_fen for row in sums if row.name.endswith(end)), None) for end in (FLOOR, CEILING)
    )
    return min(max(wage, floor or wage), ceiling or max(wage, floor or wage))


def _how_insured(sums: list[MoneyFigure], is_verified: bool) -> Sentence:
    if sums:
        return Sentence("按当地缴费基数算") if is_verified else Sentence("按当地缴费基数算，数字待核")
    if is_verified:
        return Sentence("按底薪估算，当地缴费基数的上下限未知")
    return Sentence("按底薪估算，当地缴费基数的上下限未知，比例待核")


def _insured(share: MoneyFigure, order: Order) -> bool:
    return any(share.name.startswith(kind) for kind in order.insurance or ())


def _heat(row: MoneyFigure) -> Sentence:
    """The employer owes it from June to October where it is hot; nobody knows of an order whether it is."""
    return Sentence("高温津贴（6至10月高温岗位每月 %(sum)s 元）", {"sum": figure(row.monthly_fen / 100)})


def _uncounted(order: Order, counted: list[MoneyFigure]) -> list[Sentence]:
    """The insurance nobody told of, or whose share is not known."""
    if order.insurance is None:
        return [Sentence("社保个人要缴的部分")]
    kinds = DEDUCTED_INSURANCE & set(order.insurance)
    left = sorted(kind for kind in kinds if not any(row.name.startswith(kind) for row in counted))
    if not left:
        return []
    if not counted:
        return [Sentence("社保个人要缴的部分")]
    return [Sentence("%(kinds)s个人要缴的部分", {"kinds": left})]


def figures_for(session: Session, city_code: str, county_code: str | None, day: date) -> list[MoneyFigure]:
    """The figures that hold on ``day`` for work in ``city_code`` by a person of ``county_code``."""
    return figure_book(session, {city_code}, county_code, day)[city_code]


def figure_book(
    session: Session, city_codes: Iterable[str], county_code: str | None, day: date
) -> dict[str, list[MoneyFigure]]:
    """``figures_for`` of several cities at once, in two queries.

    A district's figure goes before its city's and that before its province's of the same name, a later one
    before an earlier one.
    """
    wanted = set(city_codes)
    rows = session.execute(select(Area.code, Area.prefecture_code).where(Area.code.in_(wanted)))
    above = {code: prefecture or code for code, prefecture in rows}
    owners = wanted | set(above.values()) | {_province(code) for code in wanted} | {county_code or ""}
    statement = (
        select(MoneyFigure)
        .where(MoneyFigure.owner_code.in_(owners), holds_on(MoneyFigure, day))
        .order_by(MoneyFigure.valid_from, MoneyFigure.id)
    )
    known = session.scalars(statement).all()
    return {
        code: _nearest(known, (_province(code), above.get(code, code), code, county_code)) for code in wanted
    }


def _province(code: str) -> str:
    return f"{code[:2]}0000"


def _nearest(known: Iterable[MoneyFigure], owners: tuple[str | None, ...]) -> list[MoneyFigure]:
    chosen: dict[tuple[str, str], MoneyFigure] = {}
    for owner in owners:
        chosen |= {(row.kind, row.name): row for row in known if row.owner_code == owner}
    return list(chosen.values())
