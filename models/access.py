"""Who may do what (Permission), by which role, on which rows (scope), from when to when (Grant)."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Select, String, false, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.area import Area
from models.base import Base, Recorded
from models.types import EnumText, UTCDateTime
from models.words import N_


class Role(enum.StrEnum):
    """What somebody is in the programme. A role alone gives nothing: it needs an area or organisation."""

    COUNTY = "county"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    CITY = "city"
    REGISTRATION = "registration"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    AUDITOR = "auditor"
    ADMIN = "admin"
    WORKER = "worker"


ROLE_LABELS = {
    Role.COUNTY: N_("县级经办"),
    Role.TOWNSHIP: N_("乡镇协理员"),
    Role.ENTERPRISE: N_("用工企业"),
    Role.SCHOOL: N_("培训学校"),
    Role.CITY: N_("帮扶市人社局"),
    Role.REGISTRATION: N_("户籍经办"),
    Role.PREFECTURE: N_("市州督导"),
    Role.PROVINCE: N_("省级督导"),
    Role.AUDITOR: N_("审计"),
    Role.ADMIN: N_("管理员"),
    Role.WORKER: N_("务工者"),
}


class Permission(enum.StrEnum):
    """One thing that can be allowed. Every route names one, in the line above the view."""

    WORKER_READ = "worker:read"
    WORKER_WRITE = "worker:write"
    WORKER_IMPORT = "worker:import"
    WORKER_EXPORT = "worker:export"
    WORKER_REVEAL = "worker:reveal"
    WORKER_MERGE = "worker:merge"
    WORKER_ERASE = "worker:erase"
    ORDER_READ = "order:read"
    ORDER_WRITE = "order:write"
    ORDER_REVIEW = "order:review"
    MATCH_READ = "match:read"
    MATCH_RUN = "match:run"
    PLACEMENT_READ = "placement:read"
    PLACEMENT_OFFER = "placement:offer"
    PLACEMENT_INVITE = "placement:invite"
    PLACEMENT_ANSWER = "placement:answer"
    PLACEMENT_HIRE = "placement:hire"
    PLACEMENT_DEPART = "placement:depart"
    PLACEMENT_ARRIVE = "placement:arrive"
    PLACEMENT_LEAVE = "placement:leave"
    FOLLOWUP_RECORD = "followup:record"
    FOLLOWUP_VERIFY = "followup:verify"
    FIGURE_WRITE = "figure:write"
    REFERENCE_READ = "reference:read"
    REFERENCE_WRITE = "reference:write"
    USER_ADMIN = "user:admin"
    AUDIT_READ = "audit:read"
    CARD_READ = "card:read"
    CARD_SWITCH = "card:switch"
    PORTAL = "portal:own"


PERMISSION_LABELS = {
    Permission.WORKER_READ: N_("查看劳动力台账"),
    Permission.WORKER_WRITE: N_("登记和修改劳动力"),
    Permission.WORKER_IMPORT: N_("导入花名册"),
    Permission.WORKER_EXPORT: N_("导出花名册"),
    Permission.WORKER_REVEAL: N_("查看完整证件号和电话"),
    Permission.WORKER_MERGE: N_("判定重复人员"),
    Permission.WORKER_ERASE: N_("清除个人资料"),
    Permission.ORDER_READ: N_("查看岗位"),
    Permission.ORDER_WRITE: N_("发布岗位"),
    Permission.ORDER_REVIEW: N_("审核岗位"),
    Permission.MATCH_READ: N_("查看匹配结果"),
    Permission.MATCH_RUN: N_("开始匹配"),
    Permission.PLACEMENT_READ: N_("查看推荐与输出"),
    Permission.PLACEMENT_OFFER: N_("推荐岗位"),
    Permission.PLACEMENT_INVITE: N_("邀请应聘"),
    Permission.PLACEMENT_ANSWER: N_("答复推荐"),
    Permission.PLACEMENT_HIRE: N_("录用"),
    Permission.PLACEMENT_DEPART: N_("组织输出"),
    Permission.PLACEMENT_ARRIVE: N_("确认到岗"),
    Permission.PLACEMENT_LEAVE: N_("登记离职"),
    Permission.FOLLOWUP_RECORD: N_("登记回访"),
    Permission.FOLLOWUP_VERIFY: N_("核实回访"),
    Permission.FIGURE_WRITE: N_("维护补贴和生活成本"),
    Permission.REFERENCE_READ: N_("查看基础数据"),
    Permission.REFERENCE_WRITE: N_("维护基础数据"),
    Permission.USER_ADMIN: N_("管理账号和授权"),
    Permission.AUDIT_READ: N_("查看审计记录"),
    Permission.CARD_READ: N_("查看积分卡"),
    Permission.CARD_SWITCH: N_("学习和启用积分卡"),
    Permission.PORTAL: N_("本人页面"),
}

P = Permission
_READS = {P.WORKER_READ, P.ORDER_READ, P.MATCH_READ, P.PLACEMENT_READ, P.REFERENCE_READ}
_COUNTY = _READS | {
    P.WORKER_WRITE, P.WORKER_IMPORT, P.WORKER_EXPORT, P.WORKER_REVEAL, P.WORKER_MERGE, P.WORKER_ERASE,
    P.MATCH_RUN,
    P.PLACEMENT_OFFER, P.PLACEMENT_ANSWER, P.PLACEMENT_DEPART, P.PLACEMENT_ARRIVE, P.PLACEMENT_LEAVE,
    P.FOLLOWUP_RECORD, P.FIGURE_WRITE,
}  # fmt: skip

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COUNTY: frozenset(_COUNTY),
    Role.TOWNSHIP: frozenset({P.WORKER_READ, P.WORKER_WRITE, P.ORDER_READ, P.PLACEMENT_READ,
                              P.PLACEMENT_ANSWER, P.FOLLOWUP_RECORD}),
    Role.ENTERPRISE: frozenset({P.ORDER_READ, P.ORDER_WRITE, P.MATCH_READ, P.MATCH_RUN, P.PLACEMENT_READ,
                                P.PLACEMENT_INVITE, P.PLACEMENT_HIRE, P.PLACEMENT_ARRIVE,
                                P.PLACEMENT_LEAVE}),
    Role.SCHOOL: frozenset({P.ORDER_READ}),
    Role.CITY: frozenset({P.ORDER_READ, P.ORDER_REVIEW, P.PLACEMENT_READ, P.PLACEMENT_ARRIVE,
                          P.PLACEMENT_LEAVE, P.FOLLOWUP_RECORD, P.FOLLOWUP_VERIFY, P.FIGURE_WRITE,
                          P.REFERENCE_READ}),
    Role.REGISTRATION: frozenset({P.PLACEMENT_READ}),
    Role.PREFECTURE: frozenset(_READS),
    Role.PROVINCE: frozenset(_READS | {P.CARD_READ}),
    Role.AUDITOR: frozenset(_READS | {P.AUDIT_READ, P.CARD_READ}),
    Role.ADMIN: frozenset({P.USER_ADMIN, P.REFERENCE_READ, P.REFERENCE_WRITE, P.AUDIT_READ, P.CARD_READ,
                           P.CARD_SWITCH}),
    Role.WORKER: frozenset({P.PORTAL}),
}  # fmt: skip


class Grant(Recorded, Base):
    """``role`` for one person, in one area or one organisation, for a time, given by another person."""

    __tablename__ = "role_grant"
    __table_args__ = (CheckConstraint("granted_by_id IS NULL OR granted_by_id <> user_id", name="not_to_self"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(EnumText(Role))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True)
class Right:
    """One grant in force, as plain values."""

    role: Role
    area_code: str | None = None
    area_level: str | None = None
    organisation_id: int | None = None
    worker_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: an account and the rights it holds at this moment."""

    user_id: int | None
    name: str
    rights: tuple[Right, ...] = ()

    def can(self, permission: Permission) -> bool:
        """Tell whether any right in force allows ``permission``."""
        return any(permission in ROLE_PERMISSIONS[right.role] for right in self.rights)

    def rights_for(self, permission: Permission | None) -> tuple[Right, ...]:
        """Return the rights that allow ``permission`` (all of them for None)."""
        if permission is None:
            return self.rights
        return tuple(right for right in self.rights if permission in ROLE_PERMISSIONS[right.role])

    def has_role(self, *roles: Role) -> bool:
        """Tell whether a right with one of ``roles`` is in force."""
        return any(right.role in roles for right in self.rights)

    def areas(self, *roles: Role) -> tuple[str, ...]:
        """Return the area codes held under ``roles`` (any role when none is named)."""
        return tuple(r.area_code for r in self.rights if r.area_code and (not roles or r.role in roles))

    def organisations(self, *roles: Role) -> tuple[int, ...]:
        """Return the organisation ids held under ``roles`` (any role when none is named)."""
        found = (r for r in self.rights if not roles or r.role in roles)
        return tuple(r.organisation_id for r in found if r.organisation_id)

    @property
    def worker_id(self) -> int | None:
        """The person in the register this account belongs to, if any."""
        return next((r.worker_id for r in self.rights if r.worker_id), None)


