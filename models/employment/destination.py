"""Where people went, as the assessment counts: the paired province (its paired city apart), home, elsewhere.

Computed from the dated pairings (models.reference.dated_fact.Pairing): who helped whom on that day. Since
April 2021 Liangshan, Zhaotong, Nujiang and others are paired with other provinces, so that Guangdong is
"elsewhere" for them from then on.
"""

import enum
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.i18n import N_
from models.reference.area import Area
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
    """The pairings of one day and the areas above each code, read once for many places."""

    def __init__(self, session: Session, on: date) -> None:
        self._session, self._on = session, on
        self._above: dict[str, str | None] = {}

    @cached_property
    def _helpers(self) -> dict[str, set[str]]:
        rows = self._session.execute(
            select(Pairing.recipient_code, Pairing.helper_code).where(
                Pairing.valid_from <= self._on,
                or_(Pairing.valid_to.is_(None), Pairing.valid_to >= self._on),
            )
        )
        helpers: dict[str, set[str]] = {}
        for recipient, helper in rows:
            helpers.setdefault(recipient, set()).add(self._city(helper))
        return helpers

    def know(self, codes: Iterable[str]) -> None:
        """Read the cities above ``codes`` in one query."""
        wanted = {code for code in codes if code} - self._above.keys()
        rows = self._session.execute(select(Area.code, Area.prefecture_code).where(Area.code.in_(wanted)))
        self._above.update(dict.fromkeys(wanted) | dict(rows.tuples()))

    def _city(self, code: str) -> str:
        """The city a code lies in; a province's code as it is."""
        if code.endswith("0000"):
            return code
        if code not in self._above:
            self.know([code])
        return self._above[code] or f"{code[:4]}00"

    def of(self, place_code: str, county_code: str) -> Destination:
        """For somebody of ``county_code`` who works in ``place_code`` ("" is unknown)."""
        if not place_code:
            return Destination.UNKNOWN
        home = (county_code, self._city(county_code), f"{county_code[:2]}0000")
        helpers = {helper for code in home for helper in self._helpers.get(code, ())}
        if not place_code.endswith("0000") and self._city(place_code) in helpers:
            return Destination.PAIRED_CITY
        if place_code[:2] == county_code[:2]:
            return Destination.HOME_PROVINCE
        if place_code[:2] in {helper[:2] for helper in helpers}:
            return Destination.PAIRED_PROVINCE
        return Destination.ELSEWHERE


def destination(session: Session, place_code: str, county_code: str, on: date) -> Destination:
    """Of one place; for many ask :class:`Destinations`, which reads the pairings once."""
    return Destinations(session, on).of(place_code, county_code)
