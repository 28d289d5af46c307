"""Resident contacts: assigned and ended by county or city, and their visits."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.audit import record
from models.event_tags import EventTag
from models.fact_dates import refuse_day
from models.i18n import Sentence
from models.problems.contact import ContactVisit, ResidentContact, factories_of
from models.reference.organisation import Organisation
from models.user import User
from models.workflow import TransitionRefused


@dataclass(frozen=True)
class Duty:
    """From when to when, and under which number workers can ring."""

    valid_from: date
    valid_to: date | None
    phone: str = ""
    note: str = ""


def assign(
    session: Session, actor: Actor, enterprise: Organisation, user: User, duty: Duty
) -> ResidentContact:
    """Let ``user`` look after the people of ``enterprise``: a county's for its own people, a city's for all.

    Raises TransitionRefused where the actor speaks for no county or city, or the account has the duty.
    """
    counties, cities = actor.areas(Role.COUNTY), actor.areas(Role.CITY)
    if not counties and not cities:
        raise TransitionRefused(Sentence("只有县里和市里能指派驻厂员。"))
    if duty.valid_to is not None and duty.valid_to < duty.valid_from:
        raise TransitionRefused(Sentence("结束的日子早于开始的日子，请改。"))
    for held in factories_of(session, user.id, duty.valid_from):
        if held.enterprise_id == enterprise.id:
            told = {"name": user.name, "enterprise": enterprise.name}
            raise TransitionRefused(Sentence("%(name)s已经是%(enterprise)s的驻厂员，不用再指派。", told))
    contact = ResidentContact(
        user_id=user.id,
        enterprise_id=enterprise.id,
        county_code=counties[0] if counties else None,
        city_code=enterprise.area_code,
        phone=duty.phone or None,
        valid_from=duty.valid_from,
        valid_to=duty.valid_to,
        note=duty.note,
        assigned_by_id=actor.user_id,
    )
    session.add(contact)
    session.flush()
    record(session, actor, EventTag.CONTACT_ASSIGN, contact, user=user.id, organisation=enterprise.id)
    return contact


def end(session: Session, actor: Actor, contact: ResidentContact, last_day: date) -> None:
    """The last day of the duty; raises TransitionRefused for a day before its first."""
    if last_day < contact.valid_from:
        raise TransitionRefused(Sentence("结束的日子早于开始的日子，请改。"))
    before = contact.valid_to.isoformat() if contact.valid_to else ""
    contact.valid_to = last_day
    told = {"from": before, "to": last_day.isoformat()}
    record(session, actor, EventTag.CONTACT_END, contact, **told)


def visit(
    session: Session, actor: Actor, contact: ResidentContact, on: date, met: str, note: str, today: date
) -> ContactVisit:
    """A day at the factory. Raises TransitionRefused for a day to come, before the duty, or after its end."""
    row = ContactVisit(contact_id=contact.id, visited_on=on, met=met, note=note, by_id=actor.user_id)
    refuse_day(row, "visited_on", on, today)
    if contact.valid_to is not None and on > contact.valid_to:
        raise TransitionRefused(Sentence("这一天已经不是驻厂员了，请核对走访日期。"))
    session.add(row)
    session.flush()
    record(session, actor, EventTag.CONTACT_VISIT, contact)
    return row
