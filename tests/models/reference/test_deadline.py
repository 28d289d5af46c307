"""Within how many days an office acts is a dated fact of its place, not a number in the code."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from models.clock import today
from models.employment.roster import due_on
from models.problems.kind import ProblemKind, ProblemLevel
from models.problems.last_day import last_day
from models.reference.deadline import OWN_DAYS, Deadline, DeadlineName, Deadlines

COUNTY, PREFECTURE, CITY = "513431", "513400", "440600"
BEGAN = date(2026, 1, 1)


def said(session: Session, name: DeadlineName, area_code: str, days: int, until: date | None = None) -> None:
    row = Deadline(
        name=name, area_code=area_code, days=days, valid_from=BEGAN, valid_to=until, source="县1号"
    )
    session.add(row)
    session.flush()


def test_the_narrowest_area_counts_and_without_a_row_the_platforms_own_promise(session: Session) -> None:
    name = DeadlineName.DUTY
    assert Deadlines(session, today()).days(name, COUNTY) == OWN_DAYS[name]
    for area, days in (("", 20), ("510000", 18), (PREFECTURE, 16), (COUNTY, 14)):
        said(session, name, area, days)
        assert Deadlines(session, today()).days(name, COUNTY) == days
    assert Deadlines(session, today()).days(name, "513432") == 16
    assert Deadlines(session, today()).days(name, CITY) == 20


def test_a_row_counts_on_its_days_only(session: Session) -> None:
    said(session, DeadlineName.DIFFERENCE, "", 4, until=date(2026, 3, 31))
    assert Deadlines(session, date(2026, 3, 31)).days(DeadlineName.DIFFERENCE, COUNTY) == 4
    own = OWN_DAYS[DeadlineName.DIFFERENCE]
    assert Deadlines(session, date(2026, 4, 1)).days(DeadlineName.DIFFERENCE, COUNTY) == own


def test_a_problem_is_due_by_the_days_of_the_office_whose_turn_it_is(session: Session) -> None:
    said(session, DeadlineName.WAGE, COUNTY, 2)
    said(session, DeadlineName.WAGE, CITY, 6)
    said(session, DeadlineName.PROBLEM_AT_INSPECTION, CITY, 9)
    expected = {ProblemLevel.COUNTY: 2, ProblemLevel.CITY: 6, ProblemLevel.INSPECTION: 9}
    for level, days in expected.items():
        due = last_day(session, ProblemKind.WAGE, level, COUNTY, CITY, today())
        assert due == today() + timedelta(days=days)


def test_a_roster_is_due_on_the_day_its_city_names_and_never_in_the_month_after(session: Session) -> None:
    assert due_on(date(2026, 1, 1), Deadlines(session, today()), CITY) == date(2026, 2, 10)
    said(session, DeadlineName.ROSTER_DAY, CITY, 31)
    assert due_on(date(2026, 1, 1), Deadlines(session, today()), CITY) == date(2026, 2, 28)
