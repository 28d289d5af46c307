"""300 people of one county at work at one enterprise of a city, by the county's own operations; and who
speaks for the three ends."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from models.access import Role, load_actor
from models.clock import today
from models.employment.recording import Workplace, begin_spell
from models.employment.spell import SpellKind
from tests.factories.people import id_number, make_enterprise, make_worker
from tests.stories.accounts import give_account

PERSONS = 300
GIVEN = "木果牛依古火鬼支尔日"
# Nobody of the other stories on the same platform lives or works there.
COUNTY, CITY, FIRM = "513430", "442000", "中山小榄同心制衣有限公司"


def name_of(number: int) -> str:
    """A name of its own for each."""
    return f"阿{GIVEN[number // 100]}{GIVEN[number // 10 % 10]}{GIVEN[number % 10]}"


def people_of_the_story(session: Session) -> None:
    """Give the ends their accounts, register the people and write down since when they work."""
    firm = make_enterprise(session, name=FIRM, area_code=CITY)
    clerk = give_account(session, "month-county", Role.COUNTY, area_code=COUNTY)
    give_account(session, "month-city", Role.CITY, area_code=CITY)
    give_account(session, "month-enterprise", Role.ENTERPRISE, organisation_id=firm.id)
    session.flush()
    actor = load_actor(session, clerk, today())
    place = Workplace(SpellKind.ENTERPRISE, firm.area_code, firm.name, firm.id)
    for number in range(PERSONS):
        worker = make_worker(
            session,
            county_code=COUNTY,
            name=name_of(number),
            id_number=id_number(order=number, born=date(1991, 5, 3)),
            phone=f"1390000{number:04d}",
        )
        began = today() - timedelta(days=120)
        begin_spell(session, worker, place, began, actor=actor, today=today(), told_wage_fen=450_000)
