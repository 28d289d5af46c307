"""Makes a platform ready for a story, with its accounts (county, city, enterprise, province) where asked; the
worker's comes once he is registered."""

import sys
from datetime import date

from sqlalchemy import select

from app import create_app
from app.accounts.operations import make_user
from app.commands import prepare
from app.kit.web import row_scope
from app.kit.web.extensions import db
from models.access import SYSTEM, Grant, Role
from models.people.worker import Worker
from models.reference.organisation import Organisation, OrganisationKind
from models.row_security import whole
from tests.stories.platform import CREDIT_CODE, PASSWORD

PLACES = {Role.COUNTY: "513431", Role.CITY: "440600", Role.PROVINCE: "440000", Role.TOWNSHIP: "513431100"}


def ready(with_accounts: bool) -> None:
    """Migrate, load the facts, and make the accounts."""
    with create_app().app_context():
        row_scope.show(db.session, whole("story"))
        prepare.upgrade()
        prepare.load_facts()
        if with_accounts:
            make_accounts()


def make_accounts() -> None:
    """Create the story's own enterprise and everybody's account."""
    session = db.session
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
    for role in (Role.COUNTY, Role.CITY, Role.ENTERPRISE, Role.PROVINCE, Role.ADMIN):
        user = make_user(session, SYSTEM, role.value, role.value, PASSWORD, must_change=False)
        session.add(
            Grant(
                user_id=user.id,
                role=role,
                area_code=PLACES.get(role),
                valid_from=date(2016, 12, 25),
                organisation_id=firm.id if role is Role.ENTERPRISE else None,
            )
        )
    session.commit()


def worker_account(name: str, username: str = "worker") -> None:
    """Give the registered person called ``name`` an account of his own."""
    with create_app().app_context():
        session = db.session
        person = session.scalar(select(Worker).where(Worker.name == name))
        user = make_user(session, SYSTEM, username, name, PASSWORD, must_change=False)
        user.worker_id = person.id
        session.add(Grant(user_id=user.id, role=Role.WORKER, valid_from=date(2016, 12, 25)))
        session.commit()


if __name__ == "__main__":
    ready("--accounts" in sys.argv) if "--prepare" in sys.argv else worker_account(sys.argv[1])
