"""The same job in a real browser, against real processes, through five people's screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from models.clock import today
from models.placement.placement import Placement
from tests.stories.clock import let_days_pass
from tests.stories.platform import PASSWORD, chromium, command, environment
from tests.stories.roster_file import roster
from tests.stories.test_main_job import ORDER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium here: apt-get install chromium fonts-noto-cjk"
    ),
]
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --in-process-gpu --renderer-process-limit=1
--disable-site-isolation-trials""".split()  # noqa: SIM905
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 800}


@dataclass
class Office:
    """A served platform, a browser, and where its data lies."""

    address: str
    browser: Browser
    folder: Path

    def sit_down(self, username: str, size: dict[str, int]) -> Page:
        """Open a browser window of somebody's own and sign in."""
        page = self.browser.new_context(viewport=size, locale="zh-CN").new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{self.address}/sign-in")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page).not_to_have_url(f"{self.address}/sign-in")
        return page


@pytest.fixture(scope="module")
def office(platform: tuple[str, Path]) -> Iterator[Office]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield Office(platform[0], browser, platform[1])
        browser.close()


def press(page: Page, word: str) -> None:
    """Press the button (or link) with ``word`` on it and wait for the page after it."""
    main = page.locator("main")
    button = main.get_by_role("button", name=word, exact=True).or_(
        main.get_by_role("link", name=word, exact=True)
    )
    button.first.click()
    page.wait_for_load_state()
    complaint = page.locator(".problem, .notice.bad")
    assert complaint.count() == 0, complaint.all_inner_texts()


def fill(page: Page, values: dict[str, str]) -> None:
    """Fill a form by the names of its fields."""
    for name, value in values.items():
        control: Locator = page.locator(f"main [name='{name}']").first
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def test_five_people_bring_one_worker_into_a_job_and_keep_her_there(office: Office) -> None:
    county, city, enterprise = (office.sit_down(name, WIDE) for name in ("county", "city", "enterprise"))
    the_county_imports(county, office)
    the_county_asks_by_telephone(county, office)
    the_enterprise_writes_an_order(enterprise, office)
    the_city_approves(city, office)
    name = the_county_recommends(county, office)
    worker = the_worker_says_yes_on_a_phone(office, name)
    the_enterprise_hires(enterprise, office, name)
    the_county_sends_the_group_off(county, office, name)
    the_enterprise_confirms_the_arrival(enterprise, office, name)
    three_calls_find_her_there(county, office)
    the_province_counts_one(office)
    worker.goto(f"{office.address}/my/messages")
    expect(worker.locator("main")).to_contain_text("缝纫工")


