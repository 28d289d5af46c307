"""Lists in a real browser, by keyboard: cells pasted from a spreadsheet, an order, groups on a phone."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.people import id_number
from tests.stories.office import IN_A_BROWSER, JOB, PHONE, WIDE, Office, fits, follow

pytestmark = IN_A_BROWSER

# What stands in a clerk's sheet: the last line lacks a digit of its number.
PEOPLE = [
    ("吉克阿木", id_number(order=41, born=date(1991, 2, 3)), "13800000041"),
    ("阿牛木呷", id_number(order=42, born=date(1993, 4, 5)), "13800000042"),
    ("沙马拉博", id_number(order=43, born=date(1995, 6, 7))[:-1], "13800000043"),
]


@pytest.fixture
def office(platform: tuple[str, Path], browser: Browser) -> Office:
    return Office(platform[0], browser, platform[1])


def paste(page: Page, cell: str, text: str) -> None:
    """Put ``text`` on the clipboard and press Ctrl V in a cell."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator(cell).focus()
    page.keyboard.press("Control+V")


def test_ten_quick_rows_are_pasted_one_is_put_right_and_the_list_is_sorted_by_keyboard(
    office: Office,
) -> None:
    page = office.sit_down("county", WIDE)
    page.goto(f"{office.address}/imports/grid")
    columns = page.locator(".entry-row:not(.entry-head)").first.locator("input")
    names = [name.removeprefix("c0-") for name in columns.evaluate_all("all => all.map(one => one.name)")]
    lines = []
    for name, number, phone in PEOPLE:
        told = {"name": name, "id_number": number, "phone": phone, "township": "新城镇"}
        lines.append("\t".join(told.get(one, "") for one in names))
    paste(page, f"#c0-{names[0]}", "\r\n".join(lines) + "\r\n")
    expect(page.locator("#c2-name")).to_have_value("沙马拉博")
    number = page.locator("#c0-id_number")  # all 18 digits are seen
    assert number.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # sends the grid from its cell
    wrong = page.locator("#c2-id_number")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#problem-c2-id_number")).to_contain_text("17")
    expect(page.locator("main .notice.warn")).to_contain_text("有 1 格要改")
    for row, (name, number, phone) in enumerate(PEOPLE):  # everything that was pasted is still there
        expect(page.locator(f"#c{row}-name")).to_have_value(name)
        expect(page.locator(f"#c{row}-id_number")).to_have_value(number)
        expect(page.locator(f"#c{row}-phone")).to_have_value(phone)
    wrong.fill(id_number(order=43, born=date(1995, 6, 7)))
    follow(page.get_by_role("button", name="看预览"))
    confirm = page.get_by_role("button", name="确认导入 3 人")
    expect(confirm).to_be_visible(timeout=JOB)
    follow(confirm)
    expect(page.locator("main")).to_contain_text("已导入：新增 3 人", timeout=JOB)
    in_order_by_keyboard(page, office)
    in_groups_on_a_phone(office)
    assert office.dead_ends == []


def shown(page: Page) -> list[str]:
    return page.locator("td.name > a").all_inner_texts()


def in_order_by_keyboard(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/workers")
    heading = page.get_by_role("columnheader", name="姓名")
    heading.get_by_role("link").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="姓名")).to_have_attribute("aria-sort", "ascending")
    assert [name for name in shown(page) if name in dict.fromkeys(one[0] for one in PEOPLE)] == [
        "阿牛木呷",
        "吉克阿木",
        "沙马拉博",
    ]
    page.get_by_role("columnheader", name="姓名").get_by_role("link").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="姓名")).to_have_attribute("aria-sort", "descending")


def in_groups_on_a_phone(office: Office) -> None:
    page = office.sit_down("county", PHONE)
    page.goto(f"{office.address}/workers?by=township")
    expect(page.locator("tr.group-head", has_text="新城镇")).to_contain_text("条")
    fits(page)
    order = page.get_by_role("navigation", name="排序")
    follow(order.get_by_role("link", name="年龄"))
    chosen = page.get_by_role("navigation", name="排序").get_by_role("link", name="年龄")
    expect(chosen).to_have_attribute("aria-current", "true")
    fits(page)
