"""One day of a county's clerk without a mouse: Tab, Enter, Space, arrows and Ctrl K, from signing in to
signing out.

Every stop is looked at on the way: it has its ring, it is in sight, and nothing lies over it."""

import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from models.clock import today
from models.people.worker import Worker
from models.placement import follow_up
from models.placement.placement import FollowUp, Outcome, Placement, PlacementState
from tests.factories.people import make_order, make_placement, make_worker
from tests.stories.accounts import PASSWORD
from tests.stories.keyboard import Keyboard
from tests.stories.office import IN_A_BROWSER, WIDE
from tests.stories.platform import at_work_in, inside, prepared_folder, served_inside

pytestmark = IN_A_BROWSER
SVG = "{http://www.w3.org/2000/svg}"
CALLED, ASKED, FOUND = "阿的拉哈", "吉克色洛", "沙马伍各"


@dataclass
class Morning:
    """A county's desk with a call that is due, somebody nobody has asked yet, and somebody to recommend."""

    application: Flask
    page: Page
    keys: Keyboard


@pytest.fixture
def morning(browser: Browser, tmp_path: Path) -> Iterator[Morning]:
    folder = tmp_path / "platform"
    shutil.copytree(prepared_folder(), folder)
    application = inside(folder)
    with at_work_in(application) as session:
        order = make_order(session, title="电子厂普工")
        arrived = today() - timedelta(days=40)
        called = make_worker(session, name=CALLED, state="working")
        placed = make_placement(session, order, called, state=PlacementState.ON_SITE, on_site_on=arrived)
        follow_up.plan(session, placed)
        session.flush()
        follow_up.set_due(placed, arrived)
        make_worker(session, name=ASKED, willing=None, wishes=[])
        complete = {"wage_floor_yuan": 4000, "night_shift": True, "skills": ["装配"]}
        make_worker(session, name=FOUND, **complete)
    with served_inside(application) as address:
        page = browser.new_context(viewport=WIDE, locale="zh-CN", reduced_motion="reduce").new_page()
        page.goto(f"{address}/sign-in")
        yield Morning(application, page, Keyboard(page))
        page.context.close()


def test_a_clerk_works_a_day_without_a_mouse(morning: Morning) -> None:
    page, keys = morning.page, morning.keys
    sign_in(page, keys)
    a_call_that_is_due(page, keys)
    somebody_is_asked(page, keys)
    somebody_is_found_and_changed(page, keys)
    an_offer_is_made_and_taken_back(page, keys)
    sign_out(page, keys)
    assert keys.faults == set()
    assert keys.stops > 200, "a day has many stops"
    with at_work_in(morning.application) as session:
        first = session.scalars(select(FollowUp).where(FollowUp.months == 1)).one()
        assert first.outcome is Outcome.EMPLOYED
        people = {worker.name: worker for worker in session.scalars(select(Worker))}
        assert people[ASKED].willing is True
        assert people[ASKED].wishes == ["缝纫"]
        assert people[FOUND].wage_floor_yuan == 4800
        offer = session.scalars(select(Placement).where(Placement.worker_id == people[FOUND].id)).one()
        assert offer.state is PlacementState.WITHDRAWN


def test_a_chart_is_taken_along_as_a_picture_with_its_words(morning: Morning) -> None:
    page, keys = morning.page, morning.keys
    sign_in(page, keys)
    keys.reach(page.get_by_role("button", name="图片 从登记到稳定（人）"))
    with page.expect_download() as waiting:
        keys.press("Enter")
    assert waiting.value.suggested_filename == "从登记到稳定（人）.svg"
    picture = ElementTree.parse(waiting.value.path()).getroot()
    words = {tag: [one.text for one in picture.iter(f"{SVG}{tag}")] for tag in ("title", "desc", "text")}
    assert words["title"] == ["从登记到稳定（人）"]
    assert "已推荐" in words["desc"][0]
    assert {"从登记到稳定（人）", "已推荐", "已到岗"} <= set(words["text"])
    bars = [
        one
        for one in picture.iter(f"{SVG}rect")
        if one.get("class") and one.get("fill", "").startswith("rgb")
    ]
    assert len(bars) >= 5, "its colours are its own: no style sheet goes along"
    assert keys.faults == set()


def test_the_keyboard_sees_what_has_no_ring_and_what_is_covered(browser: Browser) -> None:
    page = browser.new_context(viewport=WIDE, reduced_motion="reduce").new_page()
    bar = '<div style="position: fixed; inset: auto 0 0; height: 60px; background: #fff"></div>'
    low = '<button style="position: fixed; bottom: 10px; height: 20px; outline: 3px solid">low</button>'
    ring = '<button style="outline: 3px solid">good</button>'
    page.set_content(f'<button style="outline: 0">bare</button>{ring}{low}{bar}')
    keys = Keyboard(page)
    for _stop in range(3):
        keys.step()
    assert {fault.split(": ", 1)[1] for fault in keys.faults} == {"no ring: bare", "covered: low"}
    page.context.close()


