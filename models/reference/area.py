"""Administrative areas (GB/T 2260) with their history."""

import enum
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, false, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base
from models.i18n import N_
from models.reference.area_latin import AreaName, AreaPath
from models.reference.sourced import Sourced

GUANGDONG = "440000"


class AreaLevel(enum.StrEnum):
    """Levels of GB/T 2260, and below it the townships of the statistical code (9 digits)."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWN = "town"


AREA_LEVEL_LABELS = {
    AreaLevel.PROVINCE: N_("省（自治区）"),
    AreaLevel.PREFECTURE: N_("市（州）"),
    AreaLevel.COUNTY: N_("县（市、区）"),
    AreaLevel.TOWN: N_("乡镇（街道）"),
}


class Area(Sourced, Base):
    """One code of one time. ``successor_code`` leads to the code that replaced it.

    The register keeps the code under which a county stands in the programme's list of 2016, so that a county
    which was renamed since (田阳县 451021 → 田阳区 451003) stays one county.
    """

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(12), index=True)
    parent_code: Mapped[str | None] = mapped_column(String(9), index=True)
    prefecture_code: Mapped[str | None] = mapped_column(String(9), index=True)
    programme_code: Mapped[str | None] = mapped_column(String(9), index=True)
    successor_code: Mapped[str | None] = mapped_column(String(9))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    verified: Mapped[bool] = mapped_column(default=True)


def begins_with(column: Any, prefix: str) -> ColumnElement[bool]:
    """Codes of digits that begin with ``prefix``, as an index finds them: LIKE reads the whole table on
    SQLite, and on PostgreSQL wherever the collation is a language's."""
    condition: ColumnElement[bool] = column.between(prefix, prefix + "9" * 9)
    return condition


def with_counties(code: str) -> Select[str]:
    """The codes of a prefecture and of what lies in it, or of a county alone: for one ``IN``. ``x = code OR x
    IN (...)`` is two ways through a table of placements, and no index serves both in order."""
    return select(Area.code).where(or_(Area.code == code, Area.prefecture_code == code))


def area_stem(code: str) -> str:
    """The part of a code that all codes within its area begin with: 51, 5134, 513431. A cut of four digits
    finds nothing in a province."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") and len(code) == 6 else code


def inside_one_of(column: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """Codes of the areas ``codes``, and of all within them; of none for none."""
    return or_(*(begins_with(column, area_stem(code)) for code in codes), false())


def resolve_county(session: Session, code: str) -> Area | None:
    """The programme's county behind ``code``, whichever of its codes that is, or None."""
    area = session.get(Area, code.strip())
    if area is None or area.level != AreaLevel.COUNTY:
        return None
    return session.get(Area, area.programme_code) if area.programme_code else area


def guangdong_cities(session: Session) -> list[tuple[str, str]]:
    """Code and name of Guangdong's cities, where orders are."""
    rows = session.execute(
        select(Area.code, Area.name)
        .where(Area.level == AreaLevel.PREFECTURE, Area.parent_code == GUANGDONG)
        .order_by(Area.code)
    )
    return [(code, AreaName(name)) for code, name in rows]


def programme_counties(session: Session) -> list[tuple[str, str]]:
    """Code and name (with the prefecture's) of the counties of the programme, where people are from."""
    above = aliased(Area)
    rows = session.execute(
        select(Area.code, above.name, Area.name)
        .outerjoin(above, above.code == Area.prefecture_code)
        .where(Area.level == AreaLevel.COUNTY, Area.programme_code == Area.code)
        .order_by(Area.code)
    )
    return [(code, AreaPath(prefecture or "", name)) for code, prefecture, name in rows]


def area_names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """The names of ``codes`` in one query."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = session.execute(select(Area.code, Area.name).where(Area.code.in_(wanted)))
    return {code: AreaName(name) for code, name in rows}
