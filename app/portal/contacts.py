"""Whom a worker rings, by name: who leads the way, who is resident at the factory, the county's bureau."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.people.worker import Worker
from models.placement.placement import HOLDING, WORKING, Placement, PlacementState
from models.problems.contact import contacts_for
from models.reference.county_office import office_of

HOTLINE = "12333"


@dataclass(frozen=True)
class Number:
    """A telephone with whose it is; ``about`` says who that is, or when somebody answers."""

    phone: str
    name: Sentence | str
    about: Sentence | str = ""


def numbers_of_job(session: Session, job: Placement, day: date) -> list[Number]:
    """Who is resident at the factory, then the factory's own man or woman while the job begins."""
    numbers = [
        Number(one.phone, one.user.name, Sentence("驻厂员"))
        for one in contacts_for(session, job.enterprise_id, job.county_code, day)
        if one.phone
    ]
    if job.order.contact_phone and job.state is not PlacementState.STAYED:
        name = job.order.contact_name or Sentence("厂里的联系人")
        numbers.append(Number(job.order.contact_phone, name, Sentence("厂里的人")))
    return [*dict.fromkeys(numbers)]


def numbers_to_ring(session: Session, person: Worker, jobs: Iterable[Placement], day: date) -> list[Number]:
    """Who is nearest first: of the way while it lasts, then of the factory, the county, the hotline (12333,
    free of charge)."""
    numbers: list[Number] = []
    for job in (one for one in jobs if one.state in HOLDING):
        trip = job.departure
        if trip and trip.leader_phone and job.state not in WORKING:
            numbers.append(Number(trip.leader_phone, trip.leader_name, Sentence("带队的人")))
        numbers += numbers_of_job(session, job, day)
    if office := office_of(session, person.county_code):
        numbers.append(Number(office.phone, Sentence("县就业局"), office.hours))
    return [*dict.fromkeys(numbers), Number(HOTLINE, Sentence("劳动保障热线"), Sentence("不要钱"))]
