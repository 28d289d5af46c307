"""What a page weighs on the wire, for each role: `make weights`.

A demo as `make run` makes it, served as in life and compressed, asked over HTTP by one browser a role that
knows nothing yet: the sign-in page, the role's first page and all that both load; then every kind of page
that links lead to, with what it loads besides. Bytes on the wire are those of the answers with their
headers, without TLS and what the browser sends. Fails over its bounds.
"""

import gzip
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests

from app.commands.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from models.access import Role
from tests.stories.platform import running

MOST_FIRST_WIRE, MOST_FIRST_DECODED, MOST_LATER_WIRE = 100_000, 200_000, 20_000
MOST_PAGES = 120
DEMO = (6000, 300, 2016)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)"')
LOADED = re.compile(
    r'(?:<link\b[^>]*\bhref|<script\b[^>]*\bsrc|<img\b[^>]*\bsrc|<use\b[^>]*\bhref|data-load|data-worker)="([^"#]+)'
)
ASKED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin", "Accept": "text/html,*/*"}


class Weight(NamedTuple):
    """Bytes on the wire, and as the browser holds them."""

    wire: int
    decoded: int

    def __add__(self, other: object) -> "Weight":
        assert isinstance(other, Weight)
        return Weight(self.wire + other.wire, self.decoded + other.decoded)


NOTHING = Weight(0, 0)


@dataclass
class Browser:
    """Somebody's browser, which asks for each file once."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    loaded: set[str] = field(default_factory=set)

    def page(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str, Weight]:
        """A page with what it loads that is not here yet: its address, its text and what all of it weighs.

        The text is "" for what is no page.
        """
        answer, text, weight = self._get(path, form)
        while answer.is_redirect:
            path = urljoin(self.address + path, answer.headers["Location"]).removeprefix(self.address)
            answer, text, more = self._get(path)
            weight += more
        if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            return path, "", NOTHING
        for file in LOADED.findall(text):
            address = urljoin(path, file.replace("&amp;", "&"))
            if address not in self.loaded and not file.startswith("data:"):
                self.loaded.add(address)
                weight += self._get(address)[2]
        return path, text, weight

    def _get(self, path: str, form: dict[str, str] | None = None) -> tuple[requests.Response, str, Weight]:
        method = "POST" if form else "GET"
        answer = self.session.request(
            method,
            self.address + path,
            data=form,
            headers=ASKED,
            timeout=60,
            stream=True,
            allow_redirects=False,
        )
        body = answer.raw.read(decode_content=False)
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + 17
        content = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        return answer, content.decode("utf-8", "replace"), Weight(head + len(body), len(content))


@dataclass
class Line:
    """What one role's pages weigh."""

    role: Role
    first: Weight
    later: dict[str, Weight]

    @property
    def heaviest(self) -> str:
        return max(self.later, key=lambda path: self.later[path].wire)

    @property
    def over(self) -> list[str]:
        """What is heavier than it may be."""
        found = [
            f"{path}: {weight.wire:,}" for path, weight in self.later.items() if weight.wire > MOST_LATER_WIRE
        ]
        if self.first.wire > MOST_FIRST_WIRE or self.first.decoded > MOST_FIRST_DECODED:
            found.append(f"the first visit: {self.first.wire:,} on the wire, {self.first.decoded:,} decoded")
        return [f"{self.role}: {one}" for one in found]

    def row(self) -> str:
        wires = [weight.wire for weight in self.later.values()]
        largest = self.later[self.heaviest]
        return (
            f"| {self.role} | {kilo(self.first.wire)} | {kilo(self.first.decoded)} | {len(wires)} | "
            f"{kilo(median(wires))} | {kilo(largest.wire)} | {kilo(largest.decoded)} | {self.heaviest} |"
        )


def kilo(size: float) -> str:
    return f"{size / 1000:.1f}"


def weighed(address: str, username: str, role: Role) -> Line:
    """One role's first visit, and each kind of page after it."""
    browser = Browser(address)
    _path, door, weight = browser.page("/")
    token = TOKEN.search(door)
    form = {"csrf_token": token[1] if token else "", "username": username, "password": DEMO_PASSWORD}
    path, text, first = browser.page("/sign-in", form)
    if path == "/sign-in" or not text:
        raise RuntimeError(f"{username} is not let in")
    return Line(role, weight + first, dict(_later(browser, text)))


def _later(browser: Browser, text: str) -> Iterator[tuple[str, Weight]]:
    waiting, kinds = _links(text), {"/"}
    while waiting and len(kinds) < MOST_PAGES:
        link = waiting.pop(0)
        kind = re.sub(r"\d+|(?<=[?&])[^=]+=[^&]*", "1", link)
        if kind in kinds:
            continue
        kinds.add(kind)
        _path, page, weight = browser.page(link)
        if page:
            yield urlsplit(link).path if "after=" not in link else link, weight
            waiting += _links(page)


def _links(text: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in LINK.findall(text) if not link.startswith("/static")]


COLUMNS = (
    "role | first visit, kB on the wire | decoded | kinds of pages | median | heaviest | decoded | which"
)
HEAD = f"| {COLUMNS} |\n{'|---' * 8}|"


def main() -> int:
    """Print the table as Markdown; 1 when something is over its bound."""
    names = {role: username for username, _name, role, _area in reversed(ACCOUNTS)}
    over = []
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), demo=DEMO) as address:
        for role in Role:
            if role in names:
                line = weighed(address, names[role], role)
                print(line.row(), flush=True)
                over += line.over
    print("\n".join(["", *over]) if over else "\nnothing is over its bound")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
