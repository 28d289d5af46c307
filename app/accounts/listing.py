"""Accounts as a list: who may do what where, and who came last when: what nobody needs is found and closed
(GB/T 22239-2019 8.1.4.2: 应及时删除或停用多余的、过期的账户)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, and_, exists, select, type_coerce
from sqlalchemy.orm import Session, aliased

from app.accounts import queries
from app.kit.web.formatters import in_words
from app.kit.web.grouping import Grouping, narrowed_by
from app.kit.web.labels import label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.ordering import Sort
from app.kit.web.whole_list import Whole
from models.access import ROLE_LABELS, Actor, Grant, Permission, Role
from models.clock import day_of
from models.i18n import N_
from models.user import User

COLUMNS = (
    Said("username", N_("账号"), 20),
    Said("name", N_("姓名"), 16),
    Said("roles", N_("角色与范围"), 40),
    Said("state", N_("状态"), 12),
    Said("seen", N_("最近登录"), 12),
    Said("opened", N_("哪天建的"), 12),
)
STATES = {"active": N_("可用"), "locked": N_("锁住的"), "closed": N_("已停用")}
NOBODY = "none"
RIGHT = aliased(Grant)


def _last_right(of: Any) -> ColumnElement[bool]:
    """That a right is the last of those of its account that were not taken back."""
    later = aliased(Grant)
    newer = exists().where(later.user_id == of.user_id, later.revoked_at.is_(None), later.id > of.id)
    return and_(of.revoked_at.is_(None), ~newer)


def _with_right(statement: Select[Any]) -> Select[Any]:
    return statement.join(RIGHT, and_(RIGHT.user_id == User.id, _last_right(RIGHT)))


def _without_right(statement: Select[Any]) -> Select[Any]:
    return statement.where(_has_no_right())


def _has_no_right() -> ColumnElement[bool]:
    return ~exists().where(Grant.user_id == User.id, Grant.revoked_at.is_(None))


def _role_names(session: Session, keys: Sequence[Any]) -> Mapping[Any, str]:
    return {key: _(ROLE_LABELS[Role(key)]) for key in keys}


OPENED = Grouping("month", N_("哪个月建的"), User.created_at, "month", of_months=True)
GROUPINGS = (
    Grouping(
        "role",
        N_("角色"),
        type_coerce(RIGHT.role, String(40)),
        "role",
        _role_names,
        unknown=NOBODY,
        unknown_word=N_("没有角色"),
        joined=_with_right,
        rest=_without_right,
    ),
    OPENED,
)
SORTS = (
    Sort("username", (User.username, User.id)),
    Sort("state", (User.is_active, User.id)),
    Sort("opened", (User.id,)),
)


def conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    """What an address narrows the list to; a state or a role that is none narrows nothing."""
    found = narrowed_by((OPENED,), actor, asked)
    state, role = asked.get("state", ""), asked.get("role", "")
    if state == "locked" or "locked" in asked:
        found.append(queries.is_locked())
    elif state in STATES:
        found.append(User.is_active.is_(state == "active"))
    if role == NOBODY:
        found.append(_has_no_right())
    elif role in set(Role):
        held = aliased(Grant)
        found.append(User.id.in_(select(held.user_id).where(held.role == Role(role), _last_right(held))))
    if asked.get("q"):
        found.append(queries.is_called(asked["q"]))
    return found


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[User], str]:
    after = int(place) if place.isdecimal() and len(place) < 10 else 0
    rows = queries.users_page(session, conditions(actor, asked), after, size)
    return rows[:size], str(rows[size - 1].id) if len(rows) > size else ""


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    every = select(User)
    return Whole(
        every.where(*conditions(actor, asked)), User, (User.id,), (User.id,), lambda row: str(row[0]), every
    )


def state_of(person: User, is_locked: bool) -> str:
    """Which of STATES an account is in."""
    return ("locked" if is_locked else "active") if person.is_active else "closed"


def _cells(session: Session, actor: Actor, rows: Sequence[User], today: date) -> Iterator[Mapping[str, Any]]:
    numbers = [row.id for row in rows]
    grants, locks = queries.grants_of(session, numbers), queries.locked_until(session, numbers)
    seen = queries.last_seen(session, numbers)
    for row in rows:
        held = [one for one in grants.get(row.id, []) if not one[0].revoked_at]
        roles = [
            " · ".join([label(grant.role), *(str(in_words(where)) for where in (area, unit) if where)])
            for grant, area, unit in held
        ]
        yield {
            "username": row.username,
            "name": row.name,
            "roles": _("；").join(roles),
            "state": _(STATES[state_of(row, row.id in locks)]),
            "seen": day_of(seen[row.id]) if row.id in seen else None,
            "opened": day_of(row.created_at),
        }


USERS = listed(
    Listing(
        "accounts.users",
        N_("账号与授权"),
        Permission.USER_ADMIN,
        COLUMNS,
        ("q", "role", "state", "month", "locked"),
        _page,
        _cells,
        whole=_whole,
        groupings=GROUPINGS,
        kinds={"role": ROLE_LABELS | {NOBODY: N_("没有角色")}, "state": STATES},
        sorts=SORTS,
    )
)
