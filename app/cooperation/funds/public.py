"""What everybody may see of the money: projects, and subsidies without the few they were paid to.

A subsidy that reached fewer than ten people would tell what one of them got; its sums are hidden, and with
them whatever else would give them away by subtraction (models.published).
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cooperation.funds.queries import PAGE, Sums, sums_by_item
from models.cooperation.fund import FundAccount, FundItem, FundItemKind, FundPosting, FundStep
from models.numbers import FEW
from models.published import published
from models.reference.area import area_names


@dataclass(frozen=True)
class PublicCounty:
    """One county's year: paid fen by kind of item; None is hidden."""

    code: str
    name: str
    paid: dict[FundItemKind, int | None]
    whole: int | None


@dataclass(frozen=True)
class PublicItem:
    """One item as the public sees it. ``persons``: how many a subsidy was paid to, None for fewer than ten;
    ``sums`` is None where they are hidden."""

    item: FundItem
    county: str
    persons: int | None
    sums: Sums | None


def years(session: Session) -> list[int]:
    """The years that have money, the latest first."""
    return list(session.scalars(select(FundAccount.year).distinct().order_by(FundAccount.year.desc())))


def counties(session: Session, year: int) -> list[PublicCounty]:
    """Every county of a year, by code."""
    persons, paid = _persons(session, year), _paid(session, year)
    table = published({key: n for key, n in persons.items() if key[1] is not FundItemKind.PROJECT})
    codes = sorted({county for county, _kind in paid})
    names = area_names(session, codes)
    rows = []
    for code in codes:
        cells: dict[FundItemKind, int | None] = {}
        for kind in FundItemKind:
            is_hidden = table.cells.get((code, kind), 0) is None
            cells[kind] = None if is_hidden else paid.get((code, kind), 0)
        is_known = table.rows.get(code, 0) is not None
        whole = sum(fen for (one, _kind), fen in paid.items() if one == code)
        rows.append(PublicCounty(code, names.get(code, code), cells, whole if is_known else None))
    return rows


def items_page(session: Session, county_code: str, year: int, after: int) -> list[PublicItem]:
    """A county's items, one more than a page."""
    rows = select(FundItem).where(
        FundItem.county_code == county_code, FundItem.year == year, FundItem.id > after
    )
    found = list(session.scalars(rows.order_by(FundItem.id).limit(PAGE + 1)))
    return _told(session, found)


def item(session: Session, number: int) -> PublicItem | None:
    """One item."""
    row = session.get(FundItem, number)
    return _told(session, [row])[0] if row else None


def _told(session: Session, rows: list[FundItem]) -> list[PublicItem]:
    sums = sums_by_item(session, [row.id for row in rows])
    names = area_names(session, {row.county_code for row in rows})
    shown: dict[int, dict[tuple[str, FundItemKind], int | None]] = {}
    told = []
    for row in rows:
        if row.kind is FundItemKind.PROJECT:
            told.append(PublicItem(row, names.get(row.county_code, ""), None, sums[row.id]))
            continue
        if row.year not in shown:
            shown[row.year] = published(_persons(session, row.year)).cells
        persons = shown[row.year].get((row.county_code, row.kind), 0)
        told.append(
            PublicItem(
                row, names.get(row.county_code, ""), persons, sums[row.id] if persons is not None else None
            )
        )
    return told


def is_few(households: int | None) -> bool:
    """Whether so few households are reached that their number is not told."""
    return households is not None and 0 < households < FEW


def months(session: Session, number: int) -> list[tuple[str, int]]:
    """What was paid of a project by month; subsidies are told by the year only."""
    rows = select(FundPosting.posted_on, FundPosting.step, FundPosting.amount_fen).where(
        FundPosting.item_id == number, FundPosting.step.in_((FundStep.PAY, FundStep.REVERSE))
    )
    sums: dict[str, int] = defaultdict(int)
    for day, step, fen in session.execute(rows.order_by(FundPosting.id).limit(5000)):
        sums[f"{day:%Y-%m}"] += fen if step is FundStep.PAY else -fen
    return sorted(sums.items())


def _persons(session: Session, year: int) -> dict[tuple[str, FundItemKind], int]:
    rows = (
        select(FundItem.county_code, FundItem.kind, FundPosting.step, func.sum(FundPosting.persons))
        .join(FundItem, FundItem.id == FundPosting.item_id)
        .where(FundPosting.year == year, FundPosting.step.in_((FundStep.SUBSIDY, FundStep.SUBSIDY_BACK)))
        .group_by(FundItem.county_code, FundItem.kind, FundPosting.step)
    )
    persons: dict[tuple[str, FundItemKind], int] = defaultdict(int)
    for county, kind, step, count in session.execute(rows):
        persons[county, kind] += int(count) if step is FundStep.SUBSIDY else -int(count)
    return {key: max(0, count) for key, count in persons.items()}


def _paid(session: Session, year: int) -> dict[tuple[str, FundItemKind], int]:
    rows = select(FundItem).where(FundItem.year == year).order_by(FundItem.id)
    found = list(session.scalars(rows.limit(5000)))
    sums = sums_by_item(session, [row.id for row in found])
    paid: dict[tuple[str, FundItemKind], int] = defaultdict(int)
    for row in found:
        paid[row.county_code, row.kind] += sums[row.id].paid
    return dict(paid)
