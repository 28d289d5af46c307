"""Order training on both databases: from an enterprise's need to six months at work and the paid subsidy."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update

import config
from app import create_app
from app.commands.reference_load import load_all
from app.kit.web.extensions import db
from app.placements.operations import answers, follow_ups, hiring
from app.training.certification import queries
from app.training.classes import operations as classes
from models.access import Actor, Role
from models.audit_walk import verify
from models.base import Base
from models.clock import today, utc_now
from models.people.household import Household
from models.people.worker import Worker
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Evidence, Outcome, Placement, PlacementState
from models.training.agreement import Agreement, AgreementState
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Lesson
from models.training.standard import StandardName, TrainingStandard
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import TrainingBid, TrainingOrder
from tests.conftest import Client
from tests.factories.databases import postgres_url
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
    make_worker,
)
from tests.factories.training import make_school
from tests.stories.class_days import let_lessons_pass
from tests.stories.class_money import (
    a_third_person_pays_when_the_list_was_up,
    enter_as,
    the_county_checks_and_puts_the_list_up,
    the_school_claims,
)
from tests.stories.clock import let_days_pass
from tests.stories.test_main_job import Desk
from tests.whole import share

LEARNERS, DAYS, PERIODS = share(20, 50, "simulations"), 20, 80
CHENGGUAN, TEACHER = "513431100", "马海老师"
TIMETABLE = (
    "上课日期",
    "课别（上课内容）",
    "理论/实操",
    "课时",
    "上课开始时间",
    "上课结束时间",
    "上课地点",
    "培训教师",
)


@dataclass
class Story(Desk):
    """The desks of a story about a class, and the rows it is about."""

    actors: dict[Role, Actor] = field(default_factory=dict)
    job_id: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def training_class(self) -> TrainingClass:
        """The class."""
        return self.session.scalars(select(TrainingClass)).one()

    def learners(self, state: EnrolmentState | None = None) -> list[Enrolment]:
        """Whoever has to do with the class, or those in ``state``, in order of seats."""
        rows = select(Enrolment).order_by(Enrolment.seat, Enrolment.id)
        return list(self.session.scalars(rows.where(Enrolment.state == state) if state else rows))

    def send(self, role: Role, path: str, name: str, file: bytes, **form: Any) -> str:
        """Send a spreadsheet, look at its preview and confirm it; return the preview."""
        where = self.post(role, path, file=(io.BytesIO(file), name), **form).headers["Location"]
        page = self.page(role, where)
        self.post(role, f"{where}/confirm")
        return page


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def story(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Story]:
    url = f"sqlite:///{tmp_path / 't.db'}" if request.param == "sqlite" else postgres_url("training")
    application = create_app({**config.load(), "DATABASE_URL": url, "WTF_CSRF_ENABLED": False})
    application.test_client_class = Client
    with application.app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        known = update(TrainingStandard).where(TrainingStandard.name == StandardName.ATTENDANCE)
        db.session.execute(known.values(verified=True))  # a figure that is 待核 asks, it does not refuse
        db.session.commit()
        yield people_of_the_story(application)
        db.session.close()
        db.engine.dispose()


def people_of_the_story(application: Flask) -> Story:
    firm = make_enterprise(db.session, name="佛山南海联兴焊接设备有限公司", area_code=FOSHAN)
    school = make_school(db.session, name="昭觉县职业技术学校")
    job = make_order(
        db.session, firm, title="焊工", headcount=LEARNERS, skills=["焊接"], certificates=["焊工证"]
    )
    places: dict[Role, dict[str, Any]] = {
        Role.COUNTY: {"area_code": ZHAOJUE},
        Role.TOWNSHIP: {"area_code": CHENGGUAN},
        Role.CITY: {"area_code": FOSHAN},
        Role.AUDITOR: {"area_code": "513400"},
        Role.ENTERPRISE: {"organisation_id": firm.id},
        Role.SCHOOL: {"organisation_id": school.id},
        Role.TEACHER: {"organisation_id": school.id},
    }
    told = Story(db.session, {}, job_id=job.id)
    for role, where in places.items():
        user = make_user(db.session, role, **where)
        user.name = TEACHER if role is Role.TEACHER else user.name
        told.actors[role] = actor_of(db.session, user)
        told.clients[role] = enter_as(application, user)
    for n in range(LEARNERS + 1):
        home = Household(county_code=ZHAOJUE, code=f"{ZHAOJUE}{n:06d}", poverty_attribute="一般贫困户")
        make_worker(db.session, township_code=CHENGGUAN, skills=["种植"], household=home)
    return told


def test_from_a_need_to_work_and_to_the_paid_subsidy(story: Story) -> None:
    an_enterprise_orders_a_school_bids_and_all_sign(story)
    a_class_of_fifty_is_asked_and_seated(story)
    the_timetable_comes_by_spreadsheet_and_the_class_opens(story)
    twenty_days_of_attendance(story)
    the_examination_comes_by_spreadsheet(story)
    certificates_enter_the_profiles(story)
    graduates_go_first_to_the_kept_places(story)
    three_follow_ups_prove_who_stayed(story)
    everybody_reads_the_same_numbers(story)
    the_school_claims(story)
    the_county_checks_and_puts_the_list_up(story)
    a_third_person_pays_when_the_list_was_up(story)
    assert verify(story.session) is None


def an_enterprise_orders_a_school_bids_and_all_sign(story: Story) -> None:
    need = {
        "headcount": LEARNERS,
        "county_code": ZHAOJUE,
        "skill": "焊接",
        "level": "special",
        "certificate": "焊工证",
        "ready_by": today() + timedelta(days=60),
        "wage_floor_fen": "4000",
        "hire_share_percent": "90",
    }
    story.post(Role.ENTERPRISE, f"/training/orders/new?job={story.job_id}", **need)
    order = story.session.scalars(select(TrainingOrder)).one()
    story.post(Role.ENTERPRISE, f"/training/orders/{order.id}/advance", event="publish")
    offer = {
        "price_fen": "1500",
        "periods": PERIODS,
        "starts_on": today() + timedelta(days=1),
        "place": "实训楼",
        "plan": "两名高级工带教",
    }
    story.post(Role.SCHOOL, f"/training/orders/{order.id}/bid", **offer)
    bid = story.session.scalars(select(TrainingBid)).one()
    story.post(Role.ENTERPRISE, f"/training/orders/bids/{bid.id}/choose", with_city="y", follow_months="6")
    agreement = story.session.scalars(select(Agreement)).one()
    parties = (Role.COUNTY, Role.SCHOOL, Role.ENTERPRISE, Role.CITY)
    for n, role in enumerate(parties):
        assert order.job_order.reserved == 0, n
        story.post(role, f"/training/orders/agreements/{agreement.id}/sign", name="签字人")
    assert agreement.state is AgreementState.IN_FORCE
    assert order.job_order.reserved == LEARNERS


def a_class_of_fifty_is_asked_and_seated(story: Story) -> None:
    agreement = story.session.scalars(select(Agreement)).one()
    plan = {
        "name": "焊工 1 班",
        "capacity": LEARNERS,
        "starts_on": today(),
        "place": "实训楼",
        "ends_on": today() + timedelta(days=DAYS),
        "head_teacher": TEACHER,
    }
    story.post(Role.SCHOOL, f"/training/classes/new/{agreement.id}", **plan)
    training_class = story.training_class
    people = story.session.scalars(select(Worker.id).order_by(Worker.id)).all()
    assert "焊工证" in story.page(Role.COUNTY, f"/training/classes/{training_class.id}/candidates")
    story.post(Role.COUNTY, f"/training/classes/{training_class.id}/propose", ids=people)
    first, *others = story.learners(EnrolmentState.PROPOSED)
    story.post(Role.TOWNSHIP, f"/training/classes/asking/{first.id}", answer="endorse", channel="phone")
    for row in others:
        classes.endorse(story.session, story.actors[Role.TOWNSHIP], row, Channel.PHONE, utc_now())
    story.session.commit()
    ids = [row.id for row in story.learners(EnrolmentState.ENDORSED)]
    story.post(Role.COUNTY, f"/training/classes/{training_class.id}/confirm", ids=ids)
    assert (training_class.enrolled, len(story.learners(EnrolmentState.WAITING))) == (LEARNERS, 1)


def the_timetable_comes_by_spreadsheet_and_the_class_opens(story: Story) -> None:
    training_class = story.training_class
    rows = [
        (
            today() + timedelta(days=n),
            "焊接实操" if n % 4 else "安全和工艺",
            "实操" if n % 4 else "理论",
            4,
            "08:30",
            "11:30",
            "一号车间",
            TEACHER,
        )
        for n in range(DAYS)
    ]
    too_much = [
        *rows,
        (today() + timedelta(days=DAYS), "加课", "实操", 4, "08:30", "11:30", "一号车间", TEACHER),
    ]
    path = f"/training/classes/{training_class.id}"
    sent = story.post(
        Role.SCHOOL, f"{path}/timetable/import", file=(io.BytesIO(book(TIMETABLE, too_much)), "课.xlsx")
    )
    assert "课时" in story.page(Role.SCHOOL, sent.headers["Location"])
    story.send(Role.SCHOOL, f"{path}/timetable/import", "课程表.xlsx", book(TIMETABLE, rows))
    assert training_class.scheduled_periods == PERIODS
    story.post(Role.SCHOOL, f"{path}/advance", event="apply")
    story.post(Role.COUNTY, f"{path}/advance", event="approve")
    visit = {"visited_at": f"{today() - timedelta(days=1)}T09:00", "counted": LEARNERS, "in_order": "1"}
    story.post(Role.COUNTY, f"{path}/site-check", **visit)
    story.post(Role.COUNTY, f"{path}/advance", event="open")
    story.post(Role.SCHOOL, f"{path}/advance", event="teach")
    assert training_class.state is ClassState.TEACHING
    assert re.fullmatch(r"[A-Z]+\d{9}", training_class.number or "")


def book(headings: tuple[str, ...], rows: list[tuple[Any, ...]]) -> bytes:
    """Return a workbook of one sheet."""
    workbook, target = openpyxl.Workbook(), io.BytesIO()
    for row in (headings, *rows):
        workbook.active.append(row)
    workbook.save(target)
    return target.getvalue()


def twenty_days_of_attendance(story: Story) -> None:
    training_class = story.training_class
    let_lessons_pass(story.session, training_class, DAYS + 1)
    ids = [row.id for row in story.learners(EnrolmentState.ENROLLED)]
    lessons = story.session.scalars(select(Lesson).order_by(Lesson.held_on)).all()
    begun = [(lesson.id, (utc_now() - lesson.begins_at).total_seconds()) for lesson in lessons]
    for day, (lesson_id, ago) in enumerate(begun):  # the phone had no network till today
        # The last learner stays away for a week: 15 of 20 days are not enough.
        away = {ids[-1]} if day < 5 else set()
        marks = [{"id": one, "presence": "absent" if one in away else "present", "ago": ago} for one in ids]
        story.post(Role.TEACHER, f"/training/lessons/{lesson_id}/marks", marks=json.dumps(marks))
        story.post(Role.TEACHER, f"/training/lessons/{lesson_id}/close")
    found = {"counted": LEARNERS, "teacher_agrees": "y", "place_agrees": "y", "content_agrees": "y"}
    story.post(Role.CITY, f"/training/classes/{training_class.id}/inspect", **found)


def filled(story: Story, role: Role, path: str, columns: dict[int, Any]) -> bytes:
    """Return the class's template with ``columns`` filled in; a value may be a function of the row's
    number."""
    workbook = openpyxl.load_workbook(io.BytesIO(story.clients[role].get(path).get_data()))
    sheet, target = workbook.active, io.BytesIO()
    for row in range(2, sheet.max_row + 1):
        for column, value in columns.items():
            sheet.cell(row, column).value = value(row) if callable(value) else value
    workbook.save(target)
    return target.getvalue()


def the_examination_comes_by_spreadsheet(story: Story) -> None:
    training_class, path = story.training_class, f"/training/classes/{story.training_class.id}"
    assert "75%，不到 80%，不能参加考核" in story.page(Role.SCHOOL, f"{path}/record")
    # The second learner fails the practical part.
    file = filled(story, Role.SCHOOL, f"{path}/marks.xlsx", {4: 82, 5: lambda row: 41 if row == 3 else 77})
    page = story.send(Role.SCHOOL, f"{path}/marks/import", "成绩.xlsx", file, held_on=str(today()))
    assert f"{LEARNERS - 1} 人可以登记，0 行退回" in page
    assert len(story.learners(EnrolmentState.FINISHED)) == LEARNERS - 2
    cancelled = {"event": "cancel", "reason": "学校停办"}
    answer = story.clients[Role.COUNTY].post(f"/training/classes/{training_class.id}/advance", data=cancelled)
    assert "已经录了成绩的班不能停办" in answer.get_data(as_text=True)
    story.post(Role.SCHOOL, f"{path}/results/advance", event="examine")


def certificates_enter_the_profiles(story: Story) -> None:
    path = f"/training/classes/{story.training_class.id}"
    columns = {4: lambda row: f"ZJ2026{row:04d}", 5: "专项职业能力", 6: str(today()), 7: "州职业技能鉴定中心"}
    file = filled(story, Role.COUNTY, f"{path}/numbers.xlsx", columns)
    story.send(Role.COUNTY, f"{path}/numbers/import", "证书.xlsx", file)
    graduate = story.learners(EnrolmentState.FINISHED)[0].worker
    assert (graduate.skills, graduate.certificates) == (["种植", "焊接"], ["焊工证"])
    story.post(Role.COUNTY, f"{path}/results/advance", event="certify")
    sheet = story.page(Role.SCHOOL, f"{path}/sheet")
    assert sheet.count("data:image/svg+xml") == LEARNERS - 2


def graduates_go_first_to_the_kept_places(story: Story) -> None:
    training_class, path = story.training_class, f"/training/classes/{story.training_class.id}"
    order = training_class.agreement.order.job_order
    assert order.places_left == 0
    story.post(Role.COUNTY, f"{path}/offer")
    first, unwilling, unwanted, *others = story.session.scalars(
        select(Placement).order_by(Placement.id)
    ).all()
    story.post(Role.COUNTY, f"/placements/{first.id}/answer", answer="accept", channel="phone")
    story.post(Role.ENTERPRISE, f"/placements/{first.id}/advance", event="hire")
    decline(story, unwilling)
    story.post(Role.COUNTY, f"/placements/{unwanted.id}/answer", answer="accept", channel="phone")
    story.post(Role.ENTERPRISE, f"/placements/{unwanted.id}/advance", event="not_hire", reason="订单减少")
    for placement in others:
        answers.accept(story.session, story.actors[Role.COUNTY], placement, Channel.PHONE, utc_now())
        hiring.hire(story.session, story.actors[Role.ENTERPRISE], placement, today())
    story.session.commit()
    going = [row.id for row in (first, *others)]
    story.post(Role.ENTERPRISE, "/placements/arrivals", ids=going, on=str(today()))
    assert (order.taken, order.reserved) == (len(going), LEARNERS - len(going))
    assert "名学员没有上岗，也没有写明原因" in refused(story, f"{path}/results/advance", event="place")
    give_reasons(
        story, {unwilling.id: ("learner", "家里老人要照料"), unwanted.id: ("enterprise", "订单减少")}
    )
    story.post(Role.COUNTY, f"{path}/results/advance", event="place")


def decline(story: Story, placement: Placement) -> None:
    form = {"answer": "decline", "channel": "phone", "reason": next(iter(DeclineReason)).value}
    story.post(Role.COUNTY, f"/placements/{placement.id}/answer", **form)


def refused(story: Story, path: str, **form: Any) -> str:
    """Send a form that a rule forbids; return the page."""
    answer = story.clients[Role.COUNTY].post(path, data=form)
    assert answer.status_code == 409
    story.session.expire_all()
    return answer.get_data(as_text=True)


def give_reasons(story: Story, reasons: dict[int, tuple[str, str]]) -> None:
    for learner in story.learners(EnrolmentState.FINISHED):
        if learner.placement_id in reasons:
            party, reason = reasons[learner.placement_id]
            path = f"/training/results/learners/{learner.id}/breach"
            story.post(Role.COUNTY, path, party=party, reason=reason)


def three_follow_ups_prove_who_stayed(story: Story) -> None:
    path = f"/training/classes/{story.training_class.id}"
    assert "次到期的回访没有登记" in refused(story, f"{path}/results/advance", event="follow")
    let_days_pass(story.session, 200)
    rows = story.session.scalars(select(Placement).where(Placement.state == PlacementState.ON_SITE)).all()
    first = rows[0].follow_ups[0]
    found = {"outcome": "employed", "evidence": "3", "wage_fen": "4700", "note": "工资条"}
    story.post(Role.COUNTY, f"/placements/follow-ups/{first.id}", **found)
    stays = follow_ups.Finding(Outcome.EMPLOYED, Evidence.ROSTER, wage_fen=450_000)
    silent = follow_ups.Finding(Outcome.UNKNOWN, Evidence.NONE)
    for place, placement in enumerate(rows):
        for visit in [one for one in placement.follow_ups if one.recorded_at is None]:
            told = silent if place == len(rows) - 1 else stays
            follow_ups.record_follow_up(
                story.session, story.actors[Role.COUNTY], visit, told, today(), utc_now()
            )
    story.session.commit()
    story.post(Role.COUNTY, f"{path}/results/advance", event="follow")
    assert story.training_class.state is ClassState.FOLLOWED


def everybody_reads_the_same_numbers(story: Story) -> None:
    found = queries.outcomes(story.session, story.training_class, today())
    assert (found.enrolled, found.failed, found.finished, found.certified) == (
        LEARNERS,
        2,
        LEARNERS - 2,
        LEARNERS - 2,
    )
    assert (found.placed, found.arrived, found.months[2].employed, found.months[2].unknown) == (
        LEARNERS - 4,
        LEARNERS - 4,
        LEARNERS - 5,
        1,
    )
    for role in (Role.AUDITOR, Role.COUNTY, Role.SCHOOL, Role.ENTERPRISE, Role.CITY):
        page = story.page(role, f"/training/classes/{story.training_class.id}/results")
        stay = rf'满 6 个月在岗</th>.*?class="figure">{LEARNERS - 5}<small>1 人未知'
        assert re.search(stay, page, re.S), role
