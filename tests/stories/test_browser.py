"""The same job in a real browser, against real processes, through five people's screens.

The suite tells how it begins, ``make test-browser`` all of it (tests/drills.py).
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from models.clock import today
from models.people.worker import Worker
from models.placement.placement import Placement
from tests.factories.people import id_number
from tests.stories.accounts import worker_account
from tests.stories.clock import let_days_pass
from tests.stories.office import (
    IN_A_BROWSER,
    JOB,
    PHONE,
    WIDE,
    Office,
    fill,
    fits,
    follow,
    press,
    refused,
    take_back,
)
from tests.stories.platform import at_work_in, inside
from tests.stories.roster_file import PEOPLE, roster
from tests.stories.test_main_job import ORDER

pytestmark = IN_A_BROWSER


@pytest.fixture
def office(platform: tuple[str, Path], browser: Browser) -> Office:
    return Office(platform[0], browser, platform[1])


def test_a_county_imports_its_roster_and_asks_people_by_telephone(office: Office) -> None:
    """A slip in every step is put right by the road on the screen; no refusal is a page of its own."""
    the_county_begins(office.sit_down("county", WIDE), office)
    assert office.dead_ends == []


def test_five_people_bring_one_worker_into_a_job_and_keep_her_there(office: Office) -> None:
    """As the county began, so to the end, with a slip in every step."""
    county, city, enterprise = (office.sit_down(name, WIDE) for name in ("county", "city", "enterprise"))
    if not has_begun(office):
        the_county_begins(county, office)
    the_enterprise_writes_an_order(enterprise, office)
    the_city_approves(city, office)
    the_county_moves_somebody_by_hand(county, office)
    name = the_county_recommends(county, office)
    worker = the_worker_says_yes_on_a_phone(office, name)
    the_enterprise_hires(enterprise, office, name)
    the_county_sends_the_group_off(county, office, name)
    the_enterprise_confirms_the_arrival(enterprise, office, name)
    three_calls_find_her_there(county, office, name)
    the_province_is_told_of_no_few(office)
    worker.goto(f"{office.address}/my/messages")
    expect(worker.locator("main")).to_contain_text("缝纫工")
    assert office.dead_ends == []
    worker.goto(f"{office.address}/my/offers/999")  # and one would have been heard
    assert [where.split()[2] for where in office.dead_ends] == ["/my/offers/999"]


def has_begun(office: Office) -> bool:
    """Whether the story before was told on this platform."""
    with at_work_in(inside(office.folder)) as session:
        return session.scalar(select(Worker.id).where(Worker.name == PEOPLE[0][0])) is not None


def the_county_begins(page: Page, office: Office) -> None:
    the_county_imports(page, office)
    the_county_asks_by_telephone(page, office)


def the_county_imports(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/imports")
    refused(page, "上传，先看预览", "请先选一个文件")
    page.set_input_files(
        "#file", {"name": "新城镇5月.xlsx", "mimeType": "application/octet-stream", "buffer": roster()}
    )
    follow(page.get_by_role("button", name="上传，先看预览"))
    confirm = page.get_by_role("button", name="确认导入 3 人")
    expect(confirm).to_be_visible(timeout=JOB)
    expect(page.locator("main")).to_contain_text("下载退回的 1 行")
    follow(page.get_by_role("link", name="1 退回"))
    cell = page.locator("form.correct input[name=text]")
    cell.fill("51343119920503030")
    refused(page, "改好，重读", "这里是17位")
    cell.fill(id_number(order=30, born=date(1992, 5, 3)))
    press(page, "改好，重读")
    expect(page.get_by_role("button", name="确认导入 4 人")).to_be_visible()
    follow(page.get_by_role("link", name="4 新增"))
    page.get_by_label("阿说尔布").uncheck()  # a whole row that should not have been in the file
    press(page, "保存勾选")
    follow(confirm)
    expect(page.locator("main")).to_contain_text("已导入：新增 3 人", timeout=JOB)


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
    page.goto(f"{office.address}/workers?q={first}")
    follow(page.get_by_role("link", name=first).first)
    expect(page.locator("main dl", has_text="夜班")).to_contain_text("不行")
    press(page, "修改资料")
    fill(page, {"night_shift": "1", "wage_floor_yuan": "40"})
    refused(page, "保存", "请填 500 到 50000 之间的数")
    fill(page, {"wage_floor_yuan": "4000"})
    press(page, "保存")
    expect(page.locator("main dl", has_text="夜班")).to_contain_text("可以")


def the_enterprise_writes_an_order(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/orders/new")
    start, end = today() + timedelta(days=20), today() + timedelta(days=60)
    fill(
        page,
        {**ORDER, "description": "平车车缝衣身，限汉族。", "start_on": str(start), "valid_until": str(end)},
    )
    fill(page, {"headcount": "", "valid_until": str(start - timedelta(days=100))})
    refused(page, "保存草稿", "有 2 处没有填对")
    fill(page, {"headcount": "1", "valid_until": str(end)})
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
    also_open = office.second_window(page.context)
    also_open.goto(page.url)
    press(page, "通过")
    expect(page.locator("main .tag").first).to_contain_text("招聘中")
    refused(also_open, "通过", "招聘中")
    also_open.close()


def the_county_moves_somebody_by_hand(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/match-runs/county")
    fill(page, {"pairing_bonus": "5000"})
    refused(page, "开始统一安排", "1000")
    fill(page, {"pairing_bonus": "50"})
    press(page, "开始统一安排")
    listed = page.locator("main a", has_text="看名单")
    expect(listed).to_be_visible(timeout=JOB)
    follow(listed)
    follow(page.locator("main a", has_text="换岗位"))
    also_open = office.second_window(page.context)
    also_open.goto(page.url)
    fill(page, {"reason": "本人说要照料老人"})
    press(page, "就这样改")
    expect(page.locator("h1")).to_contain_text("0 人有岗位可去")
    fill(also_open, {"reason": "我也来改"})
    refused(also_open, "就这样改", "你的改动没有保存")
    also_open.close()
    follow(page.locator("main a", has_text="看谁改的").first)
    follow(page.locator("main a", has_text="再改"))
    fill(page, {"reason": "听错了，有人照料"})
    press(page, "就这样改")
    expect(page.locator("h1")).to_contain_text("1 人有岗位可去")


def the_county_recommends(page: Page, office: Office) -> str:
    page.goto(f"{office.address}/orders")
    follow(page.get_by_role("link", name="缝纫工").first)
    press(page, "看看谁合适")
    press(page, "开始找人")
    first = page.locator("input[name=worker_ids]").first
    expect(first).to_be_visible(timeout=JOB)
    first.check()
    page.locator("input[name=worker_ids]").nth(1).check()
    name = (first.get_attribute("aria-label") or "").removeprefix("选 ")
    follow(page.get_by_role("link", name="看岗位"))
    page.go_back()
    expect(page.locator("input[name=worker_ids]").first).to_be_checked()  # ticks outlive the back button
    page.reload()
    expect(page.locator("[data-ticked]").first).to_have_text("2")
    follow(page.get_by_role("button", name="推荐所选"))
    expect(page.locator("main")).to_contain_text(name)
    the_county_withdraws_what_was_offered_to_the_wrong_one(page, office, name)
    return name


def the_county_withdraws_what_was_offered_to_the_wrong_one(page: Page, office: Office, name: str) -> None:
    page.goto(f"{office.address}/placements?stage=offered")
    follow(page.locator("main td a[href^='/placements/']").filter(has_not_text=name).first)
    take_back(page, "撤回推荐", "勾错了人")
    expect(page.locator("main .tag").first).to_contain_text("已撤回")


def the_worker_says_yes_on_a_phone(office: Office, name: str) -> Page:
    with at_work_in(inside(office.folder)) as session:
        worker_account(session, name)
    page = office.sit_down("worker", PHONE)
    expect(page.locator("main")).to_contain_text("缝纫工")
    follow(page.locator("main a[href^='/my/offers/']").first)
    expect(page.locator("main")).to_contain_text("到手")
    fits(page)
    press(page, "我愿意去")
    return page


def the_enterprise_hires(page: Page, office: Office, name: str) -> None:
    page.goto(office.address)
    follow(page.locator(".todo a[href*='placements']").first)
    follow(page.get_by_role("link", name=name).first)
    also_open = office.second_window(page.context)
    also_open.goto(page.url)
    press(page, "录用")
    expect(page.locator("main .tag").first).to_contain_text("已录用")
    refused(also_open, "录用", "已录用")
    also_open.close()
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
            "from_place": "",
            "departs_at": f"{today() - timedelta(days=1)}T08:00",
        },
    )
    refused(page, "编好，通知本人", "出发时间已经过去了")
    fill(page, {"from_place": "县汽车站", "departs_at": f"{today() + timedelta(days=1)}T08:00"})
    press(page, "编好，通知本人")
    expect(page.locator("main")).to_contain_text(name)
    press(page, "改出发安排")
    fill(page, {"transport": "火车 K1223"})
    refused(page, "改好，通知他们", "填")
    fill(page, {"reason": "大巴票没有买到"})
    press(page, "改好，通知他们")
    expect(page.locator("main")).to_contain_text("火车 K1223")
    expect(page.locator(".page-head")).to_contain_text("08:00")  # what was not changed stays
    press(page, "出发了")


def the_enterprise_confirms_the_arrival(page: Page, office: Office, name: str) -> None:
    page.goto(f"{office.address}/placements/{placement_id(office, name)}")
    page.locator("summary", has_text="确认到岗").click()
    fill(page, {"on": str(today() - timedelta(days=30))})
    refused(page, "确认到岗", "不能早于录用日期")
    fill(page, {"on": str(today())})
    press(page, "确认到岗")
    expect(page.locator("main .tag").first).to_contain_text("在岗")
    take_back(page, "到岗记错了", "还在路上")
    expect(page.locator("main .tag").first).to_contain_text("已出发")
    page.locator("summary", has_text="确认到岗").click()
    follow(page.locator("details[open] button", has_text="确认到岗"))
    expect(page.locator("main .tag").first).to_contain_text("在岗")


def placement_id(office: Office, name: str) -> int:
    engine = create_engine(f"sqlite:///{office.folder / 'xieshou.db'}")
    with Session(engine) as session:
        return session.scalars(select(Placement.id).join(Placement.worker).where(Worker.name == name)).one()


def three_calls_find_her_there(page: Page, office: Office, name: str) -> None:
    engine = create_engine(f"sqlite:///{office.folder / 'xieshou.db'}")
    with Session(engine) as session:
        let_days_pass(session, 200)
    page.goto(f"{office.address}/placements/follow-ups")
    follow(page.locator("main td a.btn").first)
    fill(page, {"outcome": "left", "evidence": "3"})
    refused(page, "记下，打下一位", "请选离职的原因")
    fill(page, {"outcome": "employed", "wage_fen": "47", "note": "工资条"})
    for _visit in range(2):
        press(page, "记下，打下一位")
        fill(page, {"outcome": "employed", "evidence": "3", "wage_fen": "4700", "note": "工资条"})
    press(page, "记下，打下一位")
    page.goto(f"{office.address}/placements/{placement_id(office, name)}")
    expect(page.locator("main")).to_contain_text("比说好的少很多")
    follow(page.get_by_role("link", name="1 个月"))
    fill(page, {"wage_fen": "4700", "correction": "少打了两个零"})
    press(page, "记下，打下一位")
    page.goto(f"{office.address}/placements/{placement_id(office, name)}")
    expect(page.locator("main")).not_to_contain_text("比说好的少很多")
    expect(page.locator("main .tag").first).to_contain_text("稳定满六个月")


def the_province_is_told_of_no_few(office: Office) -> None:
    page = office.sit_down("province", WIDE)
    row = page.locator(".bars tr", has_text="满六个月")
    expect(row.locator(".figure")).to_have_text("不公布")
