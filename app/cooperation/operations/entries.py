"""Lines of registers: written, carried on, accepted by another person, shown by papers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.cooperation.register import Form, Register
from models.access import Actor, Permission, Role, visible_to
from models.audit import record
from models.clock import day_of
from models.cooperation.entry import ENTRY_WORKFLOW, EntryPaper, EntryState, RegisterEntry
from models.event_tags import EventTag
from models.i18n import Sentence
from models.placement.evidence_paper import Pages
from models.reference.area import Area, AreaLevel, area_names
from models.reference.dated_fact import Pairing
from models.workflow import TransitionRefused, refuse_for

SETTLED = Sentence("已经验收或不办了，不能再改；要改，先退回或重新办。")
NOT_YOURS = Sentence("这一行不在你管的地方，不能登记；帮扶市登记本市的，市州和县登记本地的。")
MOST_PAPERS = 20
TOO_MANY = Sentence("附件最多 20 份，请合成一份再传。")


def write(
    session: Session,
    actor: Actor,
    register: Register,
    values: Mapping[str, Any],
    today: date,
    entry: RegisterEntry | None = None,
) -> RegisterEntry:
    """A line new, or changed. Raises TransitionRefused with every rule that stands against it; nothing is
    kept then (the caller rolls back)."""
    if entry is not None:
        refuse_settled(entry)
    is_new = entry is None
    entry = entry or RegisterEntry(register=register.key, entered_by_id=actor.user_id)
    changed = [name for name in values if name in register.by_name and getattr(entry, name) != values[name]]
    with session.no_autoflush:
        for name in changed:
            setattr(entry, name, values[name])
        refuse_for(list(against(session, actor, register, entry, today)))
    session.add(entry)
    session.flush()
    record(session, actor, EventTag.ENTRY_WRITE, entry, event="" if is_new else "correct", fields=changed)
    return entry


def refuse_settled(entry: RegisterEntry) -> None:
    """Raise TransitionRefused for a line that is accepted or dropped."""
    if entry.state in (EntryState.ACCEPTED, EntryState.CANCELLED):
        raise TransitionRefused(SETTLED)


def against(
    session: Session, actor: Actor, register: Register, entry: RegisterEntry, today: date
) -> Iterable[Sentence]:
    """Every reason why the line cannot be kept as it is."""
    if not is_own(session, actor, entry.place_code, entry.city_code):
        yield NOT_YOURS
    if refusal := pairing_refusal(
        session, entry.place_code, entry.city_code, register.day_of(entry) or today
    ):
        yield refusal
    for column in register.columns:
        if column.form is Form.PARENT and (number := getattr(entry, column.name)):
            parent = select(RegisterEntry.id).where(
                RegisterEntry.id == number, RegisterEntry.register == column.of
            )
            if session.scalar(visible_to(actor, parent, RegisterEntry, Permission.COOPERATION_READ)) is None:
                yield Sentence("“%(what)s”里选的不在你能看到的台账里。", {"what": Sentence(column.word)})
    yield from register.rules(session, entry, today)


def is_own(session: Session, actor: Actor, place_code: str, city_code: str) -> bool:
    """Whether the actor writes for one end of the two."""
    if actor.has_role(Role.PROVINCE):
        return True
    if city_code in actor.areas(Role.CITY) or place_code in actor.areas(Role.COUNTY):
        return True
    own = actor.areas(Role.PREFECTURE)
    area = session.get(Area, place_code) if own else None
    return area is not None and (place_code in own or area.prefecture_code in own)


def pairing_refusal(session: Session, place_code: str, city_code: str, day: date) -> Sentence | None:
    """That the two are no pair on ``day``, with the days on which they are one (粤办发〔2016〕32号 3-5)."""
    rows = session.scalars(
        select(Pairing).where(_of_pair(session, place_code, city_code)).order_by(Pairing.valid_from)
    ).all()
    if any(row.valid_from <= day <= row.last_day for row in rows):
        return None
    names = area_names(session, (place_code, city_code))
    told = {"city": names.get(city_code, city_code), "place": names.get(place_code, place_code), "day": day}
    if not rows:
        return Sentence("%(city)s和%(place)s没有结对关系，请核对是哪个市、哪个地方。", told)
    spans = [
        Sentence("%(start)s至%(end)s", {"start": row.valid_from, "end": row.valid_to or Sentence("今")})
        for row in rows
    ]
    return Sentence(
        "%(day)s不在%(city)s和%(place)s的结对期内（结对期：%(spans)s），请核对日期。", told | {"spans": spans}
    )


def _of_pair(session: Session, place_code: str, city_code: str) -> ColumnElement[bool]:
    """The pairings of a place or of what it lies in with a city, or with its whole province where that is the
    helper."""
    area = session.get(Area, place_code)
    above = {place_code}
    if area is not None:
        above |= {code for code in (area.prefecture_code, f"{place_code[:2]}0000") if code}
        if area.level == AreaLevel.PROVINCE:
            return Pairing.recipient_code.like(f"{place_code[:2]}%") & (Pairing.helper_code == city_code)
    return Pairing.recipient_code.in_(above) & or_(
        Pairing.helper_code == city_code, Pairing.helper_code.like(f"{city_code[:4]}__")
    )


def advance(
    session: Session, actor: Actor, entry: RegisterEntry, event: str, now: datetime, reason: str = ""
) -> None:
    """One step; that it is done is dated by the day on which it was told, unless a day is known."""
    ENTRY_WORKFLOW.advance(session, entry, event, actor, now, reason)
    if entry.state == EntryState.DONE and entry.done_on is None:
        entry.done_on = day_of(now)
    elif entry.state == EntryState.UNDER_WAY:
        entry.done_on = None


def add_paper(session: Session, actor: Actor, entry: RegisterEntry, name: str, pages: Pages) -> EntryPaper:
    """Keep a photograph or document with a line, sealed. Raises TransitionRefused."""
    refuse_settled(entry)
    known = session.scalars(select(EntryPaper.digest).where(EntryPaper.entry_id == entry.id)).all()
    if len(known) >= MOST_PAPERS:
        raise TransitionRefused(TOO_MANY)
    if pages.digest in known:
        raise TransitionRefused(Sentence("这份附件已经传过了。"))
    paper = EntryPaper(
        entry_id=entry.id,
        name=name,
        size=len(pages.content),
        pages=pages.pages,
        digest=pages.digest,
        content=pages.content,
        uploaded_by_id=actor.user_id,
    )
    session.add(paper)
    session.flush()
    record(session, actor, EventTag.ENTRY_PAPER_ADD, paper, name=name)
    return paper


def open_paper(session: Session, actor: Actor, paper: EntryPaper) -> bytes:
    """The PDF; who opened it is noted in the same transaction."""
    record(session, actor, EventTag.ENTRY_PAPER_OPEN, paper, name=paper.name)
    return paper.content
