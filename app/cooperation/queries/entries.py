"""Lines of a register: the list with its filters, one line with papers and history, what may be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.cooperation.register import Column, Form, Register, registers
from app.kit.web.history import Entry
from models.access import Actor, Permission, Role, visible_to
from models.audit import AuditEvent, events_of
from models.column_words import column_word
from models.cooperation.entry import (
    ENTRY_WORKFLOW,
    OPEN_STATES,
    EntryPaper,
    EntryState,
    RegisterEntry,
)
from models.event_tags import EventTag
from models.i18n import NOTHING, Sentence
from models.reference.area import (
    Area,
    AreaLevel,
    area_names,
    inside_one_of,
    programme_counties,
    with_counties,
)
from models.reference.dated_fact import Pairing, holds_on
from models.waiting import newest_page, page_in_line

PAGE, MOST_CHOICES = 50, 500


@dataclass(frozen=True)
class Search:
    """What a list is narrowed by; ``overdue`` are open lines whose last day has passed."""

    q: str = ""
    state: str = ""
    place: str = ""
    city: str = ""
    kind: str = ""
    overdue: str = ""
    order: str = ""
    parent: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Search":
        """From an address; what is no filter is left out."""
        return cls(**{name: args.get(name, "").strip()[:60] for name in cls.__dataclass_fields__})

    def filled(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    def conditions(self, today: date) -> list[ColumnElement[bool]]:
        told: list[ColumnElement[bool]] = []
        if self.q:
            told.append(RegisterEntry.title.contains(self.q, autoescape=True))
        if self.state in set(EntryState):
            told.append(RegisterEntry.state == EntryState(self.state))
        if self.place:
            told.append(RegisterEntry.place_code.in_(with_counties(self.place)))
        if self.city:
            told.append(RegisterEntry.city_code == self.city)
        if self.kind:
            told.append(RegisterEntry.kind == self.kind)
        if self.parent.isdecimal() and len(self.parent) < 10:
            told.append(RegisterEntry.parent_id == int(self.parent))
        if self.overdue:
            told += [RegisterEntry.state.in_(OPEN_STATES), RegisterEntry.due_on < today]
        return told


def lines(actor: Actor, key: str, search: Search, today: date) -> Select[RegisterEntry]:
    """The lines of a register that the reader may see, narrowed."""
    rows = select(RegisterEntry).where(RegisterEntry.register == key, *search.conditions(today))
    return visible_to(actor, rows, RegisterEntry, Permission.COOPERATION_READ)


def page(
    session: Session, actor: Actor, register: Register, search: Search, today: date, place: str
) -> tuple[list[RegisterEntry], str]:
    """One page, the newest first; by ``order=due`` what is due first."""
    rows = lines(actor, register.key, search, today)
    if search.order == "due":
        return page_in_line(session, rows, RegisterEntry, place, PAGE)
    return newest_page(session, rows, RegisterEntry, place, PAGE)


def total(session: Session, actor: Actor, key: str, search: Search, today: date) -> int:
    counted = select(func.count()).select_from(lines(actor, key, search, today).subquery())
    return session.scalar(counted) or 0


def papers(session: Session, entry: RegisterEntry) -> Sequence[EntryPaper]:
    return session.scalars(
        select(EntryPaper).where(EntryPaper.entry_id == entry.id).order_by(EntryPaper.id)
    ).all()


# --- what may be chosen ---------------------------------------------------------------------------------


@dataclass
class Choices:
    """The places, cities and parents that a form offers to one writer, read once for a whole sheet."""

    places: list[tuple[str, str]]
    cities: list[tuple[str, str]]
    parents: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def of(self, column: Column) -> list[tuple[str, str]]:
        if column.form is Form.PLACE:
            return self.places
        if column.form is Form.CITY:
            return self.cities
        return self.parents.get(column.name, [])


def choices(session: Session, actor: Actor, register: Register, today: date) -> Choices:
    """The places the actor writes for, the cities that help or helped them, and the lines of the parents;
    first whoever helps or is helped today."""
    helped, helpers = _paired(session, actor, today)
    return Choices(
        sorted(_places(session, actor), key=lambda place: not _lies_in_one(place[0], helped)),
        sorted(_cities(session, actor), key=lambda city: city[0] not in helpers),
        {column.name: _parents(session, actor, column, today) for column in register.columns if column.of},
    )


def _paired(session: Session, actor: Actor, today: date) -> tuple[set[str], set[str]]:
    """The prefectures and cities of the pairings of the day, of the actor's own where it works for an end."""
    rows = select(Pairing.recipient_code, Pairing.helper_code).where(holds_on(Pairing, today))
    if own := actor.areas(Role.CITY):
        rows = rows.where(Pairing.helper_code.in_(own))
    elif own := (*actor.areas(Role.PREFECTURE), *actor.areas(Role.COUNTY)):
        rows = rows.where(inside_one_of(Pairing.recipient_code, own))
    told = session.execute(rows).all()
    return {row[0] for row in told}, {row[1] for row in told}


