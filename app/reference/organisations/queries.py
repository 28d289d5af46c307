"""Enterprises and schools, and the names of units. The permission is the scope."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.access import Grant, Role
from models.reference.area import area_names
from models.reference.occupation_word import county_unit, organisation_unit
from models.reference.organisation import Organisation
from models.user import User

PAGE = 50


def organisations_page(session: Session, find: str, after: int) -> list[Organisation]:
    """One page (one more than fits)."""
    statement = select(Organisation).where(Organisation.id > after).order_by(Organisation.id).limit(PAGE + 1)
    if find:
        statement = statement.where(
            or_(Organisation.name.contains(find, autoescape=True), Organisation.credit_code == find)
        )
    return list(session.scalars(statement))


def registered(session: Session, credit_code: str) -> Organisation | None:
    """The organisation with this 统一社会信用代码, merged or not."""
    return session.scalar(select(Organisation).where(Organisation.credit_code == credit_code))


def people_of(session: Session, organisation: Organisation) -> list[tuple[User, Role]]:
    """Who acts for an organisation now, the first hundred."""
    rows = (
        select(User, Grant.role)
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.organisation_id == organisation.id, Grant.revoked_at.is_(None))
        .order_by(User.id)
        .limit(100)
    )
    return [(user, role) for user, role in session.execute(rows)]


def unit_names(session: Session, units: set[str]) -> dict[str, str]:
    """The names of units (see models.reference.occupation_word): counties and enterprises."""
    keys: dict[str, list[str]] = {"county": [], "organisation": []}
    for unit in units:
        kind, key = unit.split(":")
        keys[kind].append(key)
    numbers = map(int, keys["organisation"])
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(numbers)))
    enterprises = {organisation_unit(number): name for number, name in rows}
    counties = area_names(session, keys["county"])
    return enterprises | {county_unit(code): name for code, name in counties.items()}
