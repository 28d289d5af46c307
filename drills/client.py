"""The crowd: processes that sign in over HTTP and then all press a button at once. Knows no application
code."""

import multiprocessing
import re
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from drills import soundness

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE = 240
SignedIn = tuple[dict[str, str], str]


@dataclass(frozen=True)
class Press:
    """One press of a button: who presses, where, and what the form says."""

    account: str
    path: str
    form: tuple[tuple[str, str], ...]


@dataclass
class Outcome:
    """What a crowd met: answers by status, how many pages held ``sentence``, and the slowest answer in
    seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    sentences: int = 0
    slowest: float = 0.0
    seconds: float = 0.0

    @property
    def broken(self) -> int:
        """Answers of 500 and above, and requests without an answer (status 0)."""
        return sum(count for status, count in self.statuses.items() if status >= 500 or status == 0)

    def said(self, unsound: list[str]) -> str:
        """The answers and their times, and what ``drills.soundness`` says of the database, in one line."""
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        times = f"{self.seconds:.0f} s, the slowest {self.slowest:.1f} s"
        return f"{self.broken} errors (answers {answers}); {times}; {soundness.said(unsound)}"


def press_all(address: str, password: str, crowds: Sequence[list[Press]], sentence: str) -> Outcome:
    """Sign every account in, then let one process per crowd press everything at the same moment."""
    names = {press.account for crowd in crowds for press in crowd}
    accounts = {name: Person(address, name, password).credentials() for name in names}
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(len(crowds)), context.Queue()
    processes = [
        context.Process(target=_crowd, args=(address, accounts, presses, sentence, barrier, answers))
        for presses in crowds
    ]
    for process in processes:
        process.start()
    parts = [answers.get(timeout=2 * PATIENCE) for _process in processes]
    for process in processes:
        process.join()
    return _together(parts)


def _together(parts: list[dict[str, Any]]) -> Outcome:
    total = Outcome()
    for part in parts:
        total.statuses += part["statuses"]
        total.sentences += part["sentences"]
        total.slowest = max(total.slowest, part["slowest"])
        total.seconds = max(total.seconds, part["seconds"])
    return total


def _crowd(
    address: str,
    accounts: dict[str, SignedIn],
    presses: list[Press],
    sentence: str,
    barrier: Barrier,
    answers: Any,
) -> None:
    barrier.wait(timeout=PATIENCE)
    began = time.monotonic()
    with ThreadPoolExecutor(len(presses)) as pool:
        results = list(
            pool.map(lambda press: _press(address, press, *accounts[press.account], sentence), presses)
        )
    answers.put(
        {
            "statuses": Counter(status for status, _said, _took in results),
            "sentences": sum(said for _status, said, _took in results),
            "slowest": max(took for _status, _said, took in results),
            "seconds": time.monotonic() - began,
        }
    )


class Person:
    """Somebody at a browser of his own, signed in."""

    def __init__(self, address: str, account: str, password: str) -> None:
        self.address, self.session = address, requests.Session()
        self.session.mount(
            "http://", HTTPAdapter(pool_maxsize=40, max_retries=Retry(connect=3, backoff_factor=0.2))
        )
        # A connection kept while a database is put back is closed by the server just when it is used again.
        self.session.headers["Connection"] = "close"
        form = {"username": account, "password": password}
        page = self.post("/sign-in", form, token=self.token("/sign-in"))
        page.raise_for_status()
        inside = TOKEN.search(page.text)
        self.inside = inside.group(1) if inside else ""

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_error: object) -> None:
        self.session.close()

    def token(self, path: str) -> str:
        """The form token that a page carries."""
        seen = TOKEN.search(self.get(path).text)
        return seen.group(1) if seen else ""

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.session.get(self.address + path, timeout=PATIENCE)

    def post(
        self,
        path: str,
        form: dict[str, Any],
        files: Any = None,
        *,
        token: str | None = None,
        follow: bool = True,
    ) -> requests.Response:
        """Send a form, with the token of the sign-in unless it is given."""
        data = form | {"csrf_token": self.inside if token is None else token}
        address = self.address + path
        return self.session.post(address, data, files=files, timeout=PATIENCE, allow_redirects=follow)

    def credentials(self) -> SignedIn:
        """Cookies and form token, for a crowd that presses in this one's name."""
        return {name: value or "" for name, value in self.session.cookies.get_dict().items()}, self.inside


def _press(
    address: str, press: Press, cookies: dict[str, str], token: str, sentence: str
) -> tuple[int, bool, float]:
    began = time.monotonic()
    try:
        answer = requests.post(
            address + press.path,
            data=dict(press.form) | {"csrf_token": token},
            cookies=cookies,
            allow_redirects=False,
            timeout=PATIENCE,
        )
    except requests.RequestException:
        return 0, False, time.monotonic() - began
    return answer.status_code, sentence in answer.text, time.monotonic() - began