SYSTEM = Actor(None, "system")  # the command line, acting for whoever runs the machine


def load_actor(session: Session, user: Any, on: date) -> Actor:
    """Read ``user``'s rights as of ``on``; a deactivated account has none."""
    if not user.is_active:
        return Actor(user.id, user.name)
    rows = session.execute(
        select(Grant.role, Grant.area_code, Area.level, Grant.organisation_id)
        .outerjoin(Area, Area.code == Grant.area_code)
        .where(Grant.user_id == user.id, Grant.revoked_at.is_(None), Grant.valid_from <= on)
        .where(or_(Grant.valid_to.is_(None), Grant.valid_to >= on))
        .order_by(Grant.id)
    )
    rights = [
        Right(role, area, level, organisation, user.worker_id if role is Role.WORKER else None)
        for role, area, level, organisation in rows
    ]
    return Actor(user.id, user.name, tuple(rights))


# --- scopes: which rows a right opens -------------------------------------------------------------------

ScopeRule = Callable[[Any, Right], ColumnElement[bool]]
S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def everything(model: Any, right: Right) -> ColumnElement[bool]:
    """All rows."""
    return true()


def by_area(column: str) -> ScopeRule:
    """Rows whose ``column`` is the right's area, or lies within it."""

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        if not right.area_code:
            return false()
        attribute = getattr(model, column)
        if right.area_level == "province":
            return attribute.like(right.area_code[:2] + "%")
        if right.area_level == "prefecture":
            inside = select(Area.code).where(Area.prefecture_code == right.area_code)
            return or_(attribute == right.area_code, attribute.in_(inside))
        return attribute == right.area_code

    return rule


def by_organisation(column: str) -> ScopeRule:
    """Rows whose ``column`` is the right's organisation."""

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        return false() if right.organisation_id is None else getattr(model, column) == right.organisation_id

    return rule


def by_person(column: str) -> ScopeRule:
    """Rows whose ``column`` is the person the account belongs to."""

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        return false() if right.worker_id is None else getattr(model, column) == right.worker_id

    return rule


def scope_of(actor: Actor, model: Any, permission: Permission | None = None) -> ColumnElement[bool]:
    """Return the condition on ``model`` that leaves only rows ``actor`` may touch under ``permission``.

    A model without a ``__scope__``, a role not named in it, and an actor without rights give nothing.
    """
    rules: dict[Role, ScopeRule] = getattr(model, "__scope__", {})
    parts = [rules[right.role](model, right) for right in actor.rights_for(permission) if right.role in rules]
    return or_(*parts) if parts else false()


def visible_to(actor: Actor, statement: S, model: Any, permission: Permission | None = None) -> S:
    """Narrow ``statement`` to the rows of ``model`` that ``actor`` may see. The one query gate."""
    return statement.where(scope_of(actor, model, permission))