def _lies_in_one(code: str, places: set[str]) -> bool:
    return bool(places & {code, f"{code[:4]}00"})


def _places(session: Session, actor: Actor) -> list[tuple[str, str]]:
    counties = programme_counties(session)
    if not actor.has_role(Role.PROVINCE, Role.CITY, Role.PREFECTURE):
        own = actor.areas(Role.COUNTY)
        return [(code, name) for code, name in counties if code in own]
    above = _above(session, actor)
    codes = {code for code, _name in above}
    inside = session.execute(
        select(Area.code, Area.prefecture_code).where(Area.code.in_(dict(counties)))
    ).all()
    prefecture: dict[str, str | None] = {row[0]: row[1] for row in inside}
    within = [one for one in counties if prefecture.get(one[0]) in codes or actor.has_role(Role.PROVINCE)]
    return [*above, *within]


def _above(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Prefectures and provinces that are helped, of those the actor works for or with."""
    rows = select(Pairing.recipient_code).where(Pairing.recipient_code.like("%00"))
    if not actor.has_role(Role.PROVINCE):
        cities, own = actor.areas(Role.CITY), actor.areas(Role.PREFECTURE)
        rows = rows.where(or_(Pairing.helper_code.in_(cities), Pairing.recipient_code.in_(own)))
    codes = set(session.scalars(rows.distinct()))
    return sorted(area_names(session, codes).items())


def _cities(session: Session, actor: Actor) -> list[tuple[str, str]]:
    rows = (
        select(Area.code, Area.name)
        .where(
            Area.code.in_(select(Pairing.helper_code)),
            Area.level.in_((AreaLevel.PREFECTURE, AreaLevel.PROVINCE)),
        )
        .order_by(Area.code)
    )
    own = actor.areas(Role.CITY)
    if own and not actor.has_role(Role.PROVINCE):
        rows = rows.where(Area.code.in_(own))
    return [(code, name) for code, name in session.execute(rows)]


def _parents(session: Session, actor: Actor, column: Column, today: date) -> list[tuple[str, str]]:
    rows = lines(actor, column.of, Search(), today).order_by(RegisterEntry.id.desc()).limit(MOST_CHOICES)
    return [(str(row.id), row.title) for row in session.scalars(rows)]


# --- what a line tells ----------------------------------------------------------------------------------


def names(session: Session, rows: Sequence[RegisterEntry]) -> dict[str, str]:
    """The names of the places, cities and parents of ``rows``, by code or number."""
    told = area_names(session, {code for row in rows for code in (row.place_code, row.city_code)})
    numbers = {row.parent_id for row in rows if row.parent_id}
    parents = session.execute(
        select(RegisterEntry.id, RegisterEntry.title).where(RegisterEntry.id.in_(numbers))
    )
    return told | {str(number): title for number, title in parents}


def history(session: Session, register: Register, entry: RegisterEntry) -> list[Entry]:
    """What happened to a line, the latest first, from the audit."""
    events = events_of(session, entry, (EventTag.ENTRY_WRITE, EventTag.ENTRY_ADVANCE))
    return [_told(register, event) for event in events]


def _told(register: Register, event: AuditEvent) -> Entry:
    details: dict[str, Any] = event.details
    if event.tag == EventTag.ENTRY_ADVANCE:
        step = ENTRY_WORKFLOW.by_event[details["event"]]
        what = Sentence(step.label)
        return Entry(event.at, event.actor_name, what, Sentence(details.get("reason", "")))
    if not details.get("event"):
        return Entry(event.at, event.actor_name, Sentence("登记"))
    changed = [
        Sentence(register.by_name[name].word) if name in register.by_name else column_word(name)
        for name in details.get("fields", ())
    ]
    told = Sentence("改了：%(fields)s", {"fields": changed}) if changed else NOTHING
    return Entry(event.at, event.actor_name, Sentence("修改"), told)


def register_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many lines each register holds for the reader, in one query."""
    rows = select(RegisterEntry.register, func.count()).group_by(RegisterEntry.register)
    seen = visible_to(actor, rows, RegisterEntry, Permission.COOPERATION_READ)
    counted: dict[str, int] = {row[0]: row[1] for row in session.execute(seen)}
    return {key: counted.get(key, 0) for key in registers()}
