"""Brings 300 people of one county to work at the story's enterprise, by the county's own operations."""

from datetime import date, timedelta

from sqlalchemy import select

from app import create_app
from app.kit.web import row_scope
from app.kit.web.extensions import db
from models.access import Role, load_actor
from models.clock import today
from models.employment.recording import Workplace, begin_spell
from models.employment.spell import SpellKind
from models.reference.organisation import Organisation
from models.row_security import whole
from models.user import User
from tests.factories.people import id_number, make_worker
from tests.stories.platform import CREDIT_CODE

PERSONS = 300
GIVEN = "木果牛依古火鬼支尔日"


def name_of(number: int) -> str:
    """A name of its own for each."""
    return f"阿{GIVEN[number // 100]}{GIVEN[number // 10 % 10]}{GIVEN[number % 10]}"


def main() -> None:
    """Register them and write down since when they work."""
    with create_app().app_context():
        session = db.session
        row_scope.show(session, whole("story"))
        firm = session.scalars(select(Organisation).where(Organisation.credit_code == CREDIT_CODE)).one()
        clerk = session.scalars(select(User).where(User.username == Role.COUNTY.value)).one()
        actor = load_actor(session, clerk, today())
        place = Workplace(SpellKind.ENTERPRISE, firm.area_code, firm.name, firm.id)
        for number in range(PERSONS):
            worker = make_worker(
                session,
                name=name_of(number),
                id_number=id_number(order=number, born=date(1991, 5, 3)),
                phone=f"1390000{number:04d}",
            )
            began = today() - timedelta(days=120)
            begin_spell(session, worker, place, began, actor=actor, today=today(), told_wage_fen=450_000)
        session.commit()


if __name__ == "__main__":
    main()
