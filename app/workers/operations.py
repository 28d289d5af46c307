"""What can be done to the register: enter a person, correct one.

``apply`` is the one place where a worker's fields are set; forms, imports and the demonstration data go
through it. ``data`` is a dict of :class:`models.people.worker.Worker` columns, plus HOUSEHOLD_FIELDS; a
missing key leaves the field alone, ``None`` or ``""`` says "unknown".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.workers.person_keys import rekey
from models import vault
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.people.arrival import SEES_ARRIVING
from models.people.category import COLUMNS as CATEGORY_COLUMNS
from models.people.category import OWN_COLUMNS, settle_people
from models.people.household import Household
from models.people.identity import IdNumber
from models.people.phone import read_phones, written
from models.people.worker import Worker, education_level, health_level
from models.reference.area import Area, AreaLevel
from models.row_security import looks_everywhere_for

HOUSEHOLD_FIELDS = {
    "household_code": "code",
    "poverty_attribute": "poverty_attribute",
    "poverty_cause": "poverty_cause",
    "lifted": "lifted",
    "identified_on": "identified_on",
    "household_phone": "phone",
}
PLAIN_FIELDS = (
    "person_code",
    "township",
    "village",
    "hamlet",
    "name",
    "disability",
    "ethnicity",
    "relation",
    "education_text",
    "school_status",
    "health_text",
    "labour_capacity",
    "months_away",
    "work_status",
    "work_place",
    "work_employer",
    "willing",
    "wishes",
    "skills",
    "certificates",
    "experience",
    "cities",
    "wage_floor_yuan",
    "night_shift",
    "standing_work",
    "mandarin",
    "companions",
    "care_duties",
    "dormitory_needed",
    "couple_room_needed",
    "available_on",
    "note",
    *OWN_COLUMNS,
)
LISTS = frozenset({"wishes", "skills", "certificates", "cities"})
TEXTS = {
    column.name
    for model in (Worker, Household)
    for column in model.__table__.columns
    if column.type.python_type is str
} - {"phone", "id_number"}
_TOWN_ENDINGS = ("街道办事处", "街道", "民族乡", "办事处", "镇", "乡")


def town_spellings(name: str) -> list[str]:
    """How a register may write a township: 竹核镇 is also 竹核乡, as it was before, and 竹核."""
    stem = town_stem(name)
    return [name, *(spelling for ending in ("", "乡", "镇", "街道") if (spelling := stem + ending) != name)]


class NumberTaken(Refusal):
    """Another record of the register carries the identity number."""


@dataclass
class County:
    """What entering people of one county needs to look up: filled once, used for every row."""

    code: str
    towns: dict[str, str] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)

    def town_code(self, name: str) -> str | None:
        """The code of a township by name; 竹核乡 is found where the list says 竹核镇."""
        return self.towns.get(name) or self.towns.get(town_stem(name))


def county_of(session: Session, county_code: str, household_codes: Iterable[str] = ()) -> County:
    """What :func:`apply` looks up: the county's townships, and those of its households that are named."""
    towns = session.execute(
        select(Area.name, Area.code).where(Area.level == AreaLevel.TOWN, Area.parent_code == county_code)
    )
    county = County(county_code, town_lookup(dict(towns.all())))
    codes = list(dict.fromkeys(household_codes))
    for start in range(0, len(codes), 500):
        named = select(Household).where(
            Household.county_code == county_code, Household.code.in_(codes[start : start + 500])
        )
        county.households.update({household.code: household for household in session.scalars(named)})
    return county


def town_lookup(towns: Mapping[str, str]) -> dict[str, str]:
    """Codes by full name, and by the name without its ending where only one township has it."""
    stems: dict[str, list[str]] = {}
    for name, code in towns.items():
        stems.setdefault(town_stem(name), []).append(code)
    return {stem: codes[0] for stem, codes in stems.items() if len(codes) == 1} | dict(towns)


