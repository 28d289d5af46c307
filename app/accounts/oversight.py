"""What administrators did alone and another has to look at, and the look itself. The caller commits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from models.access import ROLE_LABELS, Actor, Grant, Permission, Role, scope_of
from models.account_request import AccountRequest, RequestState
from models.audit import AuditEvent, record
from models.base import rows_changed
from models.clock import CHINA
from models.column_words import column_word
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import Refusal, Sentence
from models.one_hand import entangled, one_hand
from models.reference.area import area_names
from models.reference.organisation import Organisation
from models.second_person import second_persons
from models.two_person_acts import ACT_SEEN
from models.user import User
from models.watched_act import MANY, WatchedAct, WatchedKind
from models.workflow import TransitionRefused, refuse_for

SHOWN = 50
ALARM_DAYS = 7
NOT_INDEPENDENT = Sentence(
    "要由另一位管理员来看：你建过办的人或被办的账号，或由它们所建，或一周之内和它们由同一个人授权、换过密码。"
)

LAST_OTHER = Sentence(
    "除你以外只有这一位管理员，不能由你一个人停用或收回，不然你做的事再没有人来看。"
    "请先另设一位管理员，或由负责人在服务器上办：flask close-account。"
)


@dataclass(frozen=True)
class Done:
    """One act on an account: who (None: on the machine), whom, and what was given or changed."""

    act: WatchedAct
    by: str
    word: str
    whom: str
    what: list[Sentence]
    names: list[str]


@dataclass(frozen=True)
class Opened:
    """How often one person opened or exported numbers since somebody last looked."""

    doer_id: int
    name: str
    count: int
    since: datetime
    newest: int


def unseen(actor: Actor, kind: WatchedKind) -> tuple[ColumnElement[bool], ...]:
    """The condition of what nobody has looked at, without what ``actor`` did or underwent."""
    ends = WatchedAct.doer_id, WatchedAct.target_id
    others = [or_(column.is_(None), column != actor.user_id) for column in ends]
    return (
        scope_of(actor, WatchedAct, Permission.USER_ADMIN),
        WatchedAct.kind == kind,
        WatchedAct.looked_at.is_(None),
        *others,
    )


def waiting_count(session: Session, actor: Actor, kind: WatchedKind) -> int:
    """How many acts of ``kind`` wait for ``actor`` to look."""
    return session.scalar(select(func.count(WatchedAct.id)).where(*unseen(actor, kind))) or 0


def account_acts(session: Session, actor: Actor) -> list[tuple[WatchedAct, AuditEvent]]:
    """The oldest acts on accounts that nobody has looked at, each with its event."""
    statement = (
        select(WatchedAct, AuditEvent)
        .join(AuditEvent, AuditEvent.id == WatchedAct.event_id)
        .where(*unseen(actor, WatchedKind.ACCOUNT))
        .order_by(WatchedAct.id)
        .limit(SHOWN)
    )
    return [(act, event) for act, event in session.execute(statement)]


def in_words(session: Session, rows: list[tuple[WatchedAct, AuditEvent]]) -> list[Done]:
    """The acts with the names of whoever and whatever they were about."""
    noted = [event.details for _act, event in rows]
    users = _names(session, User.id, User.name, {act.target_id for act, _event in rows})
    areas = area_names(session, {one["area"] for one in noted if one.get("area")})
    units = {one.get(key) for one in noted for key in ("organisation", "to")}
    named = _names(session, Organisation.id, Organisation.name, {n for n in units if isinstance(n, int)})
    done = []
    for (act, event), told in zip(rows, noted, strict=True):
        what = [Sentence(ROLE_LABELS[Role(told["role"])])] if told.get("role") else []
        what += [column_word(name) for name in told.get("fields", ())]
        places = areas.get(told.get("area") or ""), named.get(told.get("organisation")), told.get("reason")
        whom = users.get(act.target_id) or told.get("name") or told.get("other") or event.subject
        by = event.actor_name if act.doer_id else told.get("machine", event.actor_name)
        names = [name for name in places if name]
        done.append(Done(act, by, EVENT_LABELS[EventTag(act.tag)], whom, what, names))
    return done


def _names(session: Session, key: Any, name: Any, numbers: set[int | None]) -> dict[int | None, str]:
    return dict(session.execute(select(key, name).where(key.in_(numbers - {None}))).all())


def opened(session: Session, actor: Actor) -> list[Opened]:
    """Who opened numbers since somebody last looked, the most first."""
    statement = (
        select(
            WatchedAct.doer_id,
            func.max(User.name),
            func.count(WatchedAct.id),
            func.min(WatchedAct.created_at),
            func.max(WatchedAct.event_id),
        )
        .join(User, User.id == WatchedAct.doer_id)
        .where(*unseen(actor, WatchedKind.REVEAL))
        .group_by(WatchedAct.doer_id)
        .order_by(func.count(WatchedAct.id).desc(), WatchedAct.doer_id)
        .limit(SHOWN)
    )
    rows = session.execute(statement).all()
    return [Opened(doer or 0, name, count, since, newest) for doer, name, count, since, newest in rows]


def many_in_a_day(session: Session, actor: Actor, today: date, least: int) -> list[str]:
    """Names of accounts that opened at least ``least`` people's data on one of the last ALARM_DAYS days, as
    far as nobody has looked at it."""
    midnight = datetime.combine(today, time(), CHINA)
    days = [midnight - timedelta(days=back) for back in range(ALARM_DAYS)]
    each = [
        func.count(case((WatchedAct.created_at.between(day, day + timedelta(days=1)), WatchedAct.id)))
        for day in days
    ]
    statement = (
        select(func.max(User.name))
        .join(WatchedAct, WatchedAct.doer_id == User.id)
        .where(*unseen(actor, WatchedKind.REVEAL), WatchedAct.tag.in_(MANY))
        .where(WatchedAct.created_at >= days[-1])
        .group_by(User.id)
        .having(or_(*(count >= least for count in each)))
        .order_by(User.id)
    )
    return list(session.scalars(statement.limit(SHOWN)))


def waiting_requests(session: Session, actor: Actor) -> list[AccountRequest]:
    """What waits for another administrator, the oldest first."""
    waiting = select(AccountRequest).where(
        AccountRequest.state == RequestState.WAITING, scope_of(actor, AccountRequest, Permission.USER_ADMIN)
    )
    return list(session.scalars(waiting.order_by(AccountRequest.id).limit(SHOWN)))


def requests_about(session: Session, user: User) -> list[AccountRequest]:
    """What waits for another administrator about one account."""
    mine = select(AccountRequest).where(
        AccountRequest.user_id == user.id, AccountRequest.state == RequestState.WAITING
    )
    return list(session.scalars(mine.order_by(AccountRequest.id)))


def look(session: Session, actor: Actor, numbers: Collection[int], now: datetime) -> int:
    """Note that ``actor`` has looked at these acts on accounts; returns how many were still open.

    Raises TransitionRefused, and notes nothing, where one of them is no stranger's to ``actor``.
    """
    acts = session.scalars(
        select(WatchedAct).where(
            WatchedAct.id.in_(numbers),
            WatchedAct.kind == WatchedKind.ACCOUNT,
            WatchedAct.looked_at.is_(None),
            scope_of(actor, WatchedAct, Permission.USER_ADMIN),
        )
    ).all()
    refuse_for(against_looking(session, actor, acts, now))
    return _tick(session, actor, [WatchedAct.id.in_([act.id for act in acts])], now)


def against_looking(
    session: Session, actor: Actor, acts: Iterable[WatchedAct], now: datetime
) -> Sentence | None:
    """Why ``actor`` does not tick these off; the command line may."""
    if actor.user_id is None:
        return None
    pairs: dict[tuple[int | None, int | None], WatchedAct] = {(a.doer_id, a.target_id): a for a in acts}
    against = second_persons(ACT_SEEN, list(pairs.values()), actor)
    if said := next(filter(None, against), None):
        return said[0]
    # The acts themselves tie doer and target, not the one who looks: what he has to do with either counts.
    for pair in pairs:
        if actor.user_id in entangled(session, pair, now):
            return NOT_INDEPENDENT
    return None


def look_at_opened(session: Session, actor: Actor, doer_id: int, newest: int, now: datetime) -> int:
    """Note that ``actor`` has looked at all that ``doer_id`` opened until the event ``newest``."""
    if actor.user_id in entangled(session, (doer_id,), now):
        raise TransitionRefused(NOT_INDEPENDENT)
    of_doer = WatchedAct.doer_id == doer_id, WatchedAct.event_id <= newest
    return _tick(session, actor, (*unseen(actor, WatchedKind.REVEAL), *of_doer), now)


def _tick(session: Session, actor: Actor, conditions: Iterable[ColumnElement[bool]], now: datetime) -> int:
    seen = update(WatchedAct).where(WatchedAct.looked_at.is_(None), *conditions)
    count = rows_changed(session, seen.values(looked_at=now, looked_by_id=actor.user_id))
    if count:
        session.expire_all()
        told = {"machine": actor.name} if actor.user_id is None else {}
        record(session, actor, EventTag.ACT_LOOK, "watched_act", rows=count, **told)
    return count


def other_administrators(session: Session, actor: Actor, today: date, but: int | None = None) -> int:
    """How many other open accounts, none in the hand of ``actor``, hold administration ``today``.

    ``but`` is the number of one that does not count. With none, the command line is the way.
    """
    own = one_hand(session, actor.user_id) | ({but} if but else set())
    statement = (
        select(func.count(func.distinct(Grant.user_id)))
        .join(User, User.id == Grant.user_id)
        .where(Grant.role == Role.ADMIN, Grant.revoked_at.is_(None), User.is_active)
        .where(Grant.valid_from <= today, or_(Grant.valid_to.is_(None), Grant.valid_to >= today))
    )
    return session.scalar(statement.where(Grant.user_id.not_in(own))) or 0


def refuse_alone(session: Session, actor: Actor, user_id: int, today: date) -> None:
    """Raise Refusal where ``actor``, shutting ``user_id`` out, would be the only administrator left:
    nobody would agree to, or look at, what one does alone any more. The command line may."""
    if actor.user_id in (None, user_id):
        return
    # Two such acts at once would each see the other's target still there: one after the other.
    held = select(Grant.id).where(Grant.role == Role.ADMIN, Grant.revoked_at.is_(None))
    session.execute(held.order_by(Grant.id).with_for_update())
    if other_administrators(session, actor, today, user_id):
        return
    if other_administrators(session, actor, today):
        raise Refusal(LAST_OTHER)
