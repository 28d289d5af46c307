"""Reads of accounts. They are not personal to an area; the permission is the scope."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import current_app, url_for
from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import oversight
from app.kit.web.navigation import Task
from models.access import Actor, Grant, Permission
from models.account_request import REQUEST_WORKFLOW
from models.api.webhook import Webhook
from models.i18n import N_, Sentence, counted
from models.people.name import MIDDLE_DOT, name_key
from models.people.name_index import NameKey, begins
from models.reference.area import Area
from models.reference.area_latin import AreaName
from models.reference.organisation import Organisation
from models.user import LoginSession, SignInCounter, User
from models.watched_act import WatchedKind

PAGE, MOST_COUNTED = 50, 1000


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for an administrator: what another asks for or did alone, locked accounts; for anybody: own
    addresses that are told nothing any more."""
    stopped = [_stopped_webhooks(session, actor)]
    if not actor.can(Permission.USER_ADMIN):
        return stopped
    return [
        *stopped,
        _many_opened(session, actor, today),
        _requests(session, actor),
        _to_look_at(session, actor, WatchedKind.ACCOUNT),
        _to_look_at(session, actor, WatchedKind.REVEAL),
        _locked_accounts(session),
    ]


def _stopped_webhooks(session: Session, actor: Actor) -> Task:
    rows = select(Webhook.url).where(Webhook.user_id == actor.user_id, Webhook.stopped_at.is_not(None))
    urls = session.scalars(rows.order_by(Webhook.id).limit(PAGE)).all()
    text = counted(len(urls), "个通知地址停下了")
    reason = Sentence("%(urls)s；对方连着几次没有收，修好了再重新开始", {"urls": list(urls[:2])})
    return Task(len(urls), text, reason, url_for("api.own_webhooks"), N_("去看看"), "home.today")


def _many_opened(session: Session, actor: Actor, today: date) -> Task:
    least = current_app.config["NUMBERS_ALARM_A_DAY"]
    names = oversight.many_in_a_day(session, actor, today, least)
    text = counted(len(names), "个账号一天打开了 %(most)s 个人以上的号码，请马上看", most=least)
    reason = Sentence("%(names)s；不对劲的，先停用账号再查", {"names": names[:3]})
    return Task(len(names), text, reason, url_for("accounts.oversight"), N_("去看看"), "accounts.users")


def _requests(session: Session, actor: Actor) -> Task:
    rows = oversight.waiting_requests(session, actor)
    steps = {row.id: REQUEST_WORKFLOW.available(row, actor) for row in rows}
    mine = [row for row in rows if any(one.event == "confirm" and not one.against for one in steps[row.id])]
    names = [row.user.name for row in mine]
    text = counted(len(mine), "份账号申请等你同意")
    reason = Sentence("%(names)s；不同意也请写明为什么", {"names": names[:3]})
    return Task(len(mine), text, reason, url_for("accounts.oversight"), N_("去看看"), "accounts.users")


def _to_look_at(session: Session, actor: Actor, kind: WatchedKind) -> Task:
    count = oversight.waiting_count(session, actor, kind)
    if kind is WatchedKind.ACCOUNT:
        text = counted(count, "件账号、授权和换密码的事等你看过")
        reason = Sentence("别的管理员一个人办的；看过以前，他经手的账号互相不能当第二人")
    else:
        text = counted(count, "次打开或导出号码等你看过")
        reason = Sentence("谁看了多少次、什么用途；不对劲的，先停用账号再查")
    return Task(count, text, reason, url_for("accounts.oversight"), N_("去看看"), "accounts.users")


def _locked_accounts(session: Session) -> Task:
    staff = select(User.name).where(is_locked(), User.worker_id.is_(None))  # a worker is helped by the county
    names = list(session.scalars(staff.order_by(User.id).limit(MOST_COUNTED)))
    reason = Sentence("%(names)s；过 15 分钟自己会开，也可以换新密码", {"names": names[:3]})
    text = counted(len(names), "个账号连着输错密码，锁住了")
    return Task(len(names), text, reason, url_for("accounts.users", locked=1), N_("去看看"), "accounts.users")


def account_counts(session: Session) -> tuple[int, int]:
    """How many accounts can sign in, and how many are closed."""
    counts = dict(session.execute(select(User.is_active, func.count()).group_by(User.is_active)).all())
    return counts.get(True, 0), counts.get(False, 0)


def is_locked() -> ColumnElement[bool]:
    """Accounts whose door is locked for somebody now, by the database's clock."""
    return exists().where(SignInCounter.user_id == User.id, SignInCounter.locked_until > func.now())


def locked_until(session: Session, user_ids: list[int]) -> dict[int, datetime]:
    """Until when an account's door is locked for somebody, by account."""
    locks = select(SignInCounter.user_id, func.max(SignInCounter.locked_until)).where(
        SignInCounter.user_id.in_(user_ids), SignInCounter.locked_until > func.now()
    )
    rows = session.execute(locks.group_by(SignInCounter.user_id))
    return {number: until for number, until in rows if number is not None and until is not None}


def is_name_taken(session: Session, username: str) -> bool:
    """Whether an account has this name."""
    return session.scalar(select(User.id).where(User.username == username)) is not None


def users_page(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: int, size: int = PAGE
) -> list[User]:
    """One page of accounts (one more than fits), by number."""
    statement = select(User).where(User.id > after, *conditions).order_by(User.id).limit(size + 1)
    return list(session.scalars(statement))


def last_seen(session: Session, user_ids: list[int]) -> dict[int, datetime]:
    """When somebody was last seen under an account, by account."""
    at = func.max(func.coalesce(LoginSession.last_seen_at, LoginSession.created_at))
    rows = select(LoginSession.user_id, at).where(LoginSession.user_id.in_(user_ids))
    return dict(session.execute(rows.group_by(LoginSession.user_id)).all())


def is_called(find: str) -> ColumnElement[bool]:
    """By the account's name, a part of the person's, or pinyin where it is somebody of the register."""
    key = name_key(find)
    if not key:
        return false()
    plain = func.lower(func.replace(User.name, MIDDLE_DOT, ""))
    keyed = exists().where(NameKey.worker_id == User.worker_id, begins(NameKey.key, key))
    return or_(
        User.username.startswith(find, autoescape=True),
        func.replace(plain, " ", "").contains(key, autoescape=True),
        keyed,
    )


def grants_of(session: Session, user_ids: list[int]) -> dict[int, list[tuple[Grant, str | None, str | None]]]:
    """Each account's grants with the names of their area and organisation."""
    rows = session.execute(
        select(Grant, Area.name, Organisation.name)
        .outerjoin(Area, Area.code == Grant.area_code)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.user_id.in_(user_ids))
        .order_by(Grant.id)
    )
    grants: dict[int, list[tuple[Grant, str | None, str | None]]] = {}
    for grant, area, organisation in rows:
        grants.setdefault(grant.user_id, []).append((grant, area and AreaName(area), organisation))
    return grants
