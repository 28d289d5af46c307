"""Two hundred people at work at once, for locust: each signs in, reads what the role reads, now and then
writes, and thinks for five seconds between two pages.

`make load-users` starts the platform and this; by hand: `locust -f benchmarks/load/users.py --host URL`.
"""

import random
import re
from itertools import cycle
from typing import Any, ClassVar

from locust import HttpUser, constant, task

from benchmarks.load.build import PASSWORD
from benchmarks.load.crowd import SHARES, names
from benchmarks.load.own_address import speak_from_an_own_address
from benchmarks.load.pages import TOKEN
from models.access import Role
from tests.factories.browser_form import untouched

THINK = 5
SEARCHES = ("吉克阿牛", "阿牛", "jike", "沙马 1", "0121", "曲比")
DONE, TAKEN = (302, 303), 409


class Person(HttpUser):
    """Somebody of one role. ``pages`` are read at random; ``rows`` are lists whose rows are opened: where
    they are, and how a row's address looks."""

    abstract = True
    wait_time = constant(THINK)
    role: Role
    accounts: ClassVar[dict[Role, Any]] = {}
    pages: tuple[str, ...] = ("/",)
    rows: tuple[tuple[str, str], ...] = ()
    searches = False

    def on_start(self) -> None:
        """Sign in, each with an account and from an address of one's own."""
        speak_from_an_own_address(self.client)
        people = self.environment.parsed_options.num_users or 1
        account = next(self.accounts.setdefault(self.role, cycle(names(self.role, people))))
        token = TOKEN.search(self.client.get("/sign-in", name="sign-in page").text)
        form = {"csrf_token": token.group(1) if token else "", "username": account, "password": PASSWORD}
        self._send("/sign-in", form, "sign in")

    def _read(self, path: str, name: str = "") -> str:
        answer = self.client.get(path, name=f"read {self.role} {name or path}")
        return str(answer.text)

    def _send(self, path: str, form: Any, name: str) -> None:
        """Done is a step to another page; a form that comes back was refused, which nobody provoked."""
        with self.client.post(
            path, data=form, name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code in DONE or answer.status_code == TAKEN:
                answer.success()
            else:
                answer.failure(f"{answer.status_code} instead of a step on")

    @task(6)
    def read(self) -> None:
        """One of the role's pages."""
        self._read(random.choice(self.pages))

    @task(3)
    def open_row(self) -> None:
        """A list, and a row of it."""
        path, row = random.choice(self.rows or (("/", r"/none"),))
        links = re.findall(rf'href="({row})"', self._read(path))
        if links:
            self.wait()
            self._read(random.choice(links), row)

    @task(1)
    def search(self) -> None:
        """A name or a number."""
        if self.searches:
            self._read(f"/workers?q={random.choice(SEARCHES)}", "/workers?q=")


class Collector(Person):
    """Who rings people at work, and notes what they say."""

    abstract = True

    @task(1)
    def note_follow_up(self) -> None:
        """A call that is due: the person is still there, as they say."""
        links = re.findall(r'href="(/placements/follow-ups/\d+)"', self._read("/placements/follow-ups"))
        if not links:
            return
        self.wait()
        path = random.choice(links)
        page = self._read(path, "/placements/follow-ups/N")
        form = untouched(page, path, "outcome").to_dict() | {"outcome": "employed", "evidence": "1"}
        self.wait()
        self._send(path, form, f"write {self.role} follow-up")


class County(Collector):
    weight, role, searches = SHARES[Role.COUNTY], Role.COUNTY, True
    pages = ("/", "/", "/workers", "/placements", "/orders", "/employment", "/problems", "/match-runs")
    rows = (("/workers", r"/workers/\d+"), ("/orders", r"/orders/\d+"), ("/placements", r"/placements/\d+"))

    @task(1)
    def edit_worker(self) -> None:
        """A note on somebody of the first page of the register."""
        links = re.findall(r'href="(/workers/\d+)"', self._read("/workers"))
        if not links:
            return
        path = f"{random.choice(links)}/edit"
        page = self._read(path, "/workers/N/edit")
        form = untouched(page, path, "base")
        form["note"] = f"电话里问过，{random.randint(1, 99)} 号再联系"
        self.wait()
        self._send(path, form, f"write {self.role} worker")


class Township(Collector):
    weight, role, searches = SHARES[Role.TOWNSHIP], Role.TOWNSHIP, True
    pages = ("/", "/workers", "/placements")
    rows = (("/workers", r"/workers/\d+"),)


class Enterprise(Person):
    weight, role = SHARES[Role.ENTERPRISE], Role.ENTERPRISE
    pages = ("/", "/orders", "/placements", "/employment/months", "/employment")
    rows = (("/orders", r"/orders/\d+"), ("/placements", r"/placements/\d+"))

    @task(1)
    def ask_for_more(self) -> None:
        """A few more people for an order."""
        links = re.findall(r'href="(/orders/\d+)"', self._read("/orders"))
        if not links:
            return
        path = random.choice(links)
        page = self._read(path, "/orders/N")
        if f"{path}/headcount" in page:
            form = untouched(page, f"{path}/headcount", "headcount")
            form["headcount"] = str(random.randint(201, 400))
            self.wait()
            self._send(f"{path}/headcount", form, f"write {self.role} headcount")


class City(Person):
    weight, role = SHARES[Role.CITY], Role.CITY
    pages = ("/", "/orders", "/placements", "/placements/verification", "/employment")
    rows = (("/orders", r"/orders/\d+"), ("/placements", r"/placements/\d+"))


class School(Person):
    weight, role = SHARES[Role.SCHOOL], Role.SCHOOL
    pages = ("/", "/training/orders", "/training/classes")


class Prefecture(Person):
    weight, role = SHARES[Role.PREFECTURE], Role.PREFECTURE
    pages = ("/", "/orders", "/employment/figures", "/problems/staying", "/reports")


class Province(Person):
    weight, role = SHARES[Role.PROVINCE], Role.PROVINCE
    pages = ("/", "/orders", "/employment/figures", "/problems/staying", "/reports")


class Auditor(Person):
    weight, role = SHARES[Role.AUDITOR], Role.AUDITOR
    pages = ("/", "/admin/audit", "/reports")


class Administrator(Person):
    weight, role = SHARES[Role.ADMIN], Role.ADMIN
    pages = ("/", "/admin/users", "/admin/audit")
