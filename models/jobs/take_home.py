"""The take-home line: what is left of a month's wage, added up so that nothing surprises the worker later.

Wage as told, less board, lodging, utilities and the city's other living cost, plus subsidies. A figure nobody
has given is named as unknown and counted in neither direction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.i18n import N_
from models.jobs.order import Order, Provision
from models.reference.area import Area
from models.reference.dated_fact import MoneyFigure, holds_on

LIVING_COST, SUBSIDY = "living_cost", "subsidy"
BOARD_PREFIX, LODGING_PREFIX = "伙食", "房租"
DEDUCTED_INSURANCE = {"养老", "医疗", "失业", "公积金"}  # 社会保险法 10、23、44条: 个人也要缴一部分


@dataclass(frozen=True)
class Line:
    """One line of the sum: ``label`` (a msgid) filled with ``params``, signed fen a month, ``note`` (a
    msgid).

    ``fen`` is None where nobody has told the sum. ``high_fen`` is the upper end, for the wage alone.
    """

    label: str
    fen: int | None
    params: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    high_fen: int | None = None


@dataclass(frozen=True)
class TakeHome:
    """The lines and what they add up to; both ends are None while the wage itself is unknown.

    ``unknown`` names (msgids) what is not in the sum, so that the page can say so.
    """

    lines: list[Line]
    low_fen: int | None
    high_fen: int | None
    unknown: list[str]


def take_home(order: Order, figures: Iterable[MoneyFigure]) -> TakeHome:
    """Add up one month at ``order`` with the figures of its city and the worker's county (figures_for)."""
    costs = [figure for figure in figures if figure.kind == LIVING_COST]
    lines = [*_wage(order), _board(order, costs), *_lodging(order, costs), *_other_costs(costs)]
    lines += [Line(figure.name, figure.monthly_fen) for figure in figures if figure.kind == SUBSIDY]
    unknown = [line.label for line in lines if line.fen is None] + _uncounted(order)
    rest = sum(line.fen or 0 for line in lines[1:])
    low, high = lines[0].fen, lines[0].high_fen
    if low is None or high is None:
        return TakeHome(lines, None, None, unknown)
    return TakeHome(lines, low + rest, high + rest, unknown)


def _wage(order: Order) -> list[Line]:
    low, high = order.wage_low_fen, order.wage_high_fen
    if low is None and high is None:
        base = order.base_wage_fen
        return [Line(N_("底薪，不含加班"), base, high_fen=base), Line(N_("加班费"), None)]
    low, high = (high if low is None else low), (low if high is None else high)
    if order.overtime_hours_month is None:
        return [Line(N_("底薪和加班费"), low, high_fen=high)]
    hours = {"hours": order.overtime_hours_month}
    return [Line(N_("底薪和加班费（每月约加班 %(hours)s 小时）"), low, hours, high_fen=high)]


def _board(order: Order, costs: list[MoneyFigure]) -> Line:
    if order.board is None:
        return Line(N_("伙食"), None, note=N_("企业没有说包不包吃"))
    if order.board is Provision.FREE:
        return Line(N_("伙食"), 0, note=N_("企业包吃"))
    if order.board_cost_fen is not None:
        return Line(N_("伙食自付"), -order.board_cost_fen)
    usual = _usual(costs, BOARD_PREFIX)
    if order.board is Provision.PART:
        return Line(N_("伙食自付"), usual, note=N_("有餐补，按当地全额伙食算，实际会少些"))
    return Line(N_("伙食自付"), usual, note=N_("按当地一般伙食算"))


def _lodging(order: Order, costs: list[MoneyFigure]) -> list[Line]:
    if order.lodging is None:
        return [Line(N_("住宿"), None, note=N_("企业没有说包不包住"))]
    if order.lodging is Provision.SELF and order.lodging_cost_fen is None:
        return [Line(N_("房租水电自付"), _usual(costs, LODGING_PREFIX), note=N_("按当地一般房租算"))]
    utilities = None if order.utilities_cost_fen is None else -order.utilities_cost_fen
    if order.lodging is Provision.FREE:
        return [Line(N_("住宿"), 0, note=N_("企业包住")), Line(N_("水电"), utilities)]
    rent = None if order.lodging_cost_fen is None else -order.lodging_cost_fen
    return [Line(N_("房费自付"), rent), Line(N_("水电"), utilities)]


def _other_costs(costs: list[MoneyFigure]) -> list[Line]:
    counted = (BOARD_PREFIX, LODGING_PREFIX)
    other = [Line(cost.name, -cost.monthly_fen) for cost in costs if not cost.name.startswith(counted)]
    return other or [Line(N_("当地其他开销"), None)]


def _usual(costs: list[MoneyFigure], prefix: str) -> int | None:
    return next((-cost.monthly_fen for cost in costs if cost.name.startswith(prefix)), None)


def _uncounted(order: Order) -> list[str]:
    if order.insurance is None or DEDUCTED_INSURANCE & set(order.insurance):
        return [N_("社保个人要缴的部分")]
    return []


def figures_for(session: Session, city_code: str, county_code: str | None, day: date) -> list[MoneyFigure]:
    """Return the figures that hold on ``day`` for work in ``city_code`` by somebody of ``county_code``."""
    return figure_book(session, {city_code}, county_code, day)[city_code]


def figure_book(
    session: Session, city_codes: Iterable[str], county_code: str | None, day: date
) -> dict[str, list[MoneyFigure]]:
    """Return ``figures_for`` of several cities at once, in two queries.

    A district's figure goes before its city's of the same name, a later one before an earlier one.
    """
    wanted = set(city_codes)
    rows = session.execute(select(Area.code, Area.prefecture_code).where(Area.code.in_(wanted)))
    above = {code: prefecture or code for code, prefecture in rows}
    owners = wanted | set(above.values()) | {county_code or ""}
    statement = (
        select(MoneyFigure)
        .where(MoneyFigure.owner_code.in_(owners), holds_on(MoneyFigure, day))
        .order_by(MoneyFigure.valid_from, MoneyFigure.id)
    )
    known = session.scalars(statement).all()
    return {code: _nearest(known, (above.get(code, code), code, county_code)) for code in wanted}


def _nearest(known: Iterable[MoneyFigure], owners: tuple[str | None, ...]) -> list[MoneyFigure]:
    chosen: dict[tuple[str, str], MoneyFigure] = {}
    for owner in owners:
        chosen |= {(figure.kind, figure.name): figure for figure in known if figure.owner_code == owner}
    return list(chosen.values())
