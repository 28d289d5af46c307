"""Every page of every role in both languages and themes, in a browser: what axe says, what sticks out.

``python -m tests.stories.readable [ROLES] [LANGUAGES]`` (comma-separated; ``make readable``) serves a demo,
follows every link of each role, looks at each shape of page at 1280 px, at 200 % and on a phone, light and
dark, and prints a table; it fails over one fault. Pages that differ only in a number are one, and the
contrast of texts with the same tags, classes and states above them is measured once in each theme: colours
come from the style sheets, whoever reads. The suite looks at a share of this (test_every_page.py). SERVED
names an address that serves a demo already.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app.commands.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from tests.stories.office import FLAGS, PHONE, WIDE
from tests.stories.platform import chromium, running
from tests.stories.test_every_page import CHECK, INSTALL, TAGS, ZOOMED, own_addresses

DEMO = (800, 50, 2016)
LANGUAGES = ("zh", "en")
PATIENCE = 180_000  # milliseconds for a page of a machine that does other work
NO_PAGE = re.compile(r"\.xlsx|\.json|/template|/file|/workbook|/export|sign-out")
LINKS = "[...document.querySelectorAll('a[href]')].filter(a => !a.download).map(a => a.getAttribute('href'))"
# The size of targets is WCAG 2.2.
ALL = {"runOnly": {"type": "tag", "values": [*TAGS, "wcag22aa"]}}
measured: dict[str, set[int]] = {"light": set(), "dark": set()}


@dataclass
class Walk:
    """One role in one language: the shapes looked at, and what is wrong with them."""

    shapes: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, address: str, path: str) -> list[str]:
        """Note what is wrong with a page; its links are returned."""
        answer = page.goto(address + path)
        if answer is None or answer.status != 200:
            self.faults.append(f"{path}: {answer.status if answer else 'no answer'}")
            return []
        self.faults += [f"{path}: {one}" for one in _widths(page)]
        self.faults += [f"{path}: {one}" for one in _told(page, "light", ALL)]
        page.emulate_media(color_scheme="dark")
        self.faults += [f"{path}: dark: {one}" for one in _told(page, "dark", None)]
        page.emulate_media(color_scheme="light")
        links: list[str] = page.evaluate(LINKS)
        return own_addresses(links)


def _told(page: Page, theme: str, rules: dict[str, Any] | None) -> list[str]:
    """What axe says in a theme; a text whose contrast was wrong is measured again on the next page."""
    told = page.evaluate(CHECK, {"rules": rules, "looks": sorted(measured[theme])})
    problems: list[str] = told["problems"]
    if not problems:
        measured[theme].update(told["looks"])
    return problems


def _widths(page: Page) -> Iterator[str]:
    sizes: tuple[tuple[str, ViewportSize], ...] = (("on a phone", PHONE), ("at 200 %", ZOOMED), ("", WIDE))
    for word, size in sizes:
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            yield f"{wide} px wide {word}"


def shape_of(path: str) -> str:
    """Pages that differ only in their numbers, and in what they are asked, are one."""
    address, _, asked = path.partition("?")
    names = {part.partition("=")[0] for part in asked.split("&") if part} - {"after", "place", "page"}
    if len(names) > 1:  # a list in order is looked at once, not with each of its filters
        names.discard("sort")
    return re.sub(r"\d+", "N", address) + ("?" + "&".join(sorted(names)) if names else "")


def walk(browser: Browser, address: str, username: str, language: str) -> Walk:
    """Sign in and follow every link."""
    done = Walk()
    with browser.new_context(viewport=WIDE, locale="zh-CN", reduced_motion="reduce") as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.add_init_script(INSTALL)
        page.goto(f"{address}/sign-in")
        page.fill("#username", username)
        page.fill("#password", DEMO_PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="登录").click()
        if language == "en":
            with page.expect_navigation():
                page.locator("button[name=locale][value=en]").first.evaluate("button => button.click()")
        waiting = [page.url.removeprefix(address)]
        while waiting:
            path = waiting.pop(0)
            shape = shape_of(path)
            if shape in done.shapes or NO_PAGE.search(path):
                continue
            done.shapes.add(shape)
            waiting += done.look(page, address, path)
    return done


@contextmanager
def _served() -> Iterator[str]:
    """An address: of SERVED, or of a fresh demo."""
    if given := os.environ.get("SERVED"):
        yield given
        return
    with tempfile.TemporaryDirectory() as name, running(Path(name), demo=DEMO) as address:
        yield address


def main(roles: str = "", languages: str = "") -> None:
    """Look at all, print the table, fail over a fault."""
    names = roles.split(",") if roles else [name for name, *_rest in ACCOUNTS if not name[-1].isdigit()]
    faults = 0
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for username in names:
            for language in languages.split(",") if languages else LANGUAGES:
                began = time.monotonic()
                done = walk(browser, address, username, language)
                faults += len(done.faults)
                told = (
                    f"{len(done.shapes):5} pages{len(done.faults):5} faults{time.monotonic() - began:6.0f} s"
                )
                print(f"{username:14}{language:4}{told}", *done.faults, sep="\n    ", flush=True)
        browser.close()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
