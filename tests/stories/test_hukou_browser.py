"""One person settles, in a real browser against real processes: worker (360 px), enterprise, county, two
officers.

SQLite in the suite; ``STORIES=both`` (make drill-settling) or ``SUITE=whole`` tells it on PostgreSQL too.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.kit.files.test_document_sanitizer import picture
from tests.factories.databases import postgres_url
from tests.stories.hukou_people import NAME, people_of_the_story
from tests.stories.office import IN_A_BROWSER, PHONE, WIDE, Office, fill, fits, follow, press
from tests.stories.platform import at_work_in, inside, running
from tests.whole import story_databases

pytestmark = IN_A_BROWSER
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture(params=story_databases())
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Office]:
    with ExitStack() as stack:
        if request.param == "postgresql":
            folder, url = tmp_path_factory.mktemp("settling"), postgres_url("hukou_browser")
            address = stack.enter_context(running(folder, url))
        else:
            (address, folder), url = request.getfixturevalue("platform"), None
        with at_work_in(inside(folder, url)) as session:
            people_of_the_story(session)
        yield Office(address, browser, folder)


def test_five_people_bring_one_person_into_the_new_register(office: Office) -> None:
    the_enterprise_vouches(office)
    worker = the_worker_reads_photographs_and_applies(office)
    first = office.sit_down("first", WIDE)
    the_officer_asks_for_more(first, office)
    the_worker_supplies(worker, office)
    the_officer_accepts_the_paper(first, office)
    second = office.sit_down("second", WIDE)
    another_officer_approves(second, office)
    the_permit_is_issued(first, office)
    the_county_lets_go(office)
    the_new_register_takes(first, office, worker)


def the_enterprise_vouches(office: Office) -> None:
    page = office.sit_down("enterprise", WIDE)
    page.goto(f"{office.address}/hukou/proofs")
    follow(page.locator("tr", has_text=NAME).get_by_role("link", name="给他证明"))
    fill(page, {"name": "sb_months", "value": "61", "source": "本厂社保缴费表"})
    press(page, "证明")
    expect(page.locator("main")).to_contain_text("在该市累计缴社保月数：61 个月")


def upload(page: Page, kind: str, name: str, data: bytes) -> None:
    page.locator("#kind").select_option(kind)
    page.set_input_files("#file", {"name": name, "mimeType": "image/jpeg", "buffer": data})
    follow(page.get_by_role("button", name="上传"))


def the_worker_reads_photographs_and_applies(office: Office) -> Page:
    page = office.sit_down("settler", PHONE)
    page.goto(f"{office.address}/my/settling")
    expect(page.locator("main")).to_contain_text("看起来都符合，可以先预审")
    expect(page.locator("main")).to_contain_text("预审提示")
    fits(page)
    press(page, "走这条路，先预审")
    page.check("#read")
    press(page, "确认")
    upload(page, "residence_permit", "居住证.svg", SVG)
    expect(page.locator(".problem")).to_contain_text("只收照片（JPG、PNG）或 PDF")
    upload(page, "residence_permit", "居住证.jpg", picture((1600, 1200)))
    expect(page.locator("main")).to_contain_text("收到了")
    fits(page)
    press(page, "提交申请")
    expect(page.locator("main .tag").first).to_contain_text("已申请")
    return page


def the_officer_asks_for_more(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/hukou/desk")
    follow(page.get_by_role("link", name=NAME))
    press(page, "受理")
    press(page, "开始审核")
    page.locator("summary", has_text="请补材料").click()
    page.fill("#reason-ask_more", "请交三个月内的参保证明。")
    follow(page.locator("details[open] button", has_text="请补材料"))
    expect(page.locator("main .tag").first).to_contain_text("待补材料")


def the_worker_supplies(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/my/offers")
    follow(page.get_by_role("link", name="去看看").first)
    expect(page.locator("main")).to_contain_text("请交三个月内的参保证明")
    upload(page, "insurance_list", "参保证明.jpg", picture((900, 1200)))
    upload(page, "id_card", "身份证.jpg", picture((600, 400)))
    upload(page, "household_book", "户口簿.jpg", picture((700, 900)))
    press(page, "材料补好了")


def the_officer_accepts_the_paper(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/hukou/desk")
    follow(page.get_by_role("link", name=NAME))
    follow(page.locator("tr", has_text="参保证明").get_by_role("link", name="认定"))
    page.get_by_label("认可", exact=True).check()
    judge = page.get_by_role("button", name="保存认定")
    expect(judge).to_be_disabled()  # nobody judges what they have not looked at
    page.select_option("[name='purpose']", "service")
    with page.expect_popup():
        page.get_by_role("button", name="打开").click()
    expect(judge).to_be_enabled()
    page.locator("[name='facts-0-value']").fill("62")
    press(page, "保存认定")
    expect(page.locator("main")).to_contain_text("参保证明（社保清单）")
    expect(page.locator("main")).to_contain_text("62 个月")
    expect(page.locator(".blocked").last).to_contain_text("户口簿还没有认定。")
    for paper in ("居民身份证", "户口簿", "居住证"):
        follow(page.locator("tr", has_text=paper).get_by_role("link", name="认定"))
        page.get_by_label("认可", exact=True).check()
        page.select_option("[name='purpose']", "service")
        with page.expect_popup():
            page.get_by_role("button", name="打开").click()
        press(page, "保存认定")


def another_officer_approves(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/hukou/desk")
    follow(page.get_by_role("link", name=NAME))
    expect(page.locator("main")).to_contain_text("年指标用了 0 / 1")
    press(page, "批准")
    expect(page.locator("main .tag").first).to_contain_text("已批准")


def the_permit_is_issued(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/hukou/desk")
    follow(page.get_by_role("link", name=NAME))
    fill(page, {"number": "粤佛迁 2018000001"})
    press(page, "发准迁证")
    expect(page.locator("main .tag").first).to_contain_text("准迁证已发")


def the_county_lets_go(office: Office) -> None:
    page = office.sit_down("county", WIDE)
    page.goto(f"{office.address}/hukou")
    follow(page.get_by_role("link", name=NAME))
    press(page, "原籍已迁出")
    expect(page.locator("main .tag").first).to_contain_text("原籍已迁出")


def the_new_register_takes(page: Page, office: Office, worker: Page) -> None:
    page.reload()
    press(page, "已落户")
    expect(page.locator("main")).to_contain_text("满 90 天")
    worker.goto(f"{office.address}/my/settling")
    expect(worker.locator("main")).to_contain_text("落户办成了")
    fits(worker)
