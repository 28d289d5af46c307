"""The demo accounts: one for each role, all with one password that is printed at the start."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from models.access import ROLE_LABELS, SYSTEM, Actor, Grant, Role, load_actor
from models.people.worker import Worker
from models.reference.organisation import Organisation
from models.user import User

DEMO_PASSWORD = "xieshou-2016"  # noqa: S105  printed on the screen on purpose
DEMO_PIN = "380617"  # of workers' own accounts; printed, too
ZHAOJUE, CHENGGUAN, LIANGSHAN, FOSHAN, GUANGDONG = "513431", "513431100", "513400", "440600", "440000"
DEBAO = "451024"  # 深圳 helps 百色 to this day

# (user name, person's name, role, area)
ACCOUNTS: tuple[tuple[str, str, Role, str | None], ...] = (
    ("county", "吉克阿依", Role.COUNTY, ZHAOJUE),
    ("county2", "阿尔布吉", Role.COUNTY, ZHAOJUE),
    ("county3", "黄秀芳", Role.COUNTY, DEBAO),
    ("township", "沙马尔布", Role.TOWNSHIP, CHENGGUAN),
    ("enterprise", "陈厂长", Role.ENTERPRISE, None),
    ("school", "罗老师", Role.SCHOOL, None),
    ("teacher", "马建国", Role.TEACHER, None),
    ("city", "梁科长", Role.CITY, FOSHAN),
    ("registration", "何警官", Role.REGISTRATION, FOSHAN),
    ("registration2", "黄警官", Role.REGISTRATION, FOSHAN),
    ("prefecture", "马海处长", Role.PREFECTURE, LIANGSHAN),
    ("province", "李处长", Role.PROVINCE, GUANGDONG),
    ("auditor", "审计张工", Role.AUDITOR, LIANGSHAN),
    ("admin", "管理员甲", Role.ADMIN, None),
    ("admin2", "管理员乙", Role.ADMIN, None),
    ("worker", "", Role.WORKER, None),
)


def make_accounts(
    session: Session, enterprise: Organisation, school: Organisation, worker: Worker
) -> list[User]:
    """Create the demo accounts; the worker's account belongs to ``worker``."""
    places = {Role.ENTERPRISE: enterprise.id, Role.SCHOOL: school.id, Role.TEACHER: school.id}
    made, password = [], accounts.hasher.hash(DEMO_PASSWORD)
    for username, name, role, area in ACCOUNTS:
        user = accounts.add_user(session, SYSTEM, username, name or worker.name, password, must_change=False)
        user.worker_id = worker.id if role is Role.WORKER else None
        session.add(
            Grant(
                user_id=user.id,
                role=role,
                area_code=area,
                organisation_id=places.get(role),
                valid_from=date(2016, 12, 25),
                reason="演示",
            )
        )
        made.append(user)
    return made


def actor_named(session: Session, username: str, day: date) -> Actor:
    """The actor of a demo account. Raises NoResultFound when there is no such account."""
    user = session.scalars(select(User).where(User.username == username)).one()
    return load_actor(session, user, day)


def clerk_of(session: Session, role: Role, where: dict[str, Any], name: str, day: date) -> Actor:
    """Somebody who holds ``role`` there: a demo account, or one with which nobody signs in."""
    held = (getattr(Grant, column) == value for column, value in where.items())
    known = select(User).join(Grant, Grant.user_id == User.id).where(Grant.role == role, *held)
    user = session.scalar(known.order_by(User.id).limit(1))
    return colleague_of(session, role, where, name, day) if user is None else load_actor(session, user, day)


def colleague_of(session: Session, role: Role, where: dict[str, Any], name: str, day: date) -> Actor:
    """Somebody with whom nobody signs in, beside whoever holds ``role`` there."""
    username = "-".join(["clerk", *(str(value) for value in where.values())])
    user = User(username=username, name=name[:40], password_hash="!")  # noqa: S106
    session.add(user)
    session.flush()
    session.add(Grant(user_id=user.id, role=role, valid_from=date(2016, 12, 25), **where))
    session.flush()
    return load_actor(session, user, day)


def demo_accounts(session: Session) -> list[tuple[str, str]]:
    """(user name, role) of the demo accounts that open with the demo's password: none that is closed."""
    known = {user.username for user in working_accounts(session)}
    return [
        (username, _(ROLE_LABELS[role])) for username, _name, role, _area in ACCOUNTS if username in known
    ]


def working_accounts(session: Session) -> Sequence[User]:
    """The accounts that still open with the demo's password or PIN.

    Looked at are the names of the demo, and whoever shares a stored password with another account: the demo
    writes one for all of its own, whatever they are called by now. A password that was drawn or chosen has a
    salt of its own, and trying argon2 on every account of a province would take an hour.
    """
    names = [username for username, *_rest in ACCOUNTS]
    shared = select(User.password_hash).group_by(User.password_hash).having(func.count() > 1)
    suspects = select(User).where(
        User.is_active, or_(User.username.in_(names), User.password_hash.in_(shared))
    )
    known: dict[str, bool] = {}
    for user in (rows := session.scalars(suspects.order_by(User.id)).all()):
        if user.password_hash not in known:
            told = (DEMO_PASSWORD, DEMO_PIN)
            known[user.password_hash] = any(accounts.is_hash_of(user.password_hash, one) for one in told)
    return [user for user in rows if known[user.password_hash]]


def close_accounts(session: Session, now: datetime) -> list[str]:
    """Close every account that opens with the demo password, and end its sign-ins; their names."""
    closed = working_accounts(session)
    for user in closed:
        accounts.set_active(session, SYSTEM, user, False, now)
    return [user.username for user in closed]
