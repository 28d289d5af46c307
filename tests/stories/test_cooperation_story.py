"""The cooperation of one pair in a real browser: city, prefecture, province, auditor, county.

On SQLite in the suite, whose tests of the room run on PostgreSQL; on both with SUITE=whole or STORIES=both.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reports.kept import refresh
from models.access import Role
from models.clock import today
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.people.worker import Worker
from models.reference.calendar import months_after
from models.reports.report import FrozenFigure, Report, ReportState, checksum_of
from tests.factories.databases import postgres_url
from tests.factories.people import make_enterprise, make_user, make_worker
from tests.stories.class_office import ClassOffice, office_of
from tests.stories.office import IN_A_BROWSER, JOB, fill, follow, press
from tests.stories.platform import inside, running
from tests.whole import story_databases

pytestmark = IN_A_BROWSER
SHENZHEN, BAISE, NAPO = "440300", "451000", "451026"
PAIR = "深圳市—百色市"
PEOPLE = 12
OFFICES: dict[str, tuple[Role, str]] = {
    "city": (Role.CITY, SHENZHEN),
    "prefecture": (Role.PREFECTURE, BAISE),
    "county": (Role.COUNTY, NAPO),
    "province": (Role.PROVINCE, "440000"),
    "auditor": (Role.AUDITOR, BAISE),
}
HELD, OVERDUE, DUE = (today() + timedelta(days=days) for days in (-40, -2, 30))
FINDING = "交通补贴发放名单没有公示"


@pytest.fixture(params=story_databases())
def office(
    request: pytest.FixtureRequest, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClassOffice]:
    if request.param == "sqlite":
        address, folder = request.getfixturevalue("platform")
        yield office_of(address, browser, inside(folder), people)
        return
    monkeypatch.setenv("WEB_PROCESSES", "1")  # one person acts at a time here
    url = postgres_url("cooperation_story")
    with running(tmp_path, url) as address:
        yield office_of(address, browser, inside(tmp_path, url), people)


def people(session: Session) -> dict[str, int]:
    """The offices of one pair, and twelve of its people at work in Shenzhen."""
    firm = make_enterprise(session, name="深圳龙岗电子有限公司", area_code=SHENZHEN)
    for _ in range(PEOPLE):
        _at_work(session, make_worker(session, county_code=NAPO), firm.id)
    session.commit()
    refresh(session, today(), 2)  # what the night does
    return {name: make_user(session, role, area_code=area).id for name, (role, area) in OFFICES.items()}


def _at_work(session: Session, worker: Worker, firm: int) -> None:
    began = months_after(today(), -2).replace(day=1)
    told: dict[str, Any] = {"level": 1, "teller": Teller.HOME}
    spell = EmploymentSpell(
        worker_id=worker.id,
        county_code=NAPO,
        employer_id=firm,
        place_code=SHENZHEN,
        kind=SpellKind.ENTERPRISE,
        evidence_level=1,
        teller=Teller.HOME,
    )
    spell.set_began(began)
    session.add(SpellEvidence(spell=spell, kind=EvidenceKind.WORD, shown_on=began, **told))


def test_five_offices_carry_one_pair_from_a_meeting_to_a_finding_answered(office: ClassOffice) -> None:
    city, prefecture = office.sit_down("city"), office.sit_down("prefecture")
    the_city_writes_a_meeting_and_what_it_decided(city, office)
    the_prefecture_reads_what_it_owes(prefecture, office)
    report = the_city_drafts_last_month(city, office)
    nobody_of_the_city_can_check_it(city, report)
    the_other_end_checks_it(prefecture, office)
    the_city_freezes_it(city, report)
    province = office.sit_down("province")
    the_province_reads_charts_scores_and_the_rows_of_a_figure(province, office, report)
    nobody_changes_what_is_frozen({"city": city, "prefecture": prefecture, "province": province}, report)
    auditor = office.sit_down("auditor")
    the_auditor_reads_the_frozen_report_and_its_checksum(auditor, office)
    the_auditor_notes_a_finding(auditor, office)
    the_county_answers_it(office)
    the_auditor_accepts_the_answer(auditor, office)


def the_city_writes_a_meeting_and_what_it_decided(page: Page, office: ClassOffice) -> None:
    page.goto(f"{office.address}/cooperation/meetings/new")
    ends = {"place_code": BAISE, "city_code": SHENZHEN}
    fill(page, {"title": "深圳百色联席会议", "kind": "pair", "held_on": str(HELD), **ends})
    press(page, "保存")
    follow(page.get_by_role("link", name="登记一件"))
    decided = {
        "title": "开通返岗专列",
        "owed_by": "owed_by_recipient",
        "owner": "黄主任",
        "due_on": str(OVERDUE),
    }
    fill(page, ends | decided)  # which meeting it belongs to is filled in
    press(page, "保存")
    expect(page.locator("main .facts")).to_contain_text("深圳百色联席会议")


def the_prefecture_reads_what_it_owes(page: Page, office: ClassOffice) -> None:
    page.goto(office.address)
    expect(page.locator("main")).to_contain_text("开通返岗专列")
    page.goto(f"{office.address}/cooperation/pairings/{SHENZHEN}/{BAISE}")
    printed = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, "a pair fits one A4 page"
    follow(
        page.locator("section", has=page.get_by_role("heading", name="等着办的")).get_by_role(
            "link", name="开通返岗专列"
        )
    )
    press(page, "办完了")
    expect(page.locator("main .tag").first).to_contain_text("办完待验收")
    expect(page.get_by_role("button", name="验收通过")).to_be_disabled()  # it says itself that it is done


def the_city_drafts_last_month(page: Page, office: ClassOffice) -> str:
    page.goto(f"{office.address}/reports")
    row = page.locator("main tr", has_text=PAIR)
    expect(row).to_contain_text("还没有报")
    follow(row.get_by_role("button", name="起草"))
    hand_over = page.get_by_role("button", name="交对方核对")
    expect(hand_over).to_be_enabled(timeout=JOB)  # the page shows itself anew when it is counted
    expect(page.locator("#telegram")).to_contain_text(f"现在岗 {PEOPLE} 人")
    press(page, "交对方核对")
    return page.url


def nobody_of_the_city_can_check_it(page: Page, report: str) -> None:
    page.goto(report)
    for button in page.get_by_role("button", name="核对无误").all():
        expect(button).to_be_disabled()
    expect(page.locator("main .step-row")).to_contain_text("对方一头")


def the_other_end_checks_it(page: Page, office: ClassOffice) -> None:
    page.goto(f"{office.address}/reports")
    follow(page.locator("main tr", has_text=PAIR).get_by_role("link", name=PAIR, exact=True))
    press(page, "核对无误")
    expect(page.locator("body")).to_contain_text("已办：核对无误")


def the_city_freezes_it(page: Page, report: str) -> None:
    page.goto(report)
    press(page, "封存")
    expect(page.locator("main .notice.good", has_text="校验码")).to_be_visible(timeout=JOB)


def the_province_reads_charts_scores_and_the_rows_of_a_figure(
    page: Page, office: ClassOffice, report: str
) -> None:
    main = page.locator("main")
    page.goto(f"{office.address}/reports/charts")
    expect(main.locator("tr", has_text=PAIR).first).to_contain_text(str(PEOPLE))
    expect(main.locator(".tiles li", has_text="那坡县")).to_contain_text(str(PEOPLE))
    follow(main.get_by_role("link", name="考核得分"))
    follow(main.locator("tr", has_text=PAIR).get_by_role("link", name="月报"))
    expect(page).to_have_url(re.compile(re.escape(report)))
    page.goto(f"{report}/figures/at_work_province")
    expect(main).to_contain_text(f"明细 · {PEOPLE} 行")
    names = office.prepare(
        lambda session: session.scalars(select(Worker.name).where(Worker.county_code == NAPO)).all()
    )
    shown = main.locator("section[aria-label='明细'] tbody tr")
    expect(shown).to_have_count(PEOPLE)
    assert {line.split()[0] for line in shown.all_inner_texts()} == set(names)


def nobody_changes_what_is_frozen(pages: dict[str, Page], report: str) -> None:
    """No button offers it, and a form made by hand, by any of the offices, changes nothing."""
    for name, page in pages.items():
        page.goto(report)
        before = page.locator("main .notice.good", has_text="校验码").inner_text()
        steps = page.locator("main .step-row")
        for word in ("拿回来改", "退回修改", "核对无误", "封存", "重新计算"):
            expect(steps.get_by_role("button", name=word, exact=True)).to_have_count(0)
        key = page.locator("[name='csrf_token']").first.get_attribute("value") or ""
        for way, event in (("step", "recall"), ("step", "return"), ("step", "freeze"), ("recount", "")):
            sent: dict[str, Any] = {"csrf_token": key, "event": event, "reason": "改一个数"}
            answer = page.request.post(f"{report}/{way}", form=sent, max_redirects=0)
            assert answer.status in (403, 409), (name, way, event, answer.status)
        page.reload()
        assert page.locator("main .notice.good", has_text="校验码").inner_text() == before, name


def the_auditor_reads_the_frozen_report_and_its_checksum(page: Page, office: ClassOffice) -> None:
    page.goto(f"{office.address}/reports")
    follow(page.locator("main tr", has_text=PAIR).get_by_role("link", name=PAIR, exact=True))
    kept = office.prepare(_checksum)
    expect(page.locator("main .notice.good")).to_contain_text("明细、口径和校验码都对得上")
    expect(page.locator("main .notice.good small")).to_have_text(f"{kept[:16]}…")


def _checksum(session: Session) -> str:
    """As it follows from the rows that are kept, not as it was written down."""
    report = session.scalars(select(Report)).one()
    assert report.state is ReportState.FROZEN
    return checksum_of(report, session.scalars(select(FrozenFigure)))


def the_auditor_notes_a_finding(page: Page, office: ClassOffice) -> None:
    page.goto(f"{office.address}/cooperation/funds/findings")
    follow(page.locator("main").get_by_role("link", name="登记审计发现"))
    days = {"found_on": str(HELD), "due_on": str(DUE)}
    fill(page, {"county": NAPO, "said": FINDING, "amount": "12000", **days})
    press(page, "登记审计发现")
    expect(page.locator("article", has_text=FINDING)).to_contain_text("待整改")


def the_county_answers_it(office: ClassOffice) -> None:
    page = office.sit_down("county")
    page.goto(office.address)
    follow(page.locator("main a[href*='/findings']").first)
    finding = page.locator("article", has_text=FINDING)
    finding.locator("summary", has_text="报告整改").click()
    finding.locator("textarea").fill("名单已在村务公开栏公示七天。")
    follow(finding.locator("details[open] button"))
    expect(finding).to_contain_text("已整改、待认定")
    expect(finding.get_by_role("button", name="认定整改到位")).to_have_count(0)


def the_auditor_accepts_the_answer(page: Page, office: ClassOffice) -> None:
    page.goto(f"{office.address}/cooperation/funds/findings")
    finding = page.locator("article", has_text=FINDING)
    expect(finding).to_contain_text("名单已在村务公开栏公示七天")
    follow(finding.get_by_role("button", name="认定整改到位"))
    expect(finding).to_contain_text("整改到位")