@lru_cache(maxsize=4096)
def town_stem(name: str) -> str:
    """A township's name without 乡, 镇 or 街道."""
    ending = next((ending for ending in _TOWN_ENDINGS if name.endswith(ending)), "")
    stem = name.removesuffix(ending)
    return stem if len(stem) > 1 else name


def apply(worker: Worker, data: Mapping[str, Any], county: County) -> list[str]:
    """Set what ``data`` holds and all that follows from it; returns the names of the fields that changed.

    An identity number is an IdNumber here. Asks the database nothing: ``county`` holds what is looked up (its
    households are in the session then, so that a loaded worker's household is found without a query).
    """
    changed = [name for name in PLAIN_FIELDS if name in data and _set(worker, name, data[name])]
    if data.get("id_number"):
        changed += _set_id_number(worker, data["id_number"])
    if "phone" in data:
        changed += _set_phone(worker, data["phone"])
    if "education_text" in changed:
        worker.education = education_level(worker.education_text)
    if "health_text" in changed or "labour_capacity" in changed:
        worker.health = health_level(worker.health_text or "", worker.labour_capacity or "")
    if "township" in changed:
        worker.township_code = county.town_code(worker.township)
    return changed + _set_household(worker, data, county)


def _set(row: Any, name: str, value: Any) -> bool:
    """Set one field; whether that changed it (a new row's empty field that stays empty did not)."""
    if name in LISTS:
        value = list(value or [])
    elif value is None and name in TEXTS:
        value = ""
    before = getattr(row, name)
    if before == value:
        return False
    setattr(row, name, value)
    return getattr(row, name) != before and not (before is None and value in ("", []))


def _set_id_number(worker: Worker, number: IdNumber) -> list[str]:
    if number.disability_category:
        worker.disability = f"{number.disability_category}{number.disability_grade}"
    digest = vault.digest(number.number)
    if worker.id_digest == digest:
        return []
    worker.id_number, worker.id_digest, worker.id_last4 = number.number, digest, number.last_four
    worker.birth_date, worker.sex = number.birth_date, number.sex.value
    return ["id_number"]


def _set_phone(worker: Worker, text: str | None) -> list[str]:
    phones = read_phones(text or "").phones
    if worker.telephones == phones:
        return []
    worker.telephones = phones
    return ["phone"]


def _set_household(worker: Worker, data: Mapping[str, Any], county: County) -> list[str]:
    if HOUSEHOLD_FIELDS.keys().isdisjoint(data):
        return []
    changed = []
    if "household_code" in data:
        household = household_for(county, data["household_code"])
        if household is not worker.household:
            worker.household = household
            changed.append("household_code")
    if worker.household is None:
        return changed
    for key, name in HOUSEHOLD_FIELDS.items():
        value = data.get(key)
        if key == "household_phone" and value:
            value = written(read_phones(value).phones)
        if key in data and key != "household_code" and _set(worker.household, name, value):
            changed.append(key)
    return changed


def value_of(worker: Worker, name: str) -> Any:
    """What the register knows under a name of ``data``, household fields included; telephones as text."""
    if name == "phone":
        return written(worker.telephones) or None
    if name not in HOUSEHOLD_FIELDS:
        return getattr(worker, name)
    return getattr(worker.household, HOUSEHOLD_FIELDS[name]) if worker.household else None


def household_for(county: County, code: str | None) -> Household | None:
    """The county's household with ``code``, a new one if it is not known; None without a code."""
    if not code:
        return None
    if code not in county.households:
        county.households[code] = Household(county_code=county.code, code=code)
    return county.households[code]


ALREADY_HERE = Sentence("这个人已经在本县台账里，请直接修改他的资料。")
ALREADY_ELSEWHERE = Sentence(
    "这个身份证号已经登记过，但不在你管的范围，不能再登记；请核对号码，或请上级经办核实。"
)


JUST_COMING = Sentence("这个身份证号正在随一份花名册导入，还没有导完。请过几分钟再看。")


