"""One enterprise, one county and one city finish a month of 300 people in under 20 clicks each.

The hand counts every click, the choice of a file too; what is filled in is filled in in the sheet.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from models.clock import today
from models.employment.roster import open_months
from tests.stories.month_of_300 import FIRM, PERSONS, people_of_the_story
from tests.stories.office import IN_A_BROWSER, WIDE, Office
from tests.stories.platform import at_work_in, inside

pytestmark = IN_A_BROWSER
MONTH = f"{open_months(today())[0]:%Y-%m}"
MOST_CLICKS = 19
LEFT_OUT = 2
"""People whom the enterprise forgets; one more the insurance list does not have."""
Row = dict[str, Any]


@pytest.fixture
def office(platform: tuple[str, Path], browser: Browser) -> Office:
    address, folder = platform
    with at_work_in(inside(folder)) as session:
        people_of_the_story(session)
    return Office(address, browser, folder)


@dataclass
class Hand:
    """A hand at one desk, which counts its clicks."""

    page: Page
    clicks: int = 0

    def click(self, name: str, then: str = "") -> None:
        """Press a button or link; ``then`` is what the page after it says."""
        self._press(self._named(name))
        if then:
            expect(self.page.locator("main")).to_contain_text(then, timeout=60_000)

    def _named(self, name: str) -> Locator:
        main = self.page.locator("main")
        found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        return (
            found.or_(main.get_by_label(name, exact=True)).or_(main.locator("summary", has_text=name)).first
        )

    def _press(self, target: Locator) -> None:
        expect(target).to_be_visible()
        target.click()
        self.clicks += 1

    def download(self, name: str, within: str = "main") -> list[Row]:
        """Press what sends a sheet; its rows by heading."""
        target = self.page.locator(within).get_by_role("button", name=name)
        expect(target).to_be_visible()
        with self.page.expect_download(timeout=60_000) as waiting:
            target.click()
        self.clicks += 1
        content = Path(waiting.value.path()).read_bytes()
        head, *rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows if any(row)]

    def choose(self, rows: list[Row]) -> None:
        """Choose a file: one click for the box, one for the file."""
        book, heads = Workbook(), list(dict.fromkeys(name for row in rows for name in row))
        book.active.append(heads)
        for row in rows:
            book.active.append([row.get(name) for name in heads])
        target = io.BytesIO()
        book.save(target)
        file = {"name": "本月.xlsx", "mimeType": "application/octet-stream", "buffer": target.getvalue()}
        self.page.set_input_files("#file", file)
        self.clicks += 2


def test_a_month_of_300_people_takes_each_end_under_20_clicks(office: Office) -> None:
    county = the_county_rings(office)
    enterprise = the_enterprise_tells(office)
    city = the_city_verifies_by_exception(office)
    print(f"clicks: county {county}, enterprise {enterprise}, city {city}")
    assert max(county, enterprise, city) <= MOST_CLICKS
    assert office.dead_ends == []


def the_county_rings(office: Office) -> int:
    hand = Hand(office.sit_down("month-county", WIDE))
    hand.click("去报这个月", then="月度花名册")
    hand.click(f"下载 {MONTH} 电话名单", then="做什么用")
    rows = hand.download("下载", "main details[open]")
    assert len(rows) == PERSONS
    assert all(str(row["电话清单"]).startswith("1390000") for row in rows)
    hand.click("传回填好的表", then="读一读")
    hand.choose([row | {"还在岗吗": "是"} for row in rows])
    hand.click("读一读，先预览", then=f"{PERSONS} 人可以记下")
    hand.click(f"确认这 {PERSONS} 人", then=f"在岗 {PERSONS} 人")
    return hand.clicks


def the_enterprise_tells(office: Office) -> int:
    hand = Hand(office.sit_down("month-enterprise", WIDE))
    hand.click("去报这个月", then=f"名单上有 {PERSONS} 人")
    rows = hand.download(f"下载 {MONTH} 名单")
    paid = [row | {"本月实发工资（元）": 4800, "本月缴了社保吗": "是", "出勤天数": 26} for row in rows]
    hand.click("传回填好的表", then="读一读")
    hand.choose(paid[LEFT_OUT:])
    good = PERSONS - LEFT_OUT
    hand.click("读一读，先预览", then=f"{good} 人可以记下")
    expect(hand.page.locator("main")).to_contain_text(f"名单上有、表里没有填的 {LEFT_OUT} 人")
    hand.click(f"确认这 {good} 人", then=f"在岗 {good} 人")
    return hand.clicks


def the_city_verifies_by_exception(office: Office) -> int:
    hand = Hand(office.sit_down("month-city", WIDE))
    hand.click("去报这个月", then="月度花名册")
    rows = hand.download(f"下载 {MONTH} 名单")
    hand.click("传回填好的表", then="读一读")
    hand.choose([row | {"缴费基数（元）": 4588} for row in rows[:-1]])
    hand.click("读一读，先预览", then=f"{PERSONS - 1} 人可以记下")
    hand.click(f"确认这 {PERSONS - 1} 人", then=f"在岗 {PERSONS - 1} 人")
    hand.page.goto(f"{office.address}/")
    hand.clicks += 1
    hand.page.get_by_text("人的花名册等你核实").locator(
        "xpath=ancestor::*[contains(@class,'todo')]"
    ).get_by_role("link", name="去核实").click()
    hand.clicks += 1
    hand.click(FIRM, then="1 人要看")
    agree = PERSONS - LEFT_OUT - 1
    hand.click(f"确认对得上的 {agree} 人", then=f"已核实 {agree} 人")
    hand.click("核实", then="怎么查明的")
    hand.page.locator("details[open] input[name=reason]").fill("到厂看过，社保下月补缴")
    hand.click("核实：在岗", then="这份花名册都核实完了")
    return hand.clicks
