"""The legal check of an order: its posting, the minimum wage of its city and day, its findings kept and
marked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from sqlalchemy.orm import Session

from app.kit import reference_files
from models.jobs.order import Order, OrderFinding
from models.posting_law import EarlierFloor, Finding, Floor, Posting, check_posting
from models.posting_law import MinimumWage as FloorOf
from models.posting_law.doubts import machine_doubts
from models.reference.ageing import is_aged, old_since
from models.reference.area import Area
from models.reference.dated_fact import MinimumWage, minimum_wage_on, verified_minimum_wage

# Free text of the form beside the description; it is read as further lines of it, so that nothing hides
# there.
FURTHER_TEXT = ("wage_note", "certificates", "skills", "further_text")


@dataclass(frozen=True)
class Segment:
    """A stretch of text and the numbers (from 1) of the findings it belongs to; ``blocks``: one forbids
    it."""

    text: str
    numbers: tuple[int, ...]
    blocks: bool


def recheck(session: Session, order: Order, wages: FloorOf | None = None) -> None:
    """Check ``order`` against the law as of its ``posted_on`` and keep what was found.

    ``wages`` is given where many orders are checked one after the other (see wage_table).
    """
    findings = examine(posting_of(order), wages or wage_table(session))
    order.findings = [_kept(order, finding) for finding in findings]


def examine(posting: Posting, wages: FloorOf) -> list[Finding]:
    """What the rules find, then what the machine doubts where they are silent (never a block)."""
    findings = check_posting(posting, wages)
    return [*findings, *machine_doubts(posting, findings)]


def posting_of(order: Order) -> Posting:
    """The order as the legal check reads it; wages in yuan."""
    return Posting(
        title=order.title,
        description="\n".join(_texts(order).values()),
        city_code=order.city_code,
        base_wage_yuan=_yuan(order.base_wage_fen),
        posted_on=order.posted_on,
        min_age=order.min_age,
        max_age=order.max_age,
        hours_per_day=_number(order.hours_per_day),
        days_per_week=_number(order.days_per_week),
        overtime_hours_month=order.overtime_hours_month,
        probation_months=_number(order.probation_months),
        probation_wage_yuan=_yuan(order.probation_wage_fen),
        contract_months=order.contract_months,
        social_insurance=None if order.insurance is None else frozenset(order.insurance),
        total_wage_low=_yuan(order.wage_low_fen),
        total_wage_high=_yuan(order.wage_high_fen),
        night_shift=order.night_shift,
        pay_day=order.pay_day,
    )


def _texts(order: Order) -> dict[str, str]:
    texts = {"description": order.description or ""}
    for name in FURTHER_TEXT:
        value = getattr(order, name) or ""
        if joined := value if isinstance(value, str) else "、".join(value):
            texts[name] = joined
    return texts


def _yuan(fen: int | None) -> int | None:
    return None if fen is None else fen // 100


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _kept(order: Order, finding: Finding) -> OrderFinding:
    name, start, end = finding.field, finding.start, finding.end
    params = finding.sentence.as_json()["params"]
    if name == "description" and start is not None and end is not None:
        name, offset = _place(order, start)
        start, end = start - offset, end - offset
        if name == "further_text":
            params["column"] = _column_at(order.further_text, start)
    return OrderFinding(
        level=finding.level.value,
        rule=finding.rule,
        passage=finding.passage[:400],
        reason=finding.sentence.text,
        params=params,
        source=finding.source[:200],
        field=name,
        start=start,
        end=end,
    )


def _column_at(text: str, place: int) -> str:
    """The heading of the enterprise's own sheet under which a place of its further words stood."""
    lines = text[: text.find("\n", place) if "\n" in text[place:] else None].split("\n")
    return lines[-1].partition("：")[0] if "：" in lines[-1] else ""


def _place(order: Order, start: int) -> tuple[str, int]:
    """Which text of the order a position of the joined ones falls in, and where that text begins."""
    offset, here = 0, ("description", 0)
    for name, text in _texts(order).items():
        if start >= offset:
            here = (name, offset)
        offset += len(text) + 1
    return here


def segments(text: str, field: str, findings: Iterable[OrderFinding]) -> list[Segment]:
    """Cut ``text`` at the edges of the passages found in ``field``, so that a page can mark them."""
    inside = [
        (number, finding)
        for number, finding in enumerate(findings, 1)
        if finding.field == field and finding.start is not None
    ]
    edges = sorted(
        {
            0,
            len(text),
            *(edge for _, finding in inside for edge in (finding.start, finding.end) if edge is not None),
        }
    )
    return list(_cut(text, edges, inside))


def _cut(text: str, edges: list[int], inside: list[tuple[int, OrderFinding]]) -> Iterator[Segment]:
    for start, end in pairwise(edges):
        over = [
            (n, finding)
            for n, finding in inside
            if (finding.start or 0) <= start and end <= (finding.end or 0)
        ]
        blocks = any(finding.level == "block" for _, finding in over)
        yield Segment(text[start:end], tuple(n for n, _ in over), blocks)


def _floor(row: MinimumWage, day: date, verified: MinimumWage | None) -> Floor:
    """``verified``: the newest verified row of the city that holds on ``day`` or held before."""
    earlier = EarlierFloor(verified.monthly_yuan, verified.source, verified.valid_from) if verified else None
    return Floor(
        row.monthly_yuan,
        row.source,
        row.verified,
        float(row.hourly_yuan),
        row.hourly_verified,
        old_since(row) if is_aged(row, day) else None,
        None if row.verified else earlier,
    )


def wage_table(session: Session) -> FloorOf:
    """A look-up of minimum wages in the tables, each read once; a district has that of its city."""

    @cache
    def find(city_code: str, day: date) -> Floor | None:
        row = minimum_wage_on(session, city_code, day)
        if row is None and (area := session.get(Area, city_code)) and area.prefecture_code:
            row = minimum_wage_on(session, area.prefecture_code, day)
        return _floor(row, day, verified_minimum_wage(session, row.city_code, day)) if row else None

    return find


def shipped_wage_table() -> FloorOf:
    """The same look-up over the shipped files, for a machine that has no tables yet."""
    above = {area["code"]: area["prefecture_code"] for area in reference_files.areas()}
    shipped = (MinimumWage(**row) for row in reference_files.minimum_wages())
    rows = sorted(shipped, key=lambda row: row.valid_from, reverse=True)

    def find(city_code: str, day: date) -> Floor | None:
        for city in (city_code, above.get(city_code)):
            for row in rows:
                if row.city_code == city and row.valid_from <= day <= (row.valid_to or day):
                    before = (one for one in rows if one.city_code == city and one.valid_from <= day)
                    return _floor(row, day, next((one for one in before if one.verified), None))
        return None

    return find
