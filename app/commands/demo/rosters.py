"""A year of monthly rosters of a few enterprises, one insurance list, and differences planted in both."""

from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import clerk_of
from app.employment.rosters import operations, typed
from app.employment.rosters.people import Known, known_people
from app.employment.rosters.teller import Teller, of_enterprise
from models.access import SYSTEM, Actor, Role
from models.employment import comparison, of_placement
from models.employment.roster import RosterSource, last_day, open_months
from models.people.worker import Worker
from models.placement.placement import WORKING, Placement
from models.reference.area import Area
from models.reference.calendar import months_after
from models.reference.organisation import Organisation

FIRMS, MOST_PEOPLE, MONTHS = 2, 12, 12


def tell_rosters(session: Session, rng: Random, today: date) -> None:
    """Tell the months of the enterprises with the most people at work, the demo's own among them.

    The latest roster of each forgets its first person and pays another far under what was told.
    """
    firms = _firms(session)
    for firm in firms:
        _begin_spells(session, firm, today)
    latest = open_months(today)[0]
    for firm in firms:
        for back in range(MONTHS - 1, -1, -1):
            _tell(session, rng, of_enterprise(firm), months_after(latest, -back), back == 0, today)
    if len(firms) > 1:
        _two_rosters(session, firms, latest, today)
        _insurance(session, firms, latest, today)
    comparison.refresh(session, comparison.people_to_compare(session, 0, today, 5000), today)


def _firms(session: Session) -> list[Organisation]:
    """The first enterprise has the demo's account; the others have most people at work."""
    count = func.count(Placement.id)
    rows = (
        select(Organisation)
        .join(Placement, Placement.enterprise_id == Organisation.id)
        .where(Placement.state.in_(WORKING))
        .group_by(Organisation.id)
        .order_by(count.desc(), Organisation.id)
    )
    by_people = list(session.scalars(rows))
    own = session.scalars(
        select(Organisation).where(Organisation.kind == "enterprise").order_by(Organisation.id).limit(1)
    ).first()
    others = [firm for firm in by_people if firm is not own]
    return ([own] if own in by_people else [])[:1] + others[:FIRMS]


def _begin_spells(session: Session, firm: Organisation, today: date) -> None:
    """What every arrival begins, for those whom the demo brought to work without it."""
    rows = (
        select(Placement)
        .where(Placement.enterprise_id == firm.id, Placement.state.in_(WORKING))
        .order_by(Placement.on_site_on, Placement.id)
        .limit(MOST_PEOPLE)
    )
    for placement in session.scalars(rows):
        if placement.on_site_on and of_placement.spell_of(session, placement) is None:
            of_placement.arrived(session, SYSTEM, placement, today)
    session.flush()


def _told_at(month: date, today: date) -> datetime:
    """A morning on which the month was told: the fifth of the next one, or today."""
    day = min(months_after(month, 1).replace(day=5), today)
    return datetime.combine(day, time(2, 0), UTC)


def _keep(session: Session, teller: Teller, month: date, form: dict[str, str], today: date) -> None:
    now = _told_at(month, today)
    people = known_people(session, teller, month)
    reading = typed.read_page(session, teller, month, people, form, now.date())
    if reading.good:
        actor = _clerk(session, teller, today)
        batch = operations.keep(session, actor, teller, month, "月度花名册.xlsx", reading, None)
        operations.confirm(session, actor, teller, batch, now)


def _clerk(session: Session, teller: Teller, today: date) -> Actor:
    """Somebody of the teller's own: its demo account, or one with which nobody signs in."""
    where: dict[str, Any]
    if teller.source is RosterSource.ENTERPRISE:
        role, where = Role.ENTERPRISE, {"organisation_id": teller.enterprise_id}
    else:
        role, where = Role.CITY, {"area_code": teller.city_code}
    return clerk_of(session, role, where, f"{teller.name}经办", today)


def _tell(session: Session, rng: Random, teller: Teller, month: date, is_latest: bool, today: date) -> None:
    form: dict[str, str] = {}
    people = known_people(session, teller, month)
    forgotten = people[0].worker_id if is_latest and len(people) > 1 else None
    could_be_short = (one.worker_id for one in people[1:] if one.began_on < month and one.told_fen)
    short = next(could_be_short, None) if is_latest else None
    for one in people:
        if one.worker_id != forgotten:
            form |= _row(rng, one, month, one.worker_id == short)
    _keep(session, teller, month, form, today)


def _row(rng: Random, one: Known, month: date, is_short: bool) -> dict[str, str]:
    told = (one.told_fen or 400_000) // 100
    is_whole = one.began_on <= month
    wage = told * 6 // 10 if is_short else told + rng.randint(0, 12) * 50
    days = 26 if is_whole else max(1, (last_day(month) - one.began_on).days * 6 // 7)
    cells = {"presence": "是", "wage": str(wage), "insured": "是", "days": str(days)}
    return {f"{name}-{one.worker_id}": text for name, text in cells.items()}


def _two_rosters(session: Session, firms: list[Organisation], month: date, today: date) -> None:
    """The second enterprise has somebody of the first on its roster too."""
    people = known_people(session, of_enterprise(firms[0]), month)
    here = known_people(session, of_enterprise(firms[1]), month)
    if not people or not here:
        return
    worker = people[-1]
    number = session.get_one(Worker, worker.worker_id).id_number or ""
    home = session.get_one(Area, worker.county_code).name
    form = {"name-new0": worker.name, "id_tail-new0": number, "presence-new0": "是", "wage-new0": "4600"}
    form |= {"home_county-new0": home, "consent-new0": "当面"}
    _keep(session, of_enterprise(firms[1]), month, form, today)


def _insurance(session: Session, firms: list[Organisation], month: date, today: date) -> None:
    """The list of the first enterprise's city: one person is insured where the register knows of no work."""
    city = f"{firms[0].area_code[:4]}00"
    area = session.get(Area, city)
    teller = Teller(RosterSource.INSURANCE, area.name if area else city, city_code=city)
    people = known_people(session, teller, month)
    form = {f"insured-{one.worker_id}": "是" for one in people}
    if len(people) > 2:
        last = people[-1]
        del form[f"insured-{people[0].worker_id}"]
        form |= {"name-new0": last.name, "id_tail-new0": last.last4, "insured-new0": "是"}
        form |= {"employer-new0": "佛山市南海区顺达五金厂"}
    _keep(session, teller, month, form, today)
