"""The register's pages over a million people: `python -m benchmarks.lists [PEOPLE [FOLDER [SHARE]]]`.

Promised: a whole page over HTTP within 100 ms, wherever in the list and however searched. SQLite, the
deployed server (two processes), a county with a quarter of the people (or SHARE); names searched by the
province, too.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from statistics import median

from benchmarks.candidates import Browser, server
from tests.factories.watched_process import ROOT, watch

TURNS = 7
DEEP = 40
NEXT_PAGE = re.compile(r'href="(/workers\?[^"]*after=[^"]+)"')
# A wish that occurs nowhere is the slowest question.
QUESTIONS = (
    ("first page of the list", "/workers"),
    ("search by a whole name", "/workers?q=吉克阿牛"),
    ("search by a given name", "/workers?q=阿牛"),
    ("search by pinyin", "/workers?q=jike aniu"),
    ("search by one letter", "/workers?q=a"),
    ("search by township and family name", "/workers?q=四开 吉克"),
    ("search by a name and the last four digits", "/workers?q=阿牛 0121"),
    ("search by a whole number", "/workers?q=513431199005031234"),
    ("search by the last four digits", "/workers?q=0121"),
    ("only those who can be recommended", "/workers?candidate=1"),
    ("a wish that many have", "/workers?wish=普工"),
    ("a wish that few have", "/workers?wish=锅炉工"),
    ("a wish that no one has", "/workers?wish=宇航员"),
    ("job orders", "/orders"),
    ("home page", "/"),
)


def timed(browser: Browser, path: str) -> tuple[float, int]:
    """Seconds and bytes of one page."""
    begun = time.perf_counter()
    answer = browser.session.get(browser.address + path, timeout=300)
    answer.raise_for_status()
    return time.perf_counter() - begun, len(answer.content)


def deep_page(browser: Browser) -> str:
    """The address of a page ``DEEP`` pages into the list, reached as a clerk reaches it."""
    path = "/workers"
    for _page in range(DEEP):
        following = NEXT_PAGE.search(browser.session.get(browser.address + path, timeout=300).text)
        if following is None:
            break
        path = following.group(1).replace("&amp;", "&")
    return path


def questions(county: Browser, province: Browser) -> Iterator[tuple[str, str, Browser]]:
    """What is asked: title, address, who asks."""
    yield from ((title, path, county) for title, path in QUESTIONS)
    yield f"a page {DEEP} pages deep (by key)", deep_page(county), county
    yield from ((f"province: {title}", path, province) for title, path in QUESTIONS if "?q=" in path)


def rows(county: Browser, province: Browser) -> Iterator[tuple[str, float, float, int]]:
    """Question, median and slowest milliseconds, kilobytes."""
    for title, path, browser in questions(county, province):
        seen = [timed(browser, path) for _turn in range(TURNS)]
        seconds = [second for second, _size in seen]
        yield title, 1000 * median(seconds), 1000 * max(seconds), seen[-1][1] >> 10


def main(people: int, kept: str = "", share: str = "") -> None:
    """Measure and print Markdown; a ``kept`` folder is filled once and used again."""
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder:
        environment = {"XIESHOU_INSTANCE": folder, "PYTHONPATH": str(ROOT), "XIESHOU_ENV": "development"}
        note = Path(folder) / "staged.json"
        if not note.exists():
            run = [
                sys.executable,
                "-c",
                f"from benchmarks.candidates import stage; stage({people}, {float(share or 0)})",
            ]
            note.write_text(watch(run, environment).output.splitlines()[-1])
        print(f"{people:,} people written in {json.loads(note.read_text())['filled']:.0f} s\n")
        print(f"| page | median ms of {TURNS} | slowest ms | kB |\n|---|---|---|---|")
        with server(environment) as (address, _process):
            browsers = (Browser(address, role) for role in ("county", "province"))
            for title, middle, slowest, size in rows(*browsers):
                print(f"| {title} | {middle:.0f} | {slowest:.0f} | {size} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, *sys.argv[2:4])
