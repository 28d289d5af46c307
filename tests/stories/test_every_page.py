"""Every page of every role, in a browser: readable by all, nothing sticks out on a phone or at 200 %.

A shape of page is looked at in one of the two themes; that both are made of readable pairs of colours is the
claim of tests/app/kit/web/test_theme.py.

The suite looks at the first pages of each role, of a small demo. ``make test-browser`` opens each view of
each role, with and without a question in its address; of those that many pages share (the list of each
register, the form of each kind) it opens one. In the browser it looks at a view with the first role that
reaches it, and again where the page of another role holds a tag or a class that none had before.
SUITE=whole looks at all, ``make readable`` in both languages and themes.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from zlib import crc32

import axe_playwright_python
import pytest
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page
from werkzeug.exceptions import HTTPException

from app.commands import prepare
from app.commands.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from app.match_runs.commands import match
from tests.stories.conftest import Chromes
from tests.stories.office import IN_A_BROWSER, PHONE, WIDE, follow
from tests.stories.platform import (
    at_work_in,
    inside,
    nothing_lies_in_the_clear,
    prepared_folder,
    served_inside,
)
from tests.trust.pages import Page as Read
from tests.whole import is_drilled, is_whole

pytestmark = IN_A_BROWSER
FAR = is_drilled("browser")
# Workers, orders, seed; and how many pages of a role are looked at.
DEMO, MOST = ((800, 50, 2016), 10_000) if FAR else ((120, 12, 2016), 3)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Every page of a window has it as a function that nothing calls but the check: carried to each page anew,
# half a megabyte took half as long as what it finds.
INSTALL = f"window.installAxe = function () {{ {AXE}\n}};"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
# Roles that see the same pages, only more or fewer rows on them: a page shape is looked at once among them.
ALIKE = {
    "county3": "county",
    "township": "county",
    "province": "prefecture",
    "auditor": "prefecture",
    "registration": "city",
}
NO_PAGE = re.compile(r"\.xlsx|\.json|/template|/file|/workbook")
OUTLINE = (Path(__file__).parent / "outline.js").read_text(encoding="utf-8")
CHECK = (Path(__file__).parent / "check_page.js").read_text(encoding="utf-8")
windows: list[Page] = []
# A window of 1280 px at 200 %.
ZOOMED = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2}
looked_at: dict[str, set[str]] = {}
# Tags with their classes, of all pages that the browser has looked at.
pieces: set[tuple[str, str]] = set()
# Builds of the pieces that axe has seen: a header, a menu, a panel. Most pages are built of few new ones.
built: set[str] = set()
# Where a text stands (tags, classes, states) whose contrast axe has measured.
measured: set[int] = set()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of a demo in which there is something of everything: a smaller one has fewer pages."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(prepared_folder(accounts=False), folder, dirs_exist_ok=True)
    application = inside(folder)
    with at_work_in(application):
        prepare.load_demo(*DEMO)
        told = application.test_cli_runner().invoke(match, ["--county", "513431"])
    assert told.exit_code == 0, told.output
    return application


@pytest.fixture(scope="module")
def address(demo: Flask) -> Iterator[str]:
    with served_inside(demo) as served:
        yield served
    nothing_lies_in_the_clear(demo.config["INSTANCE"])


@pytest.fixture
def window(chromes: Chromes) -> Page:
    """One browser window for all, as long as it lives: a new one costs more than the pages in it."""
    if not windows or windows[-1].is_closed():
        windows.append(chromes.running().new_context(viewport=WIDE, locale="zh-CN").new_page())
        windows[-1].add_init_script(INSTALL)
    return windows[-1]


@pytest.fixture
def refused(window: Page) -> Iterator[list[str]]:
    """What the window complains of while a test runs; nobody is signed in at its start."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    window.goto("about:blank")  # no answer still on its way signs the last person in again
    window.context.clear_cookies()
    window.on("console", hear)
    yield heard
    window.remove_listener("console", hear)


def shape_of(app: Flask, path: str) -> str:
    """Pages that differ only in their numbers and searches are one page here; in the suite's share those of
    one view are."""
    address, _, asked = path.partition("?")
    mark = "?" if asked else ""
    if is_whole():
        return re.sub(r"\d+", "N", address) + mark
    try:
        return str(app.url_map.bind("").match(address)[0]) + mark
    except HTTPException:  # it leads nowhere, which opening it will show
        return address + mark


def theme_of(path: str) -> Literal["light", "dark"]:
    """The theme in which a shape of page is looked at."""
    shape = re.sub(r"\d+", "N", path.split("?")[0])
    return "dark" if crc32(shape.encode()) % 2 else "light"


def own_addresses(links: list[str]) -> list[str]:
    return [
        link.partition("#")[0] for link in links if link.startswith("/") and not link.startswith("/static")
    ]


