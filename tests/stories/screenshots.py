"""The pictures of the README: a demo is served, everybody signs in, the pages are photographed.

``python -m tests.stories.screenshots`` (or ``make screenshots``) writes docs/screenshots. Needs Chromium.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import config
from app.commands.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from app.commands.demo.names import name_of
from tests.factories.people import id_number
from tests.factories.ugly_rosters import Row, sheet_of, xlsx
from tests.stories.office import follow
from tests.stories.platform import chromium, command, environment, running

TARGET = config.ROOT / "docs" / "screenshots"
MOST_BYTES, COLOURS = 150_000, 128
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
FLASK = ("-m", "flask", "--app", "wsgi")
# Milliseconds for a page of a machine that does other work; a sign-in that met a busy database is done again.
PATIENCE, TRIES, REFUSAL = 180_000, 3, ".error-page"


@dataclass
class Studio:
    """A served demo, a browser, and where the pictures go."""

    address: str
    browser: Browser
    folder: Path

    @contextmanager
    def visit(self, username: str, size: dict[str, int]) -> Iterator[Page]:
        """Yield a page on which ``username`` has signed in."""
        context = self.browser.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        self._sign_in(page, username)
        yield page
        context.close()

    def _sign_in(self, page: Page, username: str) -> None:
        """Wait for each page, whatever else the machine does; who is asked to try again does. Raises
        RuntimeError with what the page says."""
        for _ in range(TRIES):
            page.goto(f"{self.address}/sign-in")
            page.fill("#username", username)
            page.fill("#password", DEMO_PASSWORD)
            follow(page.get_by_role("button", name="登录"))
            if urlsplit(page.url).path != "/sign-in" and page.locator(f"main {REFUSAL}").count() == 0:
                return
        raise RuntimeError(f"{username} is not let in: {page.locator('main').inner_text()}")

    def keep(self, page: Page, name: str) -> None:
        """Photograph what the window shows. Raises ValueError for a picture too heavy for a README."""
        page.wait_for_load_state("networkidle")
        picture = squeezed(page.screenshot(animations="disabled"))
        if len(picture) > MOST_BYTES:
            raise ValueError(f"{name}.png has {len(picture)} bytes, more than {MOST_BYTES}")
        (TARGET / f"{name}.png").write_bytes(picture)


def squeezed(picture: bytes) -> bytes:
    """Return the same picture in fewer bytes: a page of text and flat areas needs few colours."""
    out = BytesIO()
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def roster() -> bytes:
    """Return a township's spreadsheet: twenty-four good rows, four whose number is lost or wrong."""
    rng = Random(2016)
    header: Row = [
        "序号",
        "户编号",
        "姓名",
        "证件号码",
        "民族",
        "文化程度",
        "劳动技能",
        "联系电话",
        "意向工种",
    ]
    rows: list[Row] = [["昭觉县新城镇建档立卡劳动力花名册"], ["填报单位：新城镇人民政府"], header]
    for n in range(28):
        born = date(1975 + n, 1 + n % 12, 1 + n)
        number = id_number(order=n, born=born)
        lost = {5: "5.13431E+17", 11: number[:15] + "000", 17: number.replace("0", "O"), 23: number[:-1]}
        name, wish = name_of(rng, "彝族", "MF"[n % 2]), rng.choice(("缝纫工", "电子厂普工", "餐厅服务员"))
        rows.append(
            [
                n + 1,
                f"5134310{n // 2:05}",
                name,
                lost.get(n, number),
                "彝族",
                "初中",
                "普通劳动力",
                f"1380000{n:04}",
                wish,
            ]
        )
    return xlsx(新城镇=sheet_of([*rows, ["合计", "", 28], ["填表人：", "", "审核人："]]))


def homes(studio: Studio) -> None:
    """The first page of every role; the worker's on a phone."""
    for username, *_rest in ACCOUNTS:
        if not username[-1].isdigit():
            with studio.visit(username, PHONE if username == "worker" else WIDE) as page:
                studio.keep(page, f"{username}-home")
    with studio.visit("county", PHONE) as page:
        studio.keep(page, "county-phone")


def import_preview(studio: Studio) -> None:
    """What the county sees before a spreadsheet goes in."""
    file = studio.folder / "新城镇花名册.xlsx"
    file.write_bytes(roster())
    with studio.visit("county", WIDE) as page:
        page.goto(f"{studio.address}/imports")
        page.set_input_files("input[type=file]", file)
        follow(page.get_by_role("button", name="上传"))
        page.wait_for_selector(".tiles")
        page.locator("h2", has_text="退回的行").evaluate("heading => heading.scrollIntoView()")
        studio.keep(page, "import-preview")


