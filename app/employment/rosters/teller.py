"""Who tells a month: an enterprise of its people, a county of those away, a city of its insurance list."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.employment.roster import MonthlyRoster, RosterSource
from models.employment.spell import EmploymentSpell
from models.reference.area import Area, area_stem, begins_with
from models.reference.organisation import Organisation


@dataclass(frozen=True)
class Teller:
    """One end. ``name`` is the enterprise's or the area's own."""

    source: RosterSource
    name: str
    enterprise_id: int | None = None
    credit_code: str = ""
    county_code: str | None = None
    city_code: str | None = None

    @property
    def owner(self) -> str:
        """The key of its rosters."""
        return f"{self.source.value}:{self.enterprise_id or self.county_code or self.city_code}"

    @property
    def area_code(self) -> str:
        """Where it is, by which its last days are found."""
        return self.county_code or self.city_code or ""

    def rosters(self) -> ColumnElement[bool]:
        """Which rosters it told."""
        if self.enterprise_id is not None:
            is_own = MonthlyRoster.enterprise_id == self.enterprise_id
            return and_(MonthlyRoster.source == RosterSource.ENTERPRISE, is_own)
        return MonthlyRoster.owner == self.owner

    def spells(self) -> ColumnElement[bool]:
        """Whose work it tells of."""
        if self.source is RosterSource.ENTERPRISE:
            return EmploymentSpell.employer_id == self.enterprise_id
        if self.source is RosterSource.COUNTY:
            return EmploymentSpell.county_code == self.county_code
        return begins_with(EmploymentSpell.place_code, area_stem(self.city_code or ""))


def teller_of(session: Session, actor: Actor) -> Teller | None:
    """The end that ``actor`` speaks for; None for those who tell no months."""
    for right in actor.rights:
        if right.role is Role.ENTERPRISE and right.organisation_id:
            firm = session.get_one(Organisation, right.organisation_id)
            return of_enterprise(firm)
        if right.role is Role.COUNTY and right.area_code:
            name = session.get_one(Area, right.area_code).name
            return Teller(RosterSource.COUNTY, name, county_code=right.area_code)
        if right.role is Role.CITY and right.area_code:
            name = session.get_one(Area, right.area_code).name
            return Teller(RosterSource.INSURANCE, name, city_code=right.area_code)
    return None


def of_enterprise(firm: Organisation) -> Teller:
    """The enterprise itself, whose rosters its city sees."""
    return Teller(
        RosterSource.ENTERPRISE,
        firm.name,
        enterprise_id=firm.id,
        credit_code=firm.credit_code,
        city_code=f"{firm.area_code[:4]}00",
    )


def roster_of(session: Session, teller: Teller, month: date) -> MonthlyRoster | None:
    """The roster that ``teller`` confirmed for ``month``."""
    return session.scalar(select(MonthlyRoster).where(teller.rosters(), MonthlyRoster.month == month))