def test_the_check_sees_a_pale_text_and_a_field_without_a_name(window: Page) -> None:
    faults = '<p style="color: #ccc; background: #fff">看不清</p><input>'
    window.goto("about:blank")
    window.set_content(f'<html lang="zh"><title>x</title><main><h1>x</h1>{faults}</main></html>')
    told = window.evaluate(OUTLINE, [])
    assert told["fresh"]
    seen = " ".join(axe_problems(window))
    assert "color-contrast" in seen
    assert "label" in seen
    assert set(window.evaluate(OUTLINE, sorted(told["fresh"]))["fresh"]) == set(), "built of what was seen"


def test_a_page_holds_tags_and_classes_whatever_its_words_and_numbers_are() -> None:
    html = '<td data-n="7" class="w-25 tall">a &lt;b class="x"</td><br><a href="/">1</a><td class="w-5 tall">'
    assert pieces_of(html) == {("td", "w-N tall"), ("br", ""), ("a", "")}
    assert not pieces_of('<td class="w-3 short">') <= pieces_of(html)


def test_signing_in_and_a_missing_page_are_readable_by_all(
    address: str, window: Page, refused: list[str]
) -> None:
    assert look_at(window, address, "/sign-in", 200, pieces)[0] == []
    assert refused == []
    assert look_at(window, address, "/no-such-page", 404, pieces)[0] == []


@pytest.mark.parametrize("username", [name for name, *_rest in ACCOUNTS if not name.endswith("2")])
def test_every_page_is_readable_by_all(
    demo: Flask, address: str, window: Page, refused: list[str], username: str
) -> None:
    page = window
    page.goto(f"{address}/sign-in")
    page.fill("#username", username)
    page.fill("#password", DEMO_PASSWORD)
    follow(page.get_by_role("button", name="登录"))
    waiting, complaints = [page.url.removeprefix(address)], []
    known, seen = looked_at.setdefault(ALIKE.get(username, username), set()), set[str]()
    shown, held = known.union(*looked_at.values()) if not is_whole() else known, set(pieces)
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        shape = shape_of(demo, path)
        if shape in known | seen or NO_PAGE.search(path):
            continue
        seen.add(shape)
        if shape in shown and (linked := only_opened(page, address, path, held)) is not None:
            waiting += linked
            continue
        problems, linked = look_at(page, address, path, 200, held)
        waiting += linked
        complaints += problems
    assert not complaints, "\n".join(["", *complaints])
    assert refused == [], "the content policy or the network refused something"
    known |= seen  # only now: a second try looks at all of them again
    pieces.update(held)


def pieces_of(html: str) -> set[tuple[str, str]]:
    """What a page is built of: tags with their classes."""
    return set(re.findall(r'<([a-z][a-z0-9-]*)(?:\s(?:[^>]*\s)?class="([^"]*)")?', re.sub(r"\d+", "N", html)))


def only_opened(page: Page, address: str, path: str, held: set[tuple[str, str]]) -> list[str] | None:
    """Where a page leads whose view the browser has shown another role, if it is built of nothing else."""
    answer = page.request.get(address + path)
    html = answer.text()
    if answer.status != 200 or not pieces_of(html) <= held:
        return None
    return own_addresses(Read(path, html).links)


def look_at(
    page: Page, address: str, path: str, status: int, held: set[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """What is wrong with a page (how far it sticks out on a phone, rows of a list that are more than two or
    three lines there, what axe finds in its new pieces) and where it leads; ``held`` is what pages hold."""
    if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") != (theme_of(path) == "dark"):
        page.emulate_media(color_scheme=theme_of(path))
    held |= pieces_of(open_page(page, address + path, status))
    told = page.evaluate(OUTLINE, sorted(built))
    problems = [f"{path}: {told['width']} px wide on a phone"] if told["width"] > PHONE["width"] else []
    problems += [f"{path}: {one}" for one in told["tall"]]
    if told["fresh"]:
        page.set_viewport_size(ZOOMED)
        wide = page.evaluate("document.documentElement.scrollWidth")
        problems += [f"{path}: {wide} px wide at 200 %"] if wide > ZOOMED["width"] else []
        page.set_viewport_size(WIDE)
        problems += [f"{path}: {one}" for one in axe_problems(page) and whole_page_problems(page)]
        built.update(told["fresh"])
    return problems, own_addresses(told["links"])


def open_page(page: Page, url: str, status: int) -> str:
    page.set_viewport_size(PHONE)
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == status, f"{url}: {answer.status}"
    return answer.text()


def axe_problems(page: Page) -> list[str]:
    told = page.evaluate(CHECK, {"rules": RULES, "looks": sorted(measured)})
    if not told["problems"]:
        measured.update(told["looks"])
    problems: list[str] = told["problems"]
    return problems


def whole_page_problems(page: Page) -> list[str]:
    """The word of axe on the page as it came: what lacks a piece can seem wrong for its lack."""
    page.reload()
    page.evaluate(OUTLINE, [])
    return axe_problems(page)
