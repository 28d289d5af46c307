"""The one check that a second person does what one alone must not: against hands, not against buttons.

Each act that takes two persons stands in :mod:`models.two_person_acts`. Whoever made, edited, proposed or
judged the row in question, as the audit has it, is no second person; nor is an account that may be in the
same hand (:mod:`models.one_hand`), nor anybody of an enterprise or school that the row is about. Two officers
of one county are two persons: the law asks for two, and a county has no more.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session
from sqlalchemy.orm.exc import UnmappedInstanceError

from models.access import Actor, Grant
from models.asked_before import asked_before
from models.audit import AuditEvent, noted
from models.base import Base
from models.event_tags import EventTag
from models.i18n import Sentence
from models.one_hand import one_hand
from models.reference.organisation import Organisation
from models.two_person_acts import INTERESTS, Check
from models.user import User


def second_person(check: Check, row: Any, actor: Actor) -> list[Sentence]:
    """Why ``actor`` is no second person for ``row``; empty where nothing stands against."""
    return second_persons(check, [row], actor)[0]


def second_persons(check: Check, rows: Sequence[Any], actor: Actor) -> list[list[Sentence]]:
    """:func:`second_person` of each of ``rows``, which are of one session, by as many queries as of one."""
    session = next(map(_session_of, rows), None)
    named = [
        {number for name in check.columns if (number := getattr(row, name, None)) is not None} for row in rows
    ]
    hands = named if session is None else list(map(set.union, named, hands_on(session, check, rows)))
    known = _Hands(session, actor)
    return [known.against(hands[n], check.said) + interest(row, actor) for n, row in enumerate(rows)]


def not_by(session: Session | None, actor: Actor, hands: set[int], said: Sentence) -> list[Sentence]:
    """Why ``actor`` is not another person than ``hands``: the same account, the same hand, the same
    organisation. The platform itself (no account) is another."""
    return _Hands(session, actor).against(hands, said)


class _Hands:
    """Whose hands are the actor's too, asked at most once for all rows of a page."""

    def __init__(self, session: Session | None, actor: Actor) -> None:
        self._session, self._actor = session, actor

    def against(self, hands: set[int], said: Sentence) -> list[Sentence]:
        """As :func:`not_by` says it."""
        session, actor = self._session, self._actor
        if actor.user_id is None:
            return []
        if actor.user_id in hands:
            return [said]
        if session is None or not hands:
            return []
        if tied := self._own & hands:
            return [_same_hand(session, min(tied))]
        return _same_organisation(session, actor, hands)

    @cached_property
    def _own(self) -> set[int]:
        assert self._session is not None
        return one_hand(self._session, self._actor.user_id)


def _same_hand(session: Session, user_id: int) -> Sentence:
    other = session.get(User, user_id)
    return Sentence(
        "你和%(name)s的账号，是同一位管理员建的、授权的或换过密码的，还没有另一位管理员看过，"
        "现在算一个人办的。请换一位同事，或请另一位管理员先在“账号与授权”里看过。",
        {"name": other.name if other else str(user_id)},
    )


def _same_organisation(session: Session, actor: Actor, hands: set[int]) -> list[Sentence]:
    own = _organisations(actor)
    if not own or not hands:
        return []
    shared = select(Grant.organisation_id).where(Grant.user_id.in_(hands), Grant.organisation_id.in_(own))
    number = session.scalar(shared.limit(1))
    return [_of_organisation(session, number)] if number is not None else []


def interest(row: Any, actor: Actor) -> list[Sentence]:
    """That the row is about an enterprise or school of the actor's own: nobody judges that, by whatever
    other right."""
    if not _organisations(actor):
        return []
    about = {number for path in INTERESTS if (number := _value(row, path)) is not None}
    return of_organisations(_session_of(row), actor, about)


def of_organisations(session: Session | None, actor: Actor, about: set[int]) -> list[Sentence]:
    """That ``actor`` is one of the people of one of these enterprises and schools."""
    own = about & _organisations(actor)
    return [_of_organisation(session, min(own))] if own else []