def button(page: Page, word: str) -> Locator:
    """The first button or link of the page proper with this word."""
    main = page.locator("main")
    return main.get_by_role("button", name=word).or_(main.get_by_role("link", name=word)).first


def field(page: Page, name: str) -> Locator:
    return page.locator(f"main [name='{name}']:not([type=hidden])").first


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(words)


def goes_on_where_it_is_told(page: Page) -> None:
    """After a form was sent the keyboard stands on what came of it, not at the top of the page."""
    expect(page.locator("[autofocus]").first).to_be_focused()


def find(page: Page, keys: Keyboard, words: str) -> None:
    """From anywhere to the search, down to the first hit, and there."""
    keys.press("Control+k")
    keys.page.keyboard.type(words)
    hit = page.locator("#find-hits a", has_text=words).first
    expect(hit).to_be_visible()
    for _hit in range(page.locator("#find-hits a").count()):
        keys.press("ArrowDown")
        if hit.evaluate("one => one === document.activeElement"):
            break
    with page.expect_navigation():
        keys.press("Enter")


def sign_in(page: Page, keys: Keyboard) -> None:
    keys.fill(page.locator("#username"), "county")
    keys.fill(page.locator("#password"), "wrong")
    keys.go(page.get_by_role("button", name="登录", exact=True))
    keys.fill(page.locator("#username"), "county")
    keys.fill(page.locator("#password"), PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    says(page, "今天先办")


def a_call_that_is_due(page: Page, keys: Keyboard) -> None:
    """The menu is passed in one step; a form that was not filled in says where it is looked at."""
    keys.step()
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    keys.press("Enter")
    keys.go(button(page, "开始回访"))
    keys.go(button(page, "从第一位开始"))
    says(page, CALLED)
    keys.choose(field(page, "outcome"), "还在这家企业")
    keys.go(button(page, "记下，打下一位"))
    goes_on_where_it_is_told(page)
    keys.choose(field(page, "evidence"), "本人说的")
    keys.fill(field(page, "wage_fen"), "4700")
    keys.go(button(page, "记下，打下一位"))
    goes_on_where_it_is_told(page)


def somebody_is_asked(page: Page, keys: Keyboard) -> None:
    """Buttons of a question are walked by arrows."""
    find(page, keys, "打电话问")
    keys.go(button(page, "从第一位开始"))
    says(page, ASKED)
    keys.reach(page.locator("main [name=willing]:checked"))
    keys.press("ArrowDown")
    expect(page.locator("main [name=willing][value='1']")).to_be_checked()
    keys.fill(field(page, "wishes_own"), "缝纫")
    keys.go(button(page, "记下，打下一位"))
    goes_on_where_it_is_told(page)


def somebody_is_found_and_changed(page: Page, keys: Keyboard) -> None:
    find(page, keys, FOUND)
    keys.go(button(page, "修改资料"))
    keys.fill(field(page, "wage_floor_yuan"), "48")
    keys.go(button(page, "保存"))
    goes_on_where_it_is_told(page)
    keys.fill(field(page, "wage_floor_yuan"), "4800")
    with page.expect_navigation():
        keys.press("Enter")
    goes_on_where_it_is_told(page)


def an_offer_is_made_and_taken_back(page: Page, keys: Keyboard) -> None:
    keys.go(page.get_by_role("link", name="劳动力台账").first, back=True)
    keys.go(button(page, "一次办多条"))
    row = page.get_by_role("checkbox", name=f"选 {FOUND}")
    keys.reach(row)
    keys.press("Space")
    expect(row).to_be_checked()
    order = field(page, "order_id")
    keys.reach(order, back=True)
    keys.press("ArrowDown")
    keys.go(page.locator("main button[value=offer]"))
    keys.go(button(page, "确认推荐"))
    goes_on_where_it_is_told(page)
    keys.go(button(page, FOUND))
    opener = page.locator("main summary", has_text="撤回")
    keys.reach(opener)
    keys.press("Enter")
    keys.fill(page.locator("main details[open] textarea"), "他自己找到活了")
    keys.go(page.locator("main details[open] button"))
    says(page, "已撤回")


def sign_out(page: Page, keys: Keyboard) -> None:
    keys.reach(page.locator(".who summary"), back=True)
    keys.press("Enter")
    keys.go(page.get_by_role("button", name="退出"))
    expect(page.locator("#username")).to_be_visible()
