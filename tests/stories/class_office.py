"""The platform of a class's story: served by real processes, prepared from inside, looked at in a real
browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from app import create_app
from app.accounts.operations import open_session
from app.kit.web.extensions import db
from models.access import Actor, Role, load_actor
from models.clock import china_now, today
from models.people.household import Household
from models.training.enrolment import Enrolment
from models.training.lesson import Lesson
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import PublicNotice
from models.training.training_class import TrainingClass
from models.user import User
from tests.factories.people import FOSHAN, ZHAOJUE, make_enterprise, make_order, make_user, make_worker
from tests.factories.training import hours_around, make_school
from tests.stories.class_days import let_lessons_pass
from tests.stories.clock import let_days_pass
from tests.stories.office import FLAGS, WIDE
from tests.stories.platform import chromium, environment, running

T = TypeVar("T")
CHENGGUAN, TEACHER = "513431100", "马海老师"
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
        with self.inside.app_context():
            done = work(db.session)
            db.session.commit()
            db.session.close()
            db.engine.dispose()  # the served processes own the database
        return done

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


@contextmanager
def office_of(
    folder: Path, database_url: str | None, people: Callable[[Session], dict[str, int]]
) -> Iterator[ClassOffice]:
    """Serve a platform whose accounts, by name, are those that ``people`` makes."""
    with running(folder, database_url, accounts=False) as address, sync_playwright() as playwright:
        inside = create_app(config.load(environment(folder, database_url)))
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        office = ClassOffice(address, browser, inside)
        office.accounts = office.prepare(people)
        yield office
        browser.close()


@contextmanager
def class_office(folder: Path, database_url: str | None, learners: int) -> Iterator[ClassOffice]:
    """Serve a platform with the story's people: ``learners`` of one township, an open job, a school."""
    with office_of(folder, database_url, lambda session: people_of_the_story(session, learners)) as office:
        yield office


def people_of_the_story(session: Session, learners: int) -> dict[str, int]:
    """Make everybody; return the accounts' numbers by name. The county has three officers: each step
    another."""
    firm = make_enterprise(session, name="佛山南海联兴焊接设备有限公司", area_code=FOSHAN)
    school = make_school(session, name="昭觉县职业技术学校")
    make_order(session, firm, title="焊工", headcount=learners, skills=["焊接"], certificates=["焊工证"])
    county, firm_s, school_s = (
        {"area_code": ZHAOJUE},
        {"organisation_id": firm.id},
        {"organisation_id": school.id},
    )
    places: dict[str, tuple[Role, dict[str, Any]]] = {
        "county": (Role.COUNTY, county),
        "checker": (Role.COUNTY, county),
        "payer": (Role.COUNTY, county),
        "township": (Role.TOWNSHIP, {"area_code": CHENGGUAN}),
        "auditor": (Role.AUDITOR, {"area_code": "513400"}),
        "enterprise": (Role.ENTERPRISE, firm_s),
        "school": (Role.SCHOOL, school_s),
        "teacher": (Role.TEACHER, school_s),
    }
    users = {name: make_user(session, role, **where) for name, (role, where) in places.items()}
    users["teacher"].name = TEACHER
    for n in range(learners):
        home = Household(county_code=ZHAOJUE, code=f"{ZHAOJUE}{n:06d}", poverty_attribute="一般贫困户")
        make_worker(session, township_code=CHENGGUAN, skills=["种植"], household=home)
    begins = today() - timedelta(days=730)
    session.add_all(
        TrainingStandard(
            area_code=ZHAOJUE, name=name, value=value, source="县发文", verified=True, valid_from=begins
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
