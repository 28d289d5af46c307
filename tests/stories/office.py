"""A desk in a real browser: somebody signed in, what a hand does there, and every answer that was a dead
end."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    ViewportSize,
    expect,
)

from tests.stories.accounts import PASSWORD
from tests.stories.platform import chromium

FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --in-process-gpu --renderer-process-limit=1
--disable-site-isolation-trials""".split()  # noqa: SIM905
PHONE: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 800}
# Five seconds, as it comes, are too few for a machine that does other work: as long as a click waits.
expect.set_options(timeout=30_000)
# A job in the background may first have to compile the engine, with another process that does the same.
JOB = 180_000
# What every test in a browser carries. Faults of the browser itself (it closed, it did not come to an end, a
# page went while it was asked) get a second try, which the summary tells; a claim that did not hold never
# does, and what expect() waited half a minute for is such a claim.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.flaky(reruns=1, only_rerun=[Error], rerun_except=[AssertionError]),
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium here: apt-get install chromium fonts-noto-cjk"
    ),
]
DEAD_END = "dead end: "
# A page that is nothing but a refusal says so itself: from here one that is left at once would be missed.
WATCH = f"""document.addEventListener("DOMContentLoaded", () => {{
  const bare = document.querySelector("main .error-page");
  if (bare) console.info("{DEAD_END}" + location.pathname + " " + bare.innerText.replace(/\\s+/g, " "));
}});"""


@dataclass
class Office:
    """A served platform, a browser, and where its data lies; ``dead_ends`` are pages that only refuse, and
    faults of ours."""

    address: str
    browser: Browser
    folder: Path
    dead_ends: list[str] = field(default_factory=list)

    def sit_down(self, username: str, size: ViewportSize) -> Page:
        """Open a browser window of somebody's own and sign in."""
        page = self.second_window(self.browser.new_context(viewport=size, locale="zh-CN"))
        page.goto(f"{self.address}/sign-in")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        follow(page.get_by_role("button", name="登录"))
        expect(page).not_to_have_url(f"{self.address}/sign-in")
        return page

    def second_window(self, context: BrowserContext) -> Page:
        """Open one more window of somebody who may have signed in, watched as the first."""
        page = context.new_page()
        page.add_init_script(WATCH)
        page.on("console", self._hear)
        page.on("response", self._look)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(DEAD_END):
            self.dead_ends.append(message.text)

    def _look(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and answer.status >= 500:
            self.dead_ends.append(f"{answer.status} {answer.request.method} {answer.url}")


def follow(way: Locator) -> None:
    """Click what leads to another page and wait for it: a click may return while the old one stands."""
    with way.page.expect_navigation():
        way.click()


def fits(page: Page, size: ViewportSize = PHONE) -> None:
    """Nothing sticks out; survives a page that is just coming."""
    is_narrow = "most => Boolean(document.body) && document.documentElement.scrollWidth <= most"
    page.wait_for_function(is_narrow, arg=size["width"])


def press(page: Page, word: str) -> None:
    """Press the button (or link) with ``word`` on it and wait for the page after it."""
    main = page.locator("main")
    button = main.get_by_role("button", name=word, exact=True).or_(
        main.get_by_role("link", name=word, exact=True)
    )
    follow(button.first)
    expect(page.locator(".problem, .notice.bad")).to_have_text([])


def fill(page: Page, values: dict[str, str]) -> None:
    """Fill a form by the names of its fields."""
    for name, value in values.items():
        control: Locator = page.locator(f"main [name='{name}']").first
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def refused(page: Page, word: str, reason: str) -> None:
    """Press ``word``: the answer is the page it stands on, with ``reason``."""
    main = page.locator("main")
    follow(main.locator(f"button:text-is('{word}'):visible").first)
    told = main.locator(".problem, .refused, .notice").filter(has_text=reason)
    expect(told.first).to_be_visible()


def take_back(page: Page, word: str, reason: str) -> None:
    """Undo a step on its own page, with the reason."""
    page.locator("main details > summary", has_text=word).click()
    page.locator("main details[open] textarea").fill(reason)
    follow(page.locator("main details[open] button"))
