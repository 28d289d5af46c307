"""On which rows (scope) and from when to when (Grant) a role holds; the roles stand in models.permissions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column

from models.base import Base, Recorded
from models.clock import day_of
from models.permissions import OF_PERSONS, PERMISSION_LABELS, ROLE_LABELS, ROLE_PERMISSIONS, Permission, Role
from models.reference.area import Area, AreaLevel, begins_with, with_counties
from models.types import EnumText, UTCDateTime
from models.waiting import in_line

__all__ = ["PERMISSION_LABELS", "ROLE_LABELS", "ROLE_PERMISSIONS", "Permission", "Role"]


class Grant(Recorded, Base):
    """``role`` for one person, in one area or one organisation, for a time, given by another person."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("granted_by_id IS NULL OR granted_by_id <> user_id", name="not_to_self"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(EnumText(Role))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")


class PersonOpening(Recorded, Base):
    """A supervisor's lists of persons, open for a stated purpose and a while; ``closed_at``: earlier, by
    hand. ``purpose`` is the text of models.people.purpose."""

    __tablename__ = "person_opening"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(120))
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


COUNTY_DIGITS = 6


@dataclass(frozen=True)
class Right:
    """One grant in force, as plain values."""

    role: Role
    area_code: str | None = None
    area_level: str | None = None
    organisation_id: int | None = None
    worker_id: int | None = None
    opened_until: datetime | None = None
    """Of a right that opens persons for a purpose only: until when it does."""
    only: frozenset[Permission] | None = None
    """Where a program acts: what its token was made for."""
    places: tuple[str, ...] = field(default=(), compare=False)
    """The codes of a prefecture and of all that lies in it, where they were read with the right."""

    @property
    def counties(self) -> tuple[str, ...]:
        """Of its places those that are no townships."""
        return tuple(code for code in self.places if len(code) == COUNTY_DIGITS)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the right allows at this moment."""
        allowed = ROLE_PERMISSIONS[self.role]
        is_closed = Permission.PERSON_OPEN in allowed and self.opened_until is None
        open_now = allowed - OF_PERSONS if is_closed else allowed
        return open_now if self.only is None else open_now & self.only


# Who left an organisation so lately is still one of its people where it is judged.
BELONGS_DAYS = 365


@dataclass(frozen=True)
class Actor:
    """Who acts: an account and the rights it holds at this moment."""

    user_id: int | None
    name: str
    rights: tuple[Right, ...] = ()
    belongs_to: frozenset[int] = frozenset()
    """Enterprises and schools it acts for now, or did within the last ``BELONGS_DAYS``."""

    def can(self, permission: Permission) -> bool:
        """Whether any right in force allows ``permission``."""
        return any(permission in right.permissions for right in self.rights)

    def may_open(self, permission: Permission) -> bool:
        """Whether stating a purpose would allow ``permission``, which nothing allows now."""
        would = any(permission in ROLE_PERMISSIONS[right.role] for right in self.rights)
        return would and permission in OF_PERSONS and not self.can(permission)

    @property
    def opened_until(self) -> datetime | None:
        """Until when lists of persons are open to a supervisor; None for closed, and for all others."""
        return next((right.opened_until for right in self.rights if right.opened_until), None)

    def rights_for(self, permission: Permission | None) -> tuple[Right, ...]:
        """The rights that allow ``permission`` (all of them for None)."""
        if permission is None:
            return self.rights
        return tuple(right for right in self.rights if permission in right.permissions)

    def has_role(self, *roles: Role) -> bool:
        """Whether a right with one of ``roles`` is in force."""
        return any(right.role in roles for right in self.rights)

    def areas(self, *roles: Role) -> tuple[str, ...]:
        """The area codes held under ``roles`` (any role when none is named)."""
        return tuple(r.area_code for r in self.rights if r.area_code and (not roles or r.role in roles))

    def organisations(self, *roles: Role) -> tuple[int, ...]:
        """The organisation ids held under ``roles`` (any role when none is named)."""
        rights = (right for right in self.rights if not roles or right.role in roles)
        return tuple(right.organisation_id for right in rights if right.organisation_id)

    @property
    def worker_id(self) -> int | None:
        """The person in the register this account belongs to, if any."""
        return next((r.worker_id for r in self.rights if r.worker_id), None)


# The command line, acting for those who run the machine.
SYSTEM = Actor(None, "system")
# The night's work, with a county's permissions and without an area: it opens no row to anybody.
CLOCK = Actor(None, "clock", (Right(Role.COUNTY),))


# Asked on every request: built once, for building them takes as long as asking. Columns, not rows of the
# session: what a colleague took back a moment ago is read again.
_inside = aliased(Area)
_places = (
    select(func.aggregate_strings(_inside.code, ","))
    .where(or_(_inside.code == Grant.area_code, _inside.prefecture_code == Grant.area_code))
    .scalar_subquery()
)
_GIVEN = (
    select(
        Grant.role,
        Grant.area_code,
        Area.level,
        Grant.organisation_id,
        Grant.valid_to,
        Grant.revoked_at,
        case((Area.level == AreaLevel.PREFECTURE, _places)).label("places"),
    )
    .outerjoin(Area, Area.code == Grant.area_code)
    .where(Grant.user_id == bindparam("user"), Grant.valid_from <= bindparam("day"))
    .order_by(Grant.id)
)
_OPEN_UNTIL = select(func.max(PersonOpening.ends_at)).where(
    PersonOpening.user_id == bindparam("user"),
    PersonOpening.closed_at.is_(None),
    PersonOpening.ends_at > bindparam("now"),
)


def load_actor(session: Session, user: Any, on: date, now: datetime | None = None) -> Actor:
    """``user`` with the rights in force ``on`` that day; a deactivated account has none.

    ``now`` is asked for what is open for a while only; without it nothing of the kind is.
    """
    if not user.is_active:
        return Actor(user.id, user.name)
    rows = session.execute(_GIVEN, {"user": user.id, "day": on}).all()
    opens = now is not None and any(Permission.PERSON_OPEN in ROLE_PERMISSIONS[row.role] for row in rows)
    until = session.scalar(_OPEN_UNTIL, {"user": user.id, "now": now}) if opens and now else None
    rights = tuple(
        Right(
            role,
            area,
            level,
            organisation,
            user.worker_id if role is Role.WORKER else None,
            until,
            places=tuple(sorted(places.split(","))) if places else (),
        )
        for role, area, level, organisation, last, revoked_at, places in rows
        if revoked_at is None and _reaches(on, last, None)
    )
    since = on - timedelta(days=BELONGS_DAYS)
    own = (row.organisation_id for row in rows if _reaches(since, row.valid_to, row.revoked_at))
    return Actor(user.id, user.name, rights, frozenset(number for number in own if number))


def _reaches(day: date, last: date | None, revoked_at: datetime | None) -> bool:
    """Whether a right that began earlier went on until ``day``."""
    return (last is None or last >= day) and (revoked_at is None or day_of(revoked_at) >= day)


# --- scopes: which rows a right opens -------------------------------------------------------------------

ScopeRule = Callable[[Any, Right], ColumnElement[bool]]
S = TypeVar("S", bound=Select[*tuple[Any, ...]])
Row = TypeVar("Row", bound=Recorded)


def everything(model: Any, right: Right) -> ColumnElement[bool]:
    """All rows."""
    return true()


def by_area(column: str) -> ScopeRule:
    """Rows whose ``column`` is the right's area, or lies within it.

    What lies in a prefecture is told code by code: of a subselect the database cannot know how many rows it
    means, and reads a table by the wrong end.
    """
    is_of_counties = column.endswith(("county_code", "city_code"))

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        if not right.area_code:
            return false()
        attribute: InstrumentedAttribute[str | None] = getattr(model, column)
        if right.area_level == "province":
            return begins_with(attribute, right.area_code[:2])
        if right.area_level == "prefecture":
            told = right.counties if is_of_counties else right.places
            return attribute.in_(told or with_counties(right.area_code))
        return attribute == right.area_code

    return rule


def by_organisation(column: str) -> ScopeRule:
    """Rows whose ``column`` is the right's organisation."""

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        return _equals(model, column, right.organisation_id)

    return rule


