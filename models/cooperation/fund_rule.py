"""What a year's money is by rule (粤办发〔2016〕32号 article 10): so much a county, and who bears it.

53 counties, 10 million yuan each on average from 2016; 百色 and 河池 paid by 深圳 alone, the five prefectures
elsewhere by province and city as 3 : 7. "Grows moderately every year": a later year is a row of its own. How
东莞 and 中山 share their seven tenths the document does not say, so it stays unsaid here.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Recorded
from models.reference.area import GUANGDONG
from models.reference.dated_fact import Dated, Pairing, ProgrammeCounty, holds_on


class FundRule(Dated, Recorded, Base):
    """From when how many yuan a county, borne in which parts. ``helper_code`` is a city, or 广东省 for every
    city that has no row of its own."""

    __tablename__ = "fund_rule"
    __table_args__ = (
        CheckConstraint("province_parts >= 0 AND city_parts > 0", name="parts"),
        CheckConstraint("county_yuan > 0", name="sum"),
    )
    MONTHS_FRESH = 12
    SCOPE = ("helper_code",)

    helper_code: Mapped[str] = mapped_column(String(9), index=True)
    county_yuan: Mapped[int] = mapped_column(BigInteger)
    province_parts: Mapped[int]
    city_parts: Mapped[int]

    @property
    def parts(self) -> tuple[int, int]:
        """Province and city."""
        return self.province_parts, self.city_parts


@dataclass(frozen=True)
class YearPlan:
    """What a prefecture is to get in a year, in fen, and from whom."""

    year: int
    prefecture_code: str
    helper_codes: tuple[str, ...]
    counties: tuple[str, ...]
    rule: FundRule

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.rule.county_yuan * 100 * len(self.counties)

    @property
    def province_fen(self) -> int:
        """The province's part."""
        return share(self.total_fen, self.rule.parts)

    @property
    def city_fen(self) -> int:
        """The part of the helping city, or of both together where there are two."""
        return self.total_fen - self.province_fen


def share(total_fen: int, parts: tuple[int, int]) -> int:
    """The province's part of a sum, to the nearest fen (half a fen goes to the province)."""
    first, second = parts
    return (2 * total_fen * first + first + second) // (2 * (first + second))


def last_day(year: int) -> date:
    """The day by which a year's list and pairings count: those of 2016 hold from 25 December."""
    return date(year, 12, 31)


def year_plan(session: Session, year: int) -> list[YearPlan]:
    """The year's table by rule, by the prefecture's code; empty for a year before the programme."""
    day = last_day(year)
    helpers, rules = _helpers(session, day), _rules(session, day)
    counties: Mapping[str, list[str]] = defaultdict(list)
    rows = select(ProgrammeCounty.prefecture_code, ProgrammeCounty.area_code)
    for prefecture, county in session.execute(rows.where(holds_on(ProgrammeCounty, day))):
        counties[prefecture].append(county)
    plans = []
    for prefecture, codes in sorted(counties.items()):
        cities = tuple(sorted(helpers.get(prefecture, ())))
        rule = next((rules[code] for code in (*cities, GUANGDONG) if code in rules), None)
        if cities and rule:
            plans.append(YearPlan(year, prefecture, cities, tuple(sorted(codes)), rule))
    return plans


def rule_for(session: Session, city_code: str, day: date) -> FundRule | None:
    """The rule that holds for a city's money on a day."""
    rules = _rules(session, day)
    return rules.get(city_code) or rules.get(GUANGDONG)


def _rules(session: Session, day: date) -> dict[str, FundRule]:
    rows = session.scalars(select(FundRule).where(holds_on(FundRule, day)))
    return {rule.helper_code: rule for rule in rows}


def _helpers(session: Session, day: date) -> dict[str, set[str]]:
    """The cities by prefecture that help it on a day; the province's own pairings are no city's."""
    rows = select(Pairing.recipient_code, Pairing.helper_code).where(
        holds_on(Pairing, day), Pairing.helper_code != GUANGDONG, Pairing.recipient_code.like("%00")
    )
    helpers: dict[str, set[str]] = defaultdict(set)
    for prefecture, city in session.execute(rows):
        helpers[prefecture].add(city)
    return helpers
