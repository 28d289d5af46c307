"""Order training in a real browser, against real processes: from an enterprise's need to the money in the
ledger.

Eight people's screens, the teacher's a phone; the middle of the way, where a click adds nothing, is made
inside. On SQLite; with ``STORY_DATABASE=postgres`` on PostgreSQL.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import answers, follow_ups, hiring
from app.training.attendance import operations as lessons
from app.training.attendance.operations import Mark
from app.training.classes import operations as classes
from models.clock import today, utc_now
from models.placement.leaving import Channel
from models.placement.placement import Evidence, Outcome, Placement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Lesson, Presence
from tests.app.kit.files.test_document_sanitizer import picture
from tests.factories.databases import postgres_url
from tests.stories.class_office import (
    TEACHER,
    XIDE,
    ClassOffice,
    half_a_year_passes,
    office_of,
    people_of_the_story,
    the_last_lesson_is_now,
    the_notice_ends,
)
from tests.stories.office import IN_A_BROWSER, PHONE, fill, fits, follow, press
from tests.stories.platform import inside, running
from tests.stories.test_training import TIMETABLE, book

pytestmark = IN_A_BROWSER
# A small class in the suite; `make drill-training` walks fifty people through twenty days.
LEARNERS, DAYS = int(os.environ.get("STORY_LEARNERS", "5")), int(os.environ.get("STORY_DAYS", "3"))
PERIODS = 4 * DAYS
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[ClassOffice]:
    with ExitStack() as stack:
        if os.environ.get("STORY_DATABASE") == "postgres":
            folder, url = tmp_path, postgres_url("training_browser")
            address = stack.enter_context(running(folder, url))
        else:
            (address, folder), url = request.getfixturevalue("platform"), None
        yield office_of(
            address, browser, inside(folder, url), lambda session: people_of_the_story(session, LEARNERS)
        )


def test_from_a_need_to_the_money(office: ClassOffice) -> None:
    county, school, enterprise = (office.sit_down(name) for name in ("county", "school", "enterprise"))
    order = the_enterprise_orders(enterprise, office)
    the_school_offers(school, office)
    all_sign(enterprise, school, county, order)
    class_page = the_school_plans_a_class(school, office)
    the_county_finds_learners(county, office, class_page)
    the_timetable_comes_by_spreadsheet(school, class_page)
    the_class_opens(school, county, class_page)
    the_teacher_calls_the_roll_on_a_phone(office)
    the_examination_is_entered(school, class_page)
    the_county_issues_certificates(county, class_page)
    graduates_go_to_the_kept_places(county, office, class_page)
    claim = the_school_claims(school, class_page)
    the_list_is_put_up(office, claim)
    the_money_is_paid(office, claim)
    the_auditor_finds_every_payment(office, class_page)


def the_enterprise_orders(page: Page, office: ClassOffice) -> str:
    page.goto(f"{office.address}/training/orders/new")
    follow(page.get_by_role("link", name="为它培训"))
    fill(
        page,
        {
            "headcount": str(LEARNERS),
            "county_code": XIDE,
            "skill": "焊接",
            "level": "special",
            "certificate": "焊工证",
            "ready_by": str(today() + timedelta(days=60)),
            "wage_floor_fen": "4000",
            "hire_share_percent": "90",
        },
    )
    press(page, "保存草稿")
    press(page, "发布，请学校报名")
    expect(page.locator("main .tag").first).to_contain_text("征集学校")
    return page.url


def the_school_offers(page: Page, office: ClassOffice) -> None:
    page.goto(office.address)
    press(page, "去报名")
    press(page, "报名承接")
    fill(
        page,
        {
            "price_fen": "1200",
            "periods": str(PERIODS),
            "starts_on": str(today() + timedelta(days=1)),
            "place": "实训楼",
            "plan": "两名高级工带教",
        },
    )
    press(page, "交报名")
    expect(page.locator("main")).to_contain_text("等企业选")


def all_sign(enterprise: Page, school: Page, county: Page, order: str) -> None:
    enterprise.goto(order)
    follow(enterprise.locator("main a[href$='/choose']"))
    press(enterprise, "选定，拟协议")
    agreement = enterprise.url
    for page in (enterprise, school, county):
        page.goto(agreement)
        fill(page, {"name": "签字人"})
        press(page, "签字")
    expect(county.locator("main .tag").first).to_contain_text("生效")
    expect(county.locator("#places")).to_contain_text(f"还留着 {LEARNERS} 个")


def the_school_plans_a_class(page: Page, office: ClassOffice) -> str:
    page.goto(f"{office.address}/training/classes")
    follow(page.locator("main a[href*='/training/classes/new/']"))
    fill(
        page,
        {
            "name": "焊工 1 班",
            "capacity": str(LEARNERS),
            "starts_on": str(today()),
            "place": "实训楼",
            "ends_on": str(today() + timedelta(days=DAYS)),
            "head_teacher": TEACHER,
        },
    )
    press(page, "保存")
    expect(page.locator("h1")).to_have_text("焊工 1 班")
    return page.url


def the_county_finds_learners(page: Page, office: ClassOffice, class_page: str) -> None:
    page.goto(f"{class_page}/candidates")
    expect(page.locator("h1")).to_contain_text(f"{LEARNERS} 人只差一两样就能上岗")
    page.locator("#all").check()
    press(page, "推荐给乡镇去问")
    office.prepare(lambda session: the_township_asks(session, office))
    page.goto(f"{class_page}/people")
    page.locator("#all").check()
    press(page, "确认入班")
    expect(page.locator("main")).to_contain_text(f"在班 {LEARNERS} 人")


def the_township_asks(session: Session, office: ClassOffice) -> None:
    township = office.actor(session, "township")
    for row in session.scalars(select(Enrolment).where(Enrolment.state == EnrolmentState.PROPOSED)).all():
        classes.endorse(session, township, row, Channel.PHONE, utc_now())


def the_timetable_comes_by_spreadsheet(page: Page, class_page: str) -> None:
    rows = [
        (today() + timedelta(days=n), "焊接实操", "实操", 4, "08:30", "11:30", "一号车间", TEACHER)
        for n in range(DAYS)
    ]
    page.goto(f"{class_page}/timetable/import")
    file = {"name": "课程表.xlsx", "mimeType": SHEET, "buffer": book(TIMETABLE, rows)}
    page.set_input_files("#file", file)  # type: ignore[arg-type]
    press(page, "读一读，先预览")
    expect(page.locator("h1")).to_contain_text(f"{DAYS} 节课可以用")
    press(page, "确认，换成这张课程表")


def the_class_opens(school: Page, county: Page, class_page: str) -> None:
    school.goto(class_page)
    press(school, "申请开班")
    county.goto(class_page)
    press(county, "同意开班")
    fill(county, {"counted": str(LEARNERS), "in_order": "1"})
    press(county, "登记核查")
    press(county, "核查无误，开班")
    school.goto(class_page)
    press(school, "开始上课")
    expect(school.locator("main .tag").first).to_contain_text("上课中")


def the_teacher_calls_the_roll_on_a_phone(office: ClassOffice) -> None:
    office.prepare(lambda session: the_first_days_pass(session, office))
    page = office.sit_down("teacher", PHONE)
    page.goto(f"{office.address}/training/lessons/today")
    follow(page.get_by_role("link", name="焊接实操"))
    expect(page.locator(".roll li")).to_have_count(LEARNERS)
    fits(page)
    for n in range(LEARNERS):
        page.locator(".roll li").nth(n).get_by_text("迟到" if n == 0 else "到", exact=True).click()
    expect(page.locator("[data-sync]")).to_have_text("都已上传")
    page.reload()
    press(page, "结束点名")


def the_first_days_pass(session: Session, office: ClassOffice) -> None:
    """All days but the last: everybody came, and the teacher noted it."""
    the_last_lesson_is_now(session, DAYS)
    teacher = office.actor(session, "teacher")
    ids = session.scalars(select(Enrolment.id)).all()
    for lesson in session.scalars(select(Lesson).where(Lesson.held_on < today())).all():
        begun = (utc_now() - lesson.begins_at).total_seconds()
        marks = [Mark(one, Presence.PRESENT, begun) for one in ids]  # kept by the phone, sent today
        lessons.save_marks(session, teacher, lesson, marks, utc_now())
        lessons.close_lesson(session, teacher, lesson, utc_now())


def the_examination_is_entered(page: Page, class_page: str) -> None:
    page.goto(f"{class_page}/record")
    fill(page, {"held_on": str(today())})
    for n, part in enumerate(("theory", "practice")):
        for control in page.locator(f"main [name^='{part}-']").all():
            control.fill(str(82 - n))
    press(page, "登记成绩")
    expect(page.locator("main")).to_contain_text(f"结业 {LEARNERS} 人")
    press(page, "考核完成")


def the_county_issues_certificates(page: Page, class_page: str) -> None:
    page.goto(f"{class_page}/numbers")
    fill(page, {"issued_on": str(today()), "issuer": "州职业技能鉴定中心"})
    for n, control in enumerate(page.locator("main [name^='number-']").all()):
        control.fill(f"ZJ2026{n:04d}")
    press(page, "登记证书")
    expect(page.locator("main")).to_contain_text(f"有证书 {LEARNERS} 人")
    press(page, "证书发完")


def graduates_go_to_the_kept_places(page: Page, office: ClassOffice, class_page: str) -> None:
    page.goto(f"{class_page}/employment")
    press(page, f"推荐给还没推荐的 {LEARNERS} 人")
    office.prepare(lambda session: they_are_hired(session, office))
    page.reload()
    expect(page.locator("main")).to_contain_text(f"{LEARNERS} 个，用了 {LEARNERS} 个")
    press(page, "推荐完毕")
    office.prepare(lambda session: they_stay(session, office))
    page.goto(f"{class_page}/results")
    press(page, "跟踪期满")
    expect(page.locator("tr", has_text="满 6 个月在岗").locator(".figure")).to_have_text(str(LEARNERS))


def they_are_hired(session: Session, office: ClassOffice) -> None:
    county, firm = office.actor(session, "county"), office.actor(session, "enterprise")
    rows = session.scalars(select(Placement).where(Placement.county_code == XIDE)).all()
    for row in rows:
        answers.accept(session, county, row, Channel.PHONE, utc_now())
        hiring.hire(session, firm, row, today())
        hiring.arrive(session, firm, row, today(), today())


def they_stay(session: Session, office: ClassOffice) -> None:
    half_a_year_passes(session)
    county = office.actor(session, "county")
    found = follow_ups.Finding(Outcome.EMPLOYED, Evidence.ROSTER, wage_fen=450_000)
    for row in session.scalars(select(Placement).where(Placement.county_code == XIDE)).all():
        for visit in row.follow_ups:
            follow_ups.record_follow_up(session, county, visit, found, today(), utc_now())


def the_school_claims(page: Page, class_page: str) -> str:
    page.goto(f"{class_page.replace('/classes/', '/claims/classes/')}")
    claimed = LEARNERS * (1_200 + DAYS * 50)  # the fee, and the living allowance a day
    expect(page.locator("main")).to_contain_text(f"{claimed:,} 元")
    fill(page, {"account_number": "6222 0202 0011 2233 445", "bank_name": "农行昭觉支行"})
    press(page, "确认申报")
    invoice = {"name": "发票.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.set_input_files("#attachments [name='file']", invoice)  # type: ignore[arg-type]
    press(page, "交附件")
    expect(page.locator("#attachments")).to_contain_text("发票或收费票据")
    return page.url.partition("#")[0]


def the_list_is_put_up(office: ClassOffice, claim: str) -> None:
    page = office.sit_down("checker")
    page.goto(claim)
    while (warning := page.locator("#warnings summary")).count():
        warning.first.click()
        page.locator("#warnings details[open] textarea").fill("查过点名册，逐个打了电话，情况属实")
        follow(page.locator("#warnings details[open] button"))
    passed = page.get_by_role("button", name="审核通过，公示")
    expect(passed).to_be_disabled()  # nobody passes what they have not looked at
    with page.expect_popup():
        page.locator("#attachments").get_by_role("button", name="打开").click()
    expect(passed).to_be_enabled()
    fill(page, {"report": "材料齐全，抽查两人", "phone": "0834-8321234"})
    press(page, "审核通过，公示")
    public = page.get_by_role("link", name="看公示页").get_attribute("href")
    outside = office.browser.new_page()
    outside.goto(f"{office.address}{public}")
    expect(outside.locator("main tbody tr")).to_have_count(LEARNERS + 1)
    expect(outside.locator("main tbody tr").first).to_contain_text("5134************")


def the_money_is_paid(office: ClassOffice, claim: str) -> None:
    page = office.sit_down("payer")
    page.goto(claim)
    expect(page.locator("#pay")).to_contain_text("公示期还没有结束")
    office.prepare(the_notice_ends)
    page.reload()
    fill(page, {"paid_on": str(today()), "voucher": "财支2026-0731"})
    press(page, "登记拨付")
    expect(page.locator("main .tag").first).to_contain_text("已拨付")


def the_auditor_finds_every_payment(office: ClassOffice, class_page: str) -> None:
    page = office.sit_down("auditor")
    page.goto(f"{office.address}/training/claims/ledger")
    expect(page.locator("td", has_text="财支2026-0731")).to_have_count(min(2 * LEARNERS, 50))
    page.goto(f"{class_page}/results")
    expect(page.locator("tr", has_text="满 6 个月在岗").locator(".figure")).to_have_text(str(LEARNERS))
    expect(page.locator("main")).not_to_contain_text("6222")