def by_person(column: str) -> ScopeRule:
    """Rows whose ``column`` is the person the account belongs to."""

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        return _equals(model, column, right.worker_id)

    return rule


def _equals(model: Any, column: str, number: int | None) -> ColumnElement[bool]:
    attribute: InstrumentedAttribute[int | None] = getattr(model, column)
    return false() if number is None else attribute == number


# Whose rows a county's are besides its own: those above it, who look; and those of the two places of a job.
COUNTY_OFFICES: dict[Role, ScopeRule] = {
    Role.COUNTY: by_area("county_code"),
    Role.PREFECTURE: by_area("county_code"),
    Role.PROVINCE: everything,
    Role.AUDITOR: by_area("county_code"),
}
OFFICES_OF_BOTH = COUNTY_OFFICES | {Role.CITY: by_area("city_code")}


def register_scope(model: Any, role: Role, rule: ScopeRule) -> None:
    """Open rows of ``model`` to ``role`` from a module that stands on ``model``; raises ValueError for a role
    that is named already."""
    if role in model.__scope__:
        raise ValueError(f"{model.__name__} has a scope for {role}")
    model.__scope__[role] = rule


def scope_of(actor: Actor, model: Any, permission: Permission | None = None) -> ColumnElement[bool]:
    """The condition on ``model`` that leaves only rows ``actor`` may touch under ``permission``.

    A model without a ``__scope__``, a role not named in it, and an actor without rights give nothing.
    """
    rules: dict[Role, ScopeRule] = getattr(model, "__scope__", {})
    parts = [rules[right.role](model, right) for right in actor.rights_for(permission) if right.role in rules]
    return or_(*parts) if parts else false()


def visible_to(actor: Actor, statement: S, model: Any, permission: Permission | None = None) -> S:
    """Narrow ``statement`` to the rows of ``model`` that ``actor`` may see. The one query gate."""
    return statement.where(scope_of(actor, model, permission))


def count_of(
    session: Session, actor: Actor, model: type[Row], permission: Permission, *where: ColumnElement[bool]
) -> int:
    """How many rows of ``model`` within ``permission`` meet ``where``."""
    rows: Select[Any] = visible_to(actor, select(func.count(model.id)).where(*where), model, permission)
    return session.scalar(rows) or 0


def count_and_first(
    session: Session,
    actor: Actor,
    model: type[Row],
    permission: Permission,
    *where: ColumnElement[bool],
) -> tuple[int, Row | None]:
    """How many rows of ``model`` within ``permission`` meet ``where``, and the first in line of them: what is
    due first, then what has waited longest."""
    count = count_of(session, actor, model, permission, *where)
    if not count:
        return 0, None
    line: Select[Any] = visible_to(actor, select(model.id).where(*where), model, permission)
    return count, session.get(model, session.scalar(line.order_by(*in_line(model)).limit(1)))
