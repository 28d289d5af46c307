"""People of a line: found in the writer's own register by their numbers, and never guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cooperation.operations.entries import refuse_settled
from app.cooperation.queries.people import people_of
from models import vault
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.cooperation.entry import RegisterEntry
from models.cooperation.entry_person import EntryPerson
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.category import categories_of, counted
from models.people.identity import IdNumber, InvalidIdNumber
from models.people.worker import Worker, holders
from models.reference.area import Area
from models.reference.target_category import CategoryUse, categories_on
from models.workflow import TransitionRefused

MOST_LINES = 500
TOO_MANY = Sentence("一次最多 %(n)s 个号码，请分几次加。", {"n": MOST_LINES})
NOT_HERE = Sentence("你管的台账里没有这个人，请先登记，或核对号码。")
TOLD_TWICE = Sentence("这个号码写了两次。")
ON_IT = Sentence("已经在这个名单里。")
ELSEWHERE = Sentence("已经在别的学校的名单里，那边登记离校以后才能加。")
LEFT_BEFORE = Sentence("离开的日期不能早于加进来的日期（%(day)s）。")


@dataclass
class Added:
    """How many were added, and of the other lines (number, text, why)."""

    number: int = 0
    refused: list[tuple[int, str, Sentence]] = field(default_factory=list)


def add(session: Session, actor: Actor, entry: RegisterEntry, text: str, today: date) -> Added:
    """Add whoever is meant by the numbers of ``text``, a line each; what is refused is told line by line.

    The line and the people are locked first: of two schools that add a pupil at once one is refused. Raises
    TransitionRefused for too many lines, and for a line of the register that is settled.
    """
    refuse_settled(entry)
    lines = [(row, line.strip()) for row, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise TransitionRefused(TOO_MANY)
    session.refresh(entry, with_for_update=True)
    told = Added()
    read = list(_read(lines, told, today))
    people = _people(session, actor, [digest for _row, _line, digest in read])
    against = _Against(session, entry, list(people.values()), today)
    for row, line, digest in read:
        worker = people.get(digest)
        refused = NOT_HERE if worker is None else against.refusal(worker)
        if refused or worker is None:
            told.refused.append((row, line, refused or NOT_HERE))
            continue
        against.take(worker)
        _write(session, actor, entry, worker, today)
        told.number += 1
    told.refused.sort(key=lambda one: one[0])
    return told


def _read(lines: Sequence[tuple[int, str]], told: Added, today: date) -> Iterator[tuple[int, str, str]]:
    """The digest of each line's number; a name may stand before it."""
    seen: set[str] = set()
    for row, line in lines:
        try:
            number = IdNumber.parse(line.split()[-1], today).number
        except InvalidIdNumber as problem:
            told.refused.append((row, line, problem.sentence))
            continue
        digest = vault.digest(number)
        if digest in seen:
            told.refused.append((row, line, TOLD_TWICE))
            continue
        seen.add(digest)
        yield row, line, digest


def _people(session: Session, actor: Actor, digests: Sequence[str]) -> dict[str, Worker]:
    if not digests:
        return {}
    records = dict(session.execute(holders(digests)).all())
    own = select(Worker).where(Worker.id.in_(set(records.values())), Worker.erased_at.is_(None))
    own = own.order_by(Worker.id).with_for_update()
    rows = {one.id: one for one in session.scalars(visible_to(actor, own, Worker, Permission.WORKER_READ))}
    return {digest: rows[number] for digest, number in records.items() if number in rows}


class _Against:
    """What stands against each of some people, read once for all of them."""

    def __init__(self, session: Session, entry: RegisterEntry, people: Sequence[Worker], today: date) -> None:
        self.entry, self.day = entry, entry.held_on or today
        self.categories = categories_of(session, [one.id for one in people])
        self.uses = categories_on(session, CategoryUse.SUPPORT, self.day)
        here = select(EntryPerson.worker_id).where(
            EntryPerson.entry_id == entry.id, EntryPerson.left_on.is_(None)
        )
        self.here = set(session.scalars(here))
        elsewhere = (
            select(EntryPerson.worker_id)
            .join(RegisterEntry)
            .where(RegisterEntry.register == entry.register, EntryPerson.left_on.is_(None))
            .where(EntryPerson.worker_id.in_([one.id for one in people]))
            .where(or_(RegisterEntry.due_on.is_(None), RegisterEntry.due_on >= today))
        )
        self.taken = set(session.scalars(elsewhere))
        area = session.get(Area, entry.place_code)
        self.place, self.place_name = entry.place_code, area.name if area else entry.place_code
        counties = select(Area.code).where(Area.prefecture_code == entry.place_code)
        self.counties = {entry.place_code, *session.scalars(counties)}
        self.free = None if entry.target is None else entry.target - people_of(session, entry, today).now

    def refusal(self, worker: Worker) -> Sentence | None:
        if worker.id in self.here:
            return ON_IT
        if worker.id in self.taken:
            return ELSEWHERE
        if worker.county_code not in self.counties and not self._is_of_province(worker):
            return Sentence("户籍不在%(place)s，这一行是%(place)s的。", {"place": self.place_name})
        told = counted(self.categories.get(worker.id, []), self.uses, self.day)
        if told.counts is not True:
            values = {"day": self.day, "said": told.sentence}
            return Sentence("%(day)s这个人不算帮扶对象：%(said)s。先在台账里核对人员类别。", values)
        if self.free is not None and self.free <= 0:
            return Sentence("计划名额 %(n)s 个已经满了，先改计划名额。", {"n": self.entry.target})
        return None

    def _is_of_province(self, worker: Worker) -> bool:
        return self.place.endswith("0000") and worker.county_code[:2] == self.place[:2]

    def take(self, worker: Worker) -> None:
        self.here.add(worker.id)
        if self.free is not None:
            self.free -= 1


def _write(session: Session, actor: Actor, entry: RegisterEntry, worker: Worker, today: date) -> None:
    person = EntryPerson(
        entry_id=entry.id,
        worker_id=worker.id,
        county_code=worker.county_code,
        joined_on=min(entry.held_on or today, today),
        added_by_id=actor.user_id,
    )
    session.add(person)
    session.flush()
    record(session, actor, EventTag.ENTRY_PERSON, person, event="person_in")


def leave(session: Session, actor: Actor, person: EntryPerson, day: date) -> None:
    """Since ``day`` the person is no more of the line. Raises TransitionRefused."""
    refuse_settled(person.entry)
    if person.left_on is not None:
        raise TransitionRefused(Sentence("%(day)s已经登记离开了。", {"day": person.left_on}))
    if day < person.joined_on:
        raise TransitionRefused(Sentence(LEFT_BEFORE.text, {"day": person.joined_on}))
    person.left_on = day
    record(session, actor, EventTag.ENTRY_PERSON, person, event="person_out")