def new_worker(county: County, data: Mapping[str, Any]) -> Worker:
    """A worker of the county with ``data``, not yet in any session."""
    worker = Worker(county_code=county.code)
    apply(worker, data, county)
    return worker


def _checked(data: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """``data`` with its identity number read. Raises InvalidIdNumber."""
    number = data.get("id_number")
    return {**data, "id_number": IdNumber.parse(number, today)} if number else data


@looks_everywhere_for("entering a person: whether the number is taken, and the household's code")
def register_worker(
    session: Session, actor: Actor, county_code: str, data: Mapping[str, Any], today: date
) -> Worker:
    """Enter a person and note it in the audit.

    Raises InvalidIdNumber; NumberTaken where the number is in the register already, in words that tell
    nothing of a record the actor may not see.
    """
    county = county_of(session, county_code, filter(None, [data.get("household_code")]))
    worker = new_worker(county, _checked(data, today))
    refuse_taken(session, actor, worker)
    try:
        with session.begin_nested():
            session.add(worker)
            session.flush()
    except IntegrityError:
        refuse_taken(session, actor, worker)  # the same person was entered at the same moment
        raise
    settle_people(session, [worker], today)
    record(session, actor, EventTag.WORKER_CREATE, worker, area=county_code)
    return worker


NO_SUCH_TOWN = Sentence("请从列表里选一个本县的乡镇。")


def refuse_taken(session: Session, actor: Actor, worker: Worker) -> None:
    """Raise NumberTaken if another record carries this person's number."""
    with session.no_autoflush:
        taken = select(Worker.id).where(Worker.id_digest == worker.id_digest)
        if worker.id is not None:
            taken = taken.where(Worker.id != worker.id)
        if session.scalar(taken) is None:
            if session.scalar(taken, execution_options=SEES_ARRIVING) is not None:
                raise NumberTaken(JUST_COMING)
            return
        own = session.scalar(visible_to(actor, taken, Worker, Permission.WORKER_READ))
    raise NumberTaken(ALREADY_HERE if own else ALREADY_ELSEWHERE)


@looks_everywhere_for("a person's data: whether the number is taken, and the household's code")
def update_worker(
    session: Session, actor: Actor, worker: Worker, data: Mapping[str, Any], now: datetime
) -> list[str]:
    """Correct a person; returns the names of the changed fields, which the audit notes (not their values).

    Raises InvalidIdNumber, NumberTaken (the new number is another's), StaleDataError (another was faster).
    """
    county = county_of(session, worker.county_code, filter(None, [data.get("household_code")]))
    digest = worker.id_digest
    with session.no_autoflush:
        changed = apply(worker, _checked(data, day_of(now)), county)
        if "id_number" in changed:
            refuse_taken(session, actor, worker)
    if changed:
        worker.updated_at = now
        session.flush()
        if not CATEGORY_COLUMNS.isdisjoint(changed):
            settle_people(session, family_of(session, worker), day_of(now))
        if worker.id_digest != digest:
            rekey(session, digest, worker.id_digest)
            session.expire_all()
        record(session, actor, EventTag.WORKER_UPDATE, worker, fields=changed)
    return changed


def family_of(session: Session, worker: Worker) -> Sequence[Worker]:
    """The people of the person's household, or the person alone."""
    if worker.household_id is None:
        return [worker]
    home = select(Worker).where(Worker.household_id == worker.household_id, Worker.erased_at.is_(None))
    return session.scalars(home).all()


def fill_unknown(
    session: Session, actor: Actor, worker: Worker, data: Mapping[str, Any], now: datetime
) -> tuple[list[str], list[str]]:
    """Answer what nobody has answered of a person, noted in the audit; an answer is never overwritten.

    Returns the fields that were filled, and those with another answer, which stay.
    """
    unknown = {name: value for name, value in data.items() if value_of(worker, name) in (None, "", [])}
    kept = [name for name, value in data.items() if name not in unknown and value_of(worker, name) != value]
    return (update_worker(session, actor, worker, unknown, now) if unknown else []), kept
