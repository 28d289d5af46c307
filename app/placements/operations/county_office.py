"""The telephone of the county's bureau, kept by the county itself."""

from sqlalchemy.orm import Session

from models.access import Actor, Permission, Role
from models.audit import record
from models.event_tags import EventTag
from models.reference.county_office import CountyOffice, office_of


def own_counties(actor: Actor) -> list[str]:
    """The counties for whose bureau the actor speaks."""
    rights = actor.rights_for(Permission.FIGURE_WRITE)
    return [right.area_code for right in rights if right.role is Role.COUNTY and right.area_code]


def set_office(session: Session, actor: Actor, county_code: str, phone: str, hours: str) -> CountyOffice:
    """Enter the number people are told to ring, or correct it. Raises PermissionError for another county."""
    if county_code not in own_counties(actor):
        raise PermissionError("the bureau of another county")
    office = office_of(session, county_code)
    if office is None:
        office = CountyOffice(county_code=county_code, phone=phone, hours=hours)
        session.add(office)
    office.phone, office.hours = phone, hours
    session.flush()
    record(session, actor, EventTag.OFFICE_UPDATE, office, area=county_code)
    return office