def _organisations(actor: Actor) -> frozenset[int]:
    return actor.belongs_to | frozenset(actor.organisations())


def _of_organisation(session: Session | None, number: int) -> Sentence:
    row = session.get(Organisation, number) if session is not None else None
    name = row.name if row else str(number)
    return Sentence("这件事关系到你所在的单位（%(name)s），不能由你来办，请换一位同事。", {"name": name})


def _value(row: Any, path: str) -> int | None:
    try:
        number: int | None = attrgetter(path)(row)
    except AttributeError:
        return None
    return number


def _session_of(row: Any) -> Session | None:
    try:
        return object_session(row)
    except UnmappedInstanceError:
        return None


# --- hands ----------------------------------------------------------------------------------------------


class _Act(NamedTuple):
    actor_id: int | None
    tag: str
    subject: str
    told: Mapping[str, Any]

    @property
    def event(self) -> str:
        return str(self.told.get("event", ""))


def hands_on(session: Session, check: Check, rows: Sequence[Any]) -> list[set[int]]:
    """For each row the accounts whose acts on it and on what belongs to it the audit has, this transaction's
    too."""
    subjects = _subjects(session, check, rows)
    acts = _acts(session, check, sorted(set[str]().union(*subjects)))
    return [
        _hands(check, row, [act for act in acts if act.subject in subjects[n]]) for n, row in enumerate(rows)
    ]


def _acts(session: Session, check: Check, subjects: list[str]) -> list[_Act]:
    """In the order they were done."""
    tags = {tag.value for tag in check.makes}
    columns = AuditEvent.actor_id, AuditEvent.tag, AuditEvent.subject, AuditEvent.payload
    kept = session.execute(
        select(*columns)
        .where(AuditEvent.subject.in_(subjects), AuditEvent.tag.in_(tags))
        .order_by(AuditEvent.id)
    )
    acts = [
        _Act(who, tag, subject, AuditEvent(payload=payload).details) for who, tag, subject, payload in kept
    ]
    return acts + [_Act(*one) for one in noted(session) if one[1] in tags and one[2] in subjects]


def _hands(check: Check, row: Any, acts: list[_Act]) -> set[int]:
    own = f"{check.table}:{getattr(row, check.key)}"
    begins = max((n for n, act in enumerate(acts) if check.since and act.event in check.since), default=0)
    alike = {name: getattr(row, name) for name in check.alike}
    return {
        act.actor_id
        for act in acts[begins:]
        if act.actor_id is not None
        and _counts(check, act)
        and (act.subject != own or all(act.told.get(name) == value for name, value in alike.items()))
    }


def _counts(check: Check, act: _Act) -> bool:
    events = check.makes[EventTag(act.tag)]
    return not events or act.event in events


def _subjects(session: Session, check: Check, rows: Sequence[Any]) -> list[set[str]]:
    """What the audit calls each row and what belongs to it."""
    known = [{row.__tablename__: [row.id], check.table: [getattr(row, check.key)]} for row in rows]
    for one in check.related:
        table = Base.metadata.tables[one.table]
        above, belongs = {number for own in known for number in own[one.of]}, table.c[one.key]
        below: dict[int, list[int]] = {}
        for of, number in session.execute(select(belongs, table.c.id).where(belongs.in_(above))):
            below.setdefault(of, []).append(number)
        for own in known:
            own[one.table] = [number for of in own[one.of] for number in below.get(of, ())]
    return [{f"{table}:{number}" for table, numbers in own.items() for number in numbers} for own in known]


def others(
    session: Session, actor: Actor, *columns: InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """For lists of what waits: rows in whose ``columns`` no hand of the actor's stands.

    The step itself compares with the whole audit (:func:`second_person`); a list of thousands does not.
    """
    number = actor.user_id
    own = asked_before(session, (one_hand, number), lambda: one_hand(session, number))
    return and_(*(or_(column.is_(None), column.not_in(own)) for column in columns))