def matches(studio: Studio) -> None:
    """The people for an order, and the plan for the whole county."""
    with studio.visit("county", WIDE) as page:
        follow(page.get_by_role("row").get_by_role("link", name="找人").last)
        follow(page.get_by_role("button", name="开始找人"))
        page.wait_for_selector("#choose, .legend")
        studio.keep(page, "match")
        page.goto(f"{studio.address}/match-runs")
        follow(page.get_by_role("link", name="的安排").first)
        studio.keep(page, "plan")


def job_card(studio: Studio) -> None:
    """What is handed to a worker on paper, as it stands on the screen."""
    with studio.visit("county", WIDE) as page:
        page.goto(f"{studio.address}/placements?stage=offered")
        page.locator("[name=ids]").first.check()
        follow(page.get_by_role("button", name="打印明白卡"))
        studio.keep(page, "job-card")


def phone_offer(studio: Studio) -> None:
    """What the worker reads on the phone before answering."""
    with studio.visit("worker", PHONE) as page:
        page.goto(f"{studio.address}/my/offers")
        follow(page.locator("main a[href*='/my/offers/']").first)
        studio.keep(page, "phone-offer")


def training(studio: Studio) -> None:
    """A class that is being taught, its attendance, and the roll on a teacher's phone."""
    with studio.visit("school", WIDE) as page:
        page.goto(f"{studio.address}/training/classes?stage=teaching")
        follow(page.locator("a.row-title").first)
        studio.keep(page, "class")
        follow(page.get_by_role("link", name="考勤").first)
        studio.keep(page, "attendance")
    with studio.visit("teacher", PHONE) as page:
        page.goto(f"{studio.address}/training/lessons/today")
        lessons = page.locator("main a[href*='/training/lessons/']")
        if lessons.count():  # no lessons on a Sunday
            follow(lessons.first)
            studio.keep(page, "teacher-phone")


def claims(studio: Studio) -> None:
    """What a class claims, before a second person looks."""
    with studio.visit("county", WIDE) as page:
        page.goto(f"{studio.address}/training/claims")
        follow(page.locator("a.row-title").first)
        studio.keep(page, "claim")


def settling(studio: Studio) -> None:
    """Who could settle, why, and the same on the worker's phone; what a rule's new version would change."""
    with studio.visit("county", WIDE) as page:
        page.goto(f"{studio.address}/hukou/chances")
        studio.keep(page, "chances")
        follow(page.locator("a.row-title").first)
        studio.keep(page, "settling")
    with studio.visit("worker", PHONE) as page:
        page.goto(f"{studio.address}/my/settling")
        studio.keep(page, "settling-phone")


BOTH_ENDS = (
    ("county", "/employment/differences", "differences"),
    ("county", "/problems", "problems"),
    ("county", "/problems/staying", "staying"),
    ("enterprise", "/employment/months", "monthly-rosters"),
)
COOPERATION = (
    ("city", "/cooperation/", "cooperation"),
    ("city", "/cooperation/pairings", "pairings"),
    ("province", "/cooperation/funds", "funds"),
    ("province", "/reports/charts", "meeting-charts"),
    ("province", "/reports/assessment", "assessment"),
)
WORKERS = (("/my/wishes", "worker-wishes"), ("/my/tell", "worker-tell"))


def both_ends(studio: Studio) -> None:
    """The month told by both ends, problems, who stayed; the document's articles, money and assessment;
    the worker's own word."""
    for username, path, name in (*BOTH_ENDS, *COOPERATION):
        with studio.visit(username, WIDE) as page:
            page.goto(f"{studio.address}{path}")
            studio.keep(page, name)
    with studio.visit("worker", PHONE) as page:
        for path, name in WORKERS:
            page.goto(f"{studio.address}{path}")
            studio.keep(page, name)


PICTURES: tuple[Callable[[Studio], None], ...] = (
    homes,
    import_preview,
    matches,
    job_card,
    phone_offer,
    training,
    claims,
    settling,
    both_ends,
)


def main() -> None:
    """Write all pictures anew."""
    if chromium() is None:
        sys.exit("No Chromium here: apt-get install chromium fonts-noto-cjk")
    TARGET.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        running(folder := Path(name), demo=(6000, 300, 2016)) as address,
    ):
        env = environment(folder, None)
        command(env, *FLASK, "match", "--county", "513431", seconds=900)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            for picture in PICTURES:
                picture(Studio(address, browser, folder))
            browser.close()


if __name__ == "__main__":
    main()