def the_county_imports(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/imports")
    page.set_input_files(
        "#file", {"name": "新城镇5月.xlsx", "mimeType": "application/octet-stream", "buffer": roster()}
    )
    page.get_by_role("button", name="上传，先看预览").click()
    confirm = page.get_by_role("button", name="确认导入 3 人")
    expect(confirm).to_be_visible(timeout=30_000)
    expect(page.locator("main")).to_contain_text("下载退回的 1 行")
    confirm.click()
    expect(page.locator("main")).to_contain_text("已导入：新增 3 人", timeout=30_000)


def the_county_asks_by_telephone(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/workers/asking")
    press(page, "从第一位开始")
    first = page.locator("main h1").inner_text()
    page.locator("fieldset", has_text="上不上夜班").get_by_text("不行").click()
    press(page, "记下，打下一位")
    expect(page.locator("main h1")).not_to_have_text(first)
    press(page, "没接通，打下一位")
    press(page, "先不打，回到列表")
    page.goto(f"{office.address}/workers/asking?view=later")
    expect(page.locator("main table, main .rows")).to_contain_text("1 次没接通")


def take_back(page: Page, word: str, reason: str) -> None:
    """Undo a step on its own page, with the reason."""
    page.locator("main details > summary", has_text=word).click()
    page.locator("main details[open] textarea").fill(reason)
    page.locator("main details[open] button").click()
    page.wait_for_load_state()


def the_enterprise_writes_an_order(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/orders/new")
    start, end = today() + timedelta(days=20), today() + timedelta(days=60)
    fill(
        page,
        {**ORDER, "description": "平车车缝衣身，限汉族。", "start_on": str(start), "valid_until": str(end)},
    )
    press(page, "保存草稿")
    expect(page.locator("mark")).to_contain_text("限汉族")
    expect(page.locator("main")).to_contain_text("必须改")
    press(page, "改内容")
    fill(page, {"description": "平车车缝衣身，计件。"})
    press(page, "保存草稿")
    expect(page.locator("main")).to_contain_text("没有发现问题")
    press(page, "就是这个工种")
    press(page, "提交审核")


def the_city_approves(page: Page, office: Office) -> None:
    page.goto(office.address)
    press(page, page.locator(".todo a").first.inner_text())
    expect(page.locator("h1")).to_contain_text("缝纫工")
    press(page, "通过")
    expect(page.locator("main .tag").first).to_contain_text("招聘中")


def the_county_recommends(page: Page, office: Office) -> str:
    page.goto(f"{office.address}/orders")
    page.get_by_role("link", name="缝纫工").first.click()
    press(page, "看看谁合适")
    press(page, "开始找人")
    first = page.locator("input[name=worker_ids]").first
    expect(first).to_be_visible(timeout=60_000)
    first.check()
    name = (first.get_attribute("aria-label") or "").removeprefix("选 ")
    page.get_by_role("link", name="看岗位").click()
    page.go_back()
    expect(page.locator("input[name=worker_ids]").first).to_be_checked()  # ticks outlive the back button
    page.reload()
    expect(page.locator("[data-ticked]").first).to_have_text("1")
    page.get_by_role("button", name="推荐所选").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(name)
    return name


def the_worker_says_yes_on_a_phone(office: Office, name: str) -> Page:
    command(environment(office.folder, None), "-m", "tests.stories.accounts", name)
    page = office.sit_down("worker", PHONE)
    expect(page.locator("main")).to_contain_text("缝纫工")
    page.locator("main a[href^='/my/offers/']").first.click()
    expect(page.locator("main")).to_contain_text("到手")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    press(page, "我愿意去")
    return page


def the_enterprise_hires(page: Page, office: Office, name: str) -> None:
    page.goto(office.address)
    page.locator(".todo a[href*='placements']").first.click()
    page.get_by_role("link", name=name).first.click()
    press(page, "录用")
    expect(page.locator("main .tag").first).to_contain_text("已录用")
    take_back(page, "录用记错了", "点错人了")
    expect(page.locator("main .tag").first).to_contain_text("本人愿意")
    press(page, "录用")
    expect(page.locator("main .tag").first).to_contain_text("已录用")


def the_county_sends_the_group_off(page: Page, office: Office, name: str) -> None:
    page.goto(f"{office.address}/placements?stage=hired")
    page.locator("main input[name=ids]").first.check()
    press(page, "编成一队")
    fill(
        page,
        {
            "leader_name": "阿说老师",
            "transport": "大巴",
            "from_place": "县汽车站",
            "departs_at": f"{today() + timedelta(days=1)}T08:00",
        },
    )
    press(page, "编好，通知本人")
    expect(page.locator("main")).to_contain_text(name)
    press(page, "出发了")


def the_enterprise_confirms_the_arrival(page: Page, office: Office, name: str) -> None:
    page.goto(f"{office.address}/placements/{placement_id(office)}")
    page.locator("summary", has_text="确认到岗").click()
    page.locator("details[open] button", has_text="确认到岗").click()
    expect(page.locator("main .tag").first).to_contain_text("在岗")
    take_back(page, "到岗记错了", "还在路上")
    expect(page.locator("main .tag").first).to_contain_text("已出发")
    page.locator("summary", has_text="确认到岗").click()
    page.locator("details[open] button", has_text="确认到岗").click()
    expect(page.locator("main .tag").first).to_contain_text("在岗")


def placement_id(office: Office) -> int:
    engine = create_engine(f"sqlite:///{office.folder / 'xieshou.db'}")
    with Session(engine) as session:
        return session.scalars(select(Placement.id)).one()


def three_calls_find_her_there(page: Page, office: Office) -> None:
    engine = create_engine(f"sqlite:///{office.folder / 'xieshou.db'}")
    with Session(engine) as session:
        let_days_pass(session, 200)
    for _visit in range(3):
        page.goto(f"{office.address}/placements/follow-ups")
        page.locator("main td a.btn").first.click()
        fill(page, {"outcome": "employed", "evidence": "3", "wage_fen": "4700", "note": "工资条"})
        press(page, "记下，打下一位")
    page.goto(f"{office.address}/placements/{placement_id(office)}")
    expect(page.locator("main .tag").first).to_contain_text("稳定满六个月")


def the_province_counts_one(office: Office) -> None:
    page = office.sit_down("province", WIDE)
    row = page.locator(".bars tr", has_text="满六个月")
    expect(row.locator(".figure")).to_have_text("1")
