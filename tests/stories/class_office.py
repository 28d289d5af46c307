"""The platform of a class's story: served by real processes, prepared from inside, looked at in a real
browser."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.operations import open_session
from models.access import Actor, Role, load_actor
from models.clock import china_now, today
from models.people.household import Household
from models.training.enrolment import Enrolment
from models.training.lesson import Lesson
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import PublicNotice
from models.training.training_class import TrainingClass
from models.user import User
from tests.factories.people import FOSHAN, make_enterprise, make_order, make_user, make_worker
from tests.factories.training import hours_around, make_school
from tests.stories.class_days import let_lessons_pass
from tests.stories.clock import let_days_pass
from tests.stories.office import WIDE
from tests.stories.platform import at_work_in

T = TypeVar("T")
# Nobody of the other stories on the same platform lives there.
XIDE, GUANGMING, TEACHER = "513432", "513432100", "马海老师"
FIGURES = {StandardName.TRAINING_FEE: 120_000, StandardName.LIVING_ALLOWANCE: 5_000}


@dataclass
class ClassOffice:
    """A served platform and its own inside, the browser, and the accounts by name."""

    address: str
    browser: Browser
    inside: Flask
    accounts: dict[str, int] = field(default_factory=dict)

    def prepare(self, work: Callable[[Session], T]) -> T:
        """Do something on the database that no click would add to; commits."""
        with at_work_in(self.inside) as session:
            return work(session)

    def actor(self, session: Session, name: str) -> Actor:
        """Return who acts behind an account."""
        return load_actor(session, session.get_one(User, self.accounts[name]), today())

    def sit_down(self, name: str, size: ViewportSize = WIDE) -> Page:
        """Open a browser window in which ``name`` is signed in."""
        token = self.prepare(
            lambda session: open_session(session, session.get_one(User, self.accounts[name]))
        )
        client = self.inside.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
        signed = client.get_cookie("session")
        assert signed is not None
        window = self.browser.new_context(viewport=size, locale="zh-CN")
        window.add_cookies([{"name": "session", "value": signed.value, "url": self.address}])
        return window.new_page()


def office_of(
    address: str, browser: Browser, application: Flask, people: Callable[[Session], dict[str, int]]
) -> ClassOffice:
    """An office on a served platform, with the accounts, by name, that ``people`` makes."""
    office = ClassOffice(address, browser, application)
    office.accounts = office.prepare(people)
    return office


def people_of_the_story(session: Session, learners: int) -> dict[str, int]:
    """Make everybody; return the accounts' numbers by name. The county has three officers: each step
    another."""
    firm = make_enterprise(session, name="佛山南海联兴焊接设备有限公司", area_code=FOSHAN)
    school = make_school(session, name="喜德县职业技术学校", area_code=XIDE)
    make_order(session, firm, title="焊工", headcount=learners, skills=["焊接"], certificates=["焊工证"])
    county, firm_s, school_s = (
        {"area_code": XIDE},
        {"organisation_id": firm.id},
        {"organisation_id": school.id},
    )
    places: dict[str, tuple[Role, dict[str, Any]]] = {
        "county": (Role.COUNTY, county),
        "checker": (Role.COUNTY, county),
        "payer": (Role.COUNTY, county),
        "township": (Role.TOWNSHIP, {"area_code": GUANGMING}),
        "auditor": (Role.AUDITOR, {"area_code": "513400"}),
        "enterprise": (Role.ENTERPRISE, firm_s),
        "school": (Role.SCHOOL, school_s),
        "teacher": (Role.TEACHER, school_s),
    }
    users = {name: make_user(session, role, **where) for name, (role, where) in places.items()}
    users["teacher"].name = TEACHER
    for n in range(learners):
        home = Household(county_code=XIDE, code=f"{XIDE}{n:06d}", poverty_attribute="一般贫困户")
        make_worker(session, county_code=XIDE, township_code=GUANGMING, skills=["种植"], household=home)
    begins = today() - timedelta(days=730)
    session.add_all(
        TrainingStandard(
            area_code=XIDE, name=name, value=value, source="县发文", verified=True, valid_from=begins
        )
        for name, value in FIGURES.items()
    )
    session.flush()
    return {name: user.id for name, user in users.items()}


# --- how time passes ------------------------------------------------------------------------------------


def the_last_lesson_is_now(session: Session, days: int) -> None:
    """Move the class back until its last lesson is being held at this moment."""
    training_class = session.scalars(select(TrainingClass)).one()
    let_lessons_pass(session, training_class, days - 1)
    lesson = session.scalars(select(Lesson).order_by(Lesson.held_on.desc())).first()
    assert lesson is not None
    hours = hours_around(china_now())
    lesson.starts, lesson.ends = hours["starts"], hours["ends"]


def half_a_year_passes(session: Session, days: int = 200) -> None:
    """Move the class, its examination and its graduates' work ``days`` back."""
    training_class, back = session.scalars(select(TrainingClass)).one(), timedelta(days=days)
    let_days_pass(session, days)
    let_lessons_pass(session, training_class, days + 5)
    for learner in session.scalars(select(Enrolment).where(Enrolment.exam_on.is_not(None))):
        assert learner.exam_on is not None
        learner.exam_on -= back
    assert training_class.graded_on is not None
    training_class.graded_on -= back


def the_notice_ends(session: Session) -> date:
    """Move the public list back until its last day was yesterday."""
    training_class, notice = (
        session.scalars(select(TrainingClass)).one(),
        session.scalars(select(PublicNotice)).one(),
    )
    back = notice.ends_on - today() + timedelta(days=1)
    notice.starts_on, notice.ends_on = notice.starts_on - back, notice.ends_on - back
    training_class.notice_ends_on = notice.ends_on
    return notice.ends_on
