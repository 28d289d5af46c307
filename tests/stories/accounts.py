"""Who has an account in the stories: county, city, enterprise, province; the worker's comes once he is
registered."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.operations import make_user
from models.access import SYSTEM, Grant, Role
from models.people.worker import Worker
from models.reference.organisation import Organisation, OrganisationKind
from models.user import User

PASSWORD = "a-long-story-2016"
CREDIT_CODE = "91440606MA4UXM0K0R"
PLACES = {Role.COUNTY: "513431", Role.CITY: "440600", Role.PROVINCE: "440000"}


def make_accounts(session: Session) -> None:
    """Create the story's own enterprise and everybody's account."""
    firm = Organisation(
        kind=OrganisationKind.ENTERPRISE,
        credit_code=CREDIT_CODE,
        name="佛山顺德同心制衣有限公司",
        area_code="440600",
        address="佛山市顺德区工业路 8 号",
        industry="服装",
    )
    session.add(firm)
    session.flush()
    for role in (Role.COUNTY, Role.CITY, Role.PROVINCE, Role.ADMIN):
        give_account(session, role.value, role, area_code=PLACES.get(role))
    give_account(session, "enterprise", Role.ENTERPRISE, organisation_id=firm.id)


def give_account(session: Session, username: str, role: Role, **where: Any) -> User:
    """Create an account with one role, for the password of the stories; where: area_code, organisation_id."""
    user = make_user(session, SYSTEM, username, username, PASSWORD, must_change=False)
    session.add(Grant(user_id=user.id, role=role, valid_from=date(2016, 12, 25), **where))
    return user


def worker_account(session: Session, name: str, username: str = "worker") -> None:
    """Give the registered person called ``name`` an account of his own."""
    person = session.scalars(select(Worker).where(Worker.name == name)).one()
    give_account(session, username, Role.WORKER).worker_id = person.id
