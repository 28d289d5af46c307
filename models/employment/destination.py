"""Where people went, as the assessment counts: the paired province (its paired city apart), home, elsewhere.

Computed from the dated pairings (models.reference.dated_fact.Pairing): who helped whom on that day. Since
April 2021 Liangshan, Zhaotong, Nujiang and others are paired with other provinces, so that Guangdong is
"elsewhere" for them from then on.
"""

import enum
from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from models.employment.spell import EmploymentSpell
from models.i18n import N_
from models.reference.area import area_stem
from models.reference.dated_fact import Pairing


class Destination(enum.StrEnum):
    """The answer; the first two together are the assessment's "paired province"."""

    PAIRED_CITY = "paired_city"
    PAIRED_PROVINCE = "paired_province"
    HOME_PROVINCE = "home_province"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


DESTINATION_LABELS = {
    Destination.PAIRED_CITY: N_("结对城市"),
    Destination.PAIRED_PROVINCE: N_("结对省其他地方"),
    Destination.HOME_PROVINCE: N_("本省"),
    Destination.ELSEWHERE: N_("其他地区"),
    Destination.UNKNOWN: N_("地点未知"),
}


class Destinations:
    """The pairings of one day, read once for many places.

    Of two codes of GB/T 2260 the one lies in the other where it begins with the other's part: 44, 4406.
    """

    def __init__(self, session: Session, on: date, recipient_code: str = "") -> None:
        """``recipient_code``: only of people of this prefecture; "" of everybody."""
        rows = session.execute(
            select(Pairing.recipient_code, Pairing.helper_code).where(
                Pairing.valid_from <= on, or_(Pairing.valid_to.is_(None), Pairing.valid_to >= on)
            )
        )
        pairs = {(area_stem(recipient), helper[:4]) for recipient, helper in rows}
        within = area_stem(recipient_code)
        # A province that is helped as a whole counts for its prefectures, a county for its prefecture.
        near = (
            (stem, helper) for stem, helper in pairs if stem.startswith(within) or within.startswith(stem)
        )
        self.pairs = tuple(sorted(near))

    def of(self, place_code: str, county_code: str) -> Destination:
        """For somebody of ``county_code`` who works in ``place_code`` ("" is unknown)."""
        if not place_code:
            return Destination.UNKNOWN
        helpers = {helper for stem, helper in self.pairs if county_code.startswith(stem)}
        if place_code[:4] in helpers and not place_code.startswith("00", 2):
            return Destination.PAIRED_CITY
        if place_code[:2] == county_code[:2]:
            return Destination.HOME_PROVINCE
        if place_code[:2] in {helper[:2] for helper in helpers}:
            return Destination.PAIRED_PROVINCE
        return Destination.ELSEWHERE

    def expression(self) -> ColumnElement[str]:
        """The same of each row of ``employment_spell``; a test holds that both agree."""
        place, county = EmploymentSpell.place_code, EmploymentSpell.county_code
        province = func.substr(place, 1, 2)
        return case(
            (place == "", literal(Destination.UNKNOWN.value)),
            (or_(*self._cities(), literal(value=False)), literal(Destination.PAIRED_CITY.value)),
            (province == func.substr(county, 1, 2), literal(Destination.HOME_PROVINCE.value)),
            (
                or_(
                    *(
                        and_(county.like(f"{stem}%"), province == helper[:2])
                        for stem, helper in sorted({(stem, helper[:2]) for stem, helper in self.pairs})
                    ),
                    literal(value=False),
                ),
                literal(Destination.PAIRED_PROVINCE.value),
            ),
            else_=literal(Destination.ELSEWHERE.value),
        )

    def _cities(self) -> Iterator[ColumnElement[bool]]:
        place, county = EmploymentSpell.place_code, EmploymentSpell.county_code
        for stem, helper in self.pairs:
            if not helper.endswith("00"):
                yield and_(county.like(f"{stem}%"), func.substr(place, 1, 4) == helper)


def destination(session: Session, place_code: str, county_code: str, on: date) -> Destination:
    """Of one place; for many ask :class:`Destinations`, which reads the pairings once."""
    return Destinations(session, on).of(place_code, county_code)
