"""Facts that change: each with valid_from, valid_to and source; code asks "as of this date"."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, Index, Numeric, String, and_, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.access import Role, by_area
from models.asked_before import asked_before
from models.base import Base, Recorded
from models.reference.area import Area
from models.reference.feasts import Feast
from models.reference.release import RuleState
from models.reference.sourced import Confidence, Sourced
from models.types import EnumText


class Dated(Sourced):
    """Mixin: from when to when a fact holds, beside where it stands and how sure it is."""

    SCOPE: ClassVar[tuple[str, ...]] = ()
    """The columns that say what a fact is about: no two rows that agree in them hold on one day."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    @property
    def last_day(self) -> date:
        """The last day on which it holds; the end of time for what still holds."""
        return self.valid_to or date.max


class Pairing(Dated, Recorded, Base):
    """Who helps whom (粤办发〔2016〕32号 二、3-5)."""

    __tablename__ = "pairing"
    SCOPE = ("recipient_code", "helper_code", "helper_name", "relation", "kind")

    recipient_code: Mapped[str] = mapped_column(String(9), index=True)
    recipient_name: Mapped[str] = mapped_column(String(40))
    helper_code: Mapped[str] = mapped_column(String(9), index=True)
    helper_name: Mapped[str] = mapped_column(String(40))
    relation: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))


class ProgrammeCounty(Dated, Recorded, Base):
    """A county of the programme's list (粤办发〔2016〕32号 三、10: 53 of them), or of its widening in 2017.

    History, which does not grow old.
    """

    __tablename__ = "programme_county"
    MONTHS_FRESH = None

    area_code: Mapped[str] = mapped_column(String(9), index=True)
    name: Mapped[str] = mapped_column(String(40))
    prefecture_code: Mapped[str] = mapped_column(String(9))
    poverty_type: Mapped[str] = mapped_column(String(40))
    helper_city_code: Mapped[str] = mapped_column(String(9), index=True)


class MinimumWage(Dated, Recorded, Base):
    """The minimum wage of one city: yuan a month full time, yuan an hour part time.

    Each of the two sums has its own confidence: the one may be seen in print, the other remembered. Guangdong
    raises them every year and a half to two years, so a row that is older deserves a look.
    """

    __tablename__ = "minimum_wage"
    MONTHS_FRESH = 18
    SCOPE = ("city_code",)
    __table_args__ = (Index("ix_minimum_wage_city_from", "city_code", "valid_from"),)

    city_code: Mapped[str] = mapped_column(String(9))
    city_name: Mapped[str] = mapped_column(String(40))
    monthly_yuan: Mapped[int]
    hourly_yuan: Mapped[Decimal] = mapped_column(Numeric(6, 1))
    hourly_confidence: Mapped[Confidence | None] = mapped_column(EnumText(Confidence))
    hourly_verified: Mapped[bool] = mapped_column(default=False)


class CodeItem(Dated, Recorded, Base):
    """One value of a code list, known by its name (codes differ between systems: domain.md 0.5)."""

    __tablename__ = "code_item"
    MONTHS_FRESH = 36
    SCOPE = ("list_name", "code", "name")

    list_name: Mapped[str] = mapped_column(String(40), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))


class Occupation(Dated, Recorded, Base):
    """An occupation of 国家职业分类大典 2022, or one of our own where it has none (普工)."""

    __tablename__ = "occupation"
    MONTHS_FRESH = 36
    SCOPE = ("code",)

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(30), default="")
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)


class Skill(Dated, Recorded, Base):
    """A skill or certificate with its colloquial names."""

    __tablename__ = "skill"
    MONTHS_FRESH = 36
    SCOPE = ("name",)

    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)
    licence_required: Mapped[bool] = mapped_column(default=False)


class Holiday(Dated, Recorded, Base):
    """Days on which offices rest for a feast, or work to make up for it, by the year's notice of the State
    Council. From ``valid_from`` to ``valid_to``, both included; None is the one day ``valid_from``."""

    __tablename__ = "holiday"
    MONTHS_FRESH = None
    SCOPE = ("feast",)

    feast: Mapped[Feast] = mapped_column(EnumText(Feast))
    is_workday: Mapped[bool] = mapped_column(default=False)

    @property
    def last_day(self) -> date:
        """Its last day: one day where none is written."""
        return self.valid_to or self.valid_from


class MoneyFigure(Dated, Recorded, Base):
    """A sum a month in the take-home line: a county's subsidy, a city's cost of living. Fen; owner edits it.

    ``percent`` stands in its place for what is a share of the wage: the worker's own part of the insurance.
    """

    __tablename__ = "money_figure"
    MONTHS_FRESH = 12
    SCOPE = ("owner_code", "kind", "name")

    owner_code: Mapped[str] = mapped_column(String(9), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    monthly_fen: Mapped[int]
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    __scope__ = {Role.COUNTY: by_area("owner_code"), Role.CITY: by_area("owner_code")}


def holds_on(model: type[Dated], day: date) -> ColumnElement[bool]:
    """The rows of a dated table that hold on ``day``."""
    return (model.valid_from <= day) & or_(model.valid_to.is_(None), model.valid_to >= day)


def overlapping(session: Session, fact: Dated, besides: Collection[Any] = ()) -> Dated | None:
    """The row of the same scope that holds on a day on which ``fact`` would; None where the scope is free.

    ``besides`` are rows that do not count: the one that ``fact`` is a copy of, or takes the place of.
    """
    model: Any = type(fact)
    if not model.SCOPE:
        return None
    statement = select(model).where(*(getattr(model, name) == getattr(fact, name) for name in model.SCOPE))
    if hasattr(model, "state"):  # what waits for its release, or was replaced, holds on no day
        statement = statement.where(model.state == RuleState.LIVE)
    with session.no_autoflush:
        rows: Sequence[Dated] = session.scalars(statement).all()
    return next((row for row in rows if row not in (fact, *besides) and meet(row, fact)), None)


def meet(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both would hold."""
    return one.valid_from <= other.last_day and other.valid_from <= one.last_day


def minimum_wage_on(session: Session, city_code: str, day: date) -> MinimumWage | None:
    """The minimum wage of a city on ``day`` (劳动法 48条), or None where the table has none."""
    return session.scalar(
        select(MinimumWage)
        .where(MinimumWage.city_code == city_code, holds_on(MinimumWage, day))
        .order_by(MinimumWage.valid_from.desc())
        .limit(1)
    )


def verified_minimum_wage(session: Session, city_code: str, day: date) -> MinimumWage | None:
    """The newest verified minimum wage of a city that is in force on ``day`` or was before it."""
    return session.scalar(
        select(MinimumWage)
        .where(MinimumWage.city_code == city_code, MinimumWage.valid_from <= day, MinimumWage.verified)
        .order_by(MinimumWage.valid_from.desc())
        .limit(1)
    )


def helper_cities(session: Session, county_code: str, day: date) -> tuple[str, ...]:
    """The prefecture codes of the Guangdong cities that help the county's prefecture on ``day``.

    Asked once a transaction (models/asked_before.py), as lists may: no act is refused by it.
    """
    return asked_before(session, ("helpers", county_code, day), lambda: _helpers(session, county_code, day))


def _helpers(session: Session, county_code: str, day: date) -> tuple[str, ...]:
    prefecture = select(Area.prefecture_code).where(Area.code == county_code).scalar_subquery()
    rows = session.scalars(
        select(Pairing.helper_code)
        .where(Pairing.recipient_code == prefecture, holds_on(Pairing, day))
        .order_by(Pairing.helper_code)
    )
    return tuple(dict.fromkeys(rows))


def partner_cities(session: Session, county_code: str, day: date) -> tuple[str, ...]:
    """The cities a county works with: those that help it on ``day``, else those that did last.

    When a pairing ends (凉山's in 2021) people stay where they found work, and their counties go on with it.
    """
    return helper_cities(session, county_code, day) or _last_helpers(session, county_code, day)


def _last_helpers(session: Session, county_code: str, day: date) -> tuple[str, ...]:
    ended = pairing_ended_on(session, county_code, day)
    return helper_cities(session, county_code, ended) if ended else ()


def pairing_ended_on(session: Session, county_code: str, day: date) -> date | None:
    """The last day of the latest pairing of the county's prefecture that has ended by ``day``."""
    prefecture = select(Area.prefecture_code).where(Area.code == county_code).scalar_subquery()
    last = select(func.max(Pairing.valid_to)).where(
        Pairing.recipient_code == prefecture, Pairing.valid_to < day
    )
    return asked_before(session, ("pairing ended", county_code, day), lambda: session.scalar(last))


def partner_prefectures(session: Session, city_code: str, day: date) -> tuple[str, ...]:
    """The prefectures whose counties have ``city_code`` among their :func:`partner_cities` on ``day``."""
    helped = helped_prefectures(session, city_code, day)
    later = aliased(Pairing)
    again = exists().where(
        later.recipient_code == Pairing.recipient_code,
        or_(holds_on(later, day), and_(later.valid_to < day, later.valid_to > Pairing.valid_to)),
    )
    ended = (Pairing.helper_code == city_code) & (Pairing.valid_to < day) & Pairing.recipient_code.like("%00")
    former = session.scalars(
        select(Pairing.recipient_code).where(ended, ~again).order_by(Pairing.recipient_code)
    )
    return tuple(dict.fromkeys((*helped, *former)))


def helped_prefectures(session: Session, city_code: str, day: date) -> tuple[str, ...]:
    """The prefectures that ``city_code`` helps on ``day``."""
    rows = session.scalars(
        select(Pairing.recipient_code)
        .where(Pairing.helper_code == city_code, holds_on(Pairing, day), Pairing.recipient_code.like("%00"))
        .order_by(Pairing.recipient_code)
    )
    return tuple(dict.fromkeys(rows))
