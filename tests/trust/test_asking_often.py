"""T21: whoever may not see a person learns nothing of it by asking often and cleverly, by any road there is.

The attacker is an enterprise with a browser. It changes a draft and looks how many people fit, has orders
approved and reads who is on the list and why, has one taken back, changes it and asks why again; each
question depends on the answers before. Nothing is learnt of a value when all answers are the same with
another.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.queue import Silence
from app.match_runs import bands, engine_input, operations
from app.match_runs.candidate_pool import open_pool, reach_of_counties
from app.match_runs.weekly_sample import sample_counts
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.event_tags import EventTag
from models.jobs.order import Order, OrderState
from models.match_run import MatchPair, MatchRun, RunKind
from models.people.worker import Worker
from models.reference.organisation import Organisation
from tests.factories.people import ZHAOJUE, actor_of, make_enterprise, make_order, make_user, make_worker
from tests.whole import is_whole

SignIn = Callable[..., FlaskClient]
# In each of two worlds, two hundred in all; ``ASKING=whole`` asks two hundred in each.
QUESTIONS = 200 if is_whole("ASKING") else 100
WAGES = 3_000, 6_000


@dataclass
class Attacker:
    """One enterprise: its clerk's browser, the officer who approves, and the questions so far."""

    session: Session
    clerk: FlaskClient
    city: FlaskClient
    firm: Organisation
    asked: int = 0

    def form(self, values: dict[str, Any]) -> dict[str, Any]:
        return {**FORM, "city_code": self.firm.area_code, **{name: str(one) for name, one in values.items()}}

    def draft(self, **values: Any) -> Order:
        """A new draft, through the form."""
        answer = self.clerk.post("/orders/new", data=self.form(values))
        assert answer.status_code == 303, answer.text
        order = self.session.get_one(Order, int(answer.headers["Location"].rsplit("/", 1)[1]))
        order.occupation_confirmed = True
        self.session.commit()
        return order

    def approved(self, **values: Any) -> Order:
        """A new order that the city let out."""
        order = self.draft(**values)
        self.advance(self.clerk, order, "submit")
        self.advance(self.city, order, "approve")
        return order

    def change(self, order: Order, **values: Any) -> None:
        sent = self.clerk.post(f"/orders/{order.id}/edit", data=self.form(values))
        assert sent.status_code == 303, re.findall("invalid-feedback.*", sent.text)

    def lists_the_eldest_for(self, wage: int) -> bool:
        """Whether the list of an approved order of this wage has somebody of that age."""
        return "56—60 岁" in self.clerk.get(self.look(self.approved(wage_high_fen=wage))).text

    def why(self, order: Order, run: int | None, worker_id: int, **values: Any) -> bool:
        """Whether a row of the list still fits the order that was changed since."""
        self.asked += 1
        self.change(order, **values)
        page = self.clerk.get(f"/match-runs/{run}/why/{order.id}/{worker_id}")
        assert page.status_code == 200
        return "过不去" not in page.text

    def look(self, order: Order) -> str:
        """Ask who fits an order; where the result is."""
        self.asked += 1
        answer = self.clerk.post(f"/match-runs/orders/{order.id}")
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def count(self, order: Order, **values: Any) -> int:
        """How many people a draft with these requirements finds, as far as it is told."""
        self.change(order, **values)
        self.look(order)
        piece = self.clerk.get(f"/match-runs/orders/{order.id}/costs").text
        told = re.search(r"<h2>(?:现在)?能找到 (约 |少于 )?([\d,]+) 人", piece)
        assert told, piece
        return 0 if told[1] == "少于 " else int(told[2].replace(",", ""))

    def advance(self, client: FlaskClient, order: Order, event: str) -> None:
        sent = client.post(f"/orders/{order.id}/advance", data={"event": event, "reason": "请更正"})
        assert sent.status_code == 303, sent.text


DEMANDS: list[dict[str, Any]] = [
    {"min_health": 2},
    {"min_mandarin": 2},
    {"night_shift": 1, "shift": "two"},
    {"lodging": "self"},
]
BORN = date(today().year - 59, 1, 3)
NEXT_MONTH = (today().replace(day=1) + timedelta(days=40)).replace(day=1)
FORM: dict[str, Any] = {
    "title": "电子厂普工",
    "headcount": "300",
    "description": "装配耳机。",
    "valid_until": str(today() + timedelta(days=60)),
    "base_wage_fen": "2600",
    "wage_low_fen": "2600",
    "wage_high_fen": "6500",
    "hours_per_day": "8",
    "days_per_week": "5",
    "overtime_hours_month": "30",
    "shift": "day",
    "night_shift": "0",
    "insurance": ["养老", "医疗", "失业", "工伤", "生育"],
    "board": "free",
    "lodging": "free",
    "couple_rooms": "1",
    "contract_months": "12",
    "probation_months": "1",
    "forbidden_work": "none",
    "min_age": "",
    "max_age": "",
    "min_health": "",
    "min_mandarin": "",
    "start_on": str(NEXT_MONTH + timedelta(days=100)),
}


@pytest.fixture
def target(session: Session) -> Worker:
    """One person who stands out by age and by everything else, among forty who do not."""
    for n in range(40):
        plain = {"health": 2, "mandarin": 3, "wage_floor_yuan": 3_000, "night_shift": True}
        make_worker(session, birth_date=date(today().year - 45 + n % 15, 5, 3), available_on=BORN, **plain)
    hidden = {"health": 1, "mandarin": 1, "wage_floor_yuan": 4_730, "night_shift": False}
    return make_worker(
        session, birth_date=BORN, dormitory_needed=True, available_on=NEXT_MONTH.replace(day=11), **hidden
    )


@pytest.fixture
def attacker(app: Flask, session: Session, sign_in: SignIn, target: Worker) -> Attacker:
    firm = make_enterprise(session)
    clerk = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    city = sign_in(make_user(session, Role.CITY, area_code=firm.area_code))
    operations.rebuild_index(session, today(), lambda: None)
    return Attacker(session, clerk, city, firm)


@pytest.fixture
def no_budget(app: Flask) -> Iterator[None]:
    """As if the attacker had all the days it wants: what is left must hold alone."""
    kept = app.config["ENTERPRISE_ASKS_A_DAY"]
    app.config["ENTERPRISE_ASKS_A_DAY"] = 10**6
    yield
    app.config["ENTERPRISE_ASKS_A_DAY"] = kept


# --- the attack -----------------------------------------------------------------------------------------


def attack(attacker: Attacker, worker_id: int) -> list[object]:
    """Adaptive questions; everything that came of them, in their order."""
    learnt: list[object] = []
    draft = attacker.draft()

    def is_in(**asked: object) -> bool:
        """Whether the eldest is among those who fit: "at most 60" less "at most 58"."""
        both = [attacker.count(draft, max_age=age, **asked) for age in (60, 58)]
        learnt.extend(both)
        return both[0] != both[1]

    for demand in DEMANDS:
        learnt.append(is_in(**demand))
    learnt.append(search(lambda wage: is_in(wage_high_fen=wage), *WAGES))
    learnt.append(search(lambda n: is_in(start_on=NEXT_MONTH + timedelta(days=n)), 0, 60))
    # A band has an edge somewhere: move it beside the eldest, then ask there.
    for wage in range(*WAGES, 500):
        learnt.append(is_in(wage_high_fen=wage, min_age=57))
    for age in range(20, 58, 4):
        if is_in(min_age=age):
            learnt.append(search(lambda wage, age=age: is_in(wage_high_fen=wage, min_age=age), *WAGES))
    learnt.append(search(attacker.lists_the_eldest_for, *WAGES))
    order = attacker.approved()
    assert "56—60 岁" in attacker.clerk.get(attacker.look(order)).text
    run = attacker.session.scalar(select(func.max(MatchRun.id)))
    attacker.advance(attacker.city, order, "suspend")
    learnt.append(search(lambda wage: attacker.why(order, run, worker_id, wage_high_fen=wage), *WAGES))
    learnt.append(attacker.why(order, run, worker_id, min_health=2, min_mandarin=2))
    while attacker.asked < QUESTIONS:
        learnt.append(is_in(wage_high_fen=4_400 + attacker.asked))
    return learnt


def search(is_met: Callable[[int], bool], low: int, high: int) -> tuple[int, int]:
    """The smallest figure that is met, by halving what is left, to six."""
    while high - low > 6:
        middle = (low + high) // 2
        low, high = (low, middle) if is_met(middle) else (middle, high)
    return low, high


@pytest.mark.usefixtures("no_budget")
def test_200_adaptive_questions_narrow_nobodys_value_below_a_band(
    session: Session, attacker: Attacker, target: Worker
) -> None:
    """T21. With any floor of one band of 500 yuan, and any day of one month, every answer is the same."""
    answers = []
    for floor, day in ((4_510, 3), (4_990, 27)):
        target.wage_floor_yuan, target.available_on = floor, NEXT_MONTH.replace(day=day)
        session.commit()
        attacker.asked = 0
        answers.append(attack(attacker, target.id))
        assert attacker.asked >= QUESTIONS
    assert answers[0] == answers[1]


def test_what_a_draft_reads_of_one_row_was_said_by_one_of_ten(session: Session, target: Worker) -> None:
    """Only the eldest is not in health, only one row is of that age: the two meet by chance alone."""
    pool = open_pool(session, reach_of_counties([ZHAOJUE]), today(), {})
    order = make_order(session, min_health=2, min_age=59)
    (asked,) = engine_input.engine_orders(session, [order], today(), {})
    together = drawn = 0
    for week in range(200):
        counts = sample_counts(pool, asked, today() + timedelta(weeks=week))
        of_age = sum(counts.reasons.values()) + counts.fitting - counts.reasons["age"]
        if of_age:
            drawn += 1
            together += counts.reasons["health"]
            touched = {cost["rule"]: cost["touched"] for cost in counts.costs}
            assert touched["health"] == 1  # the answer is somewhere
    assert 60 < drawn < 140  # every second week
    assert 0 < together < drawn * 0.3


@pytest.mark.parametrize("state", [OrderState.DRAFT, OrderState.OPEN])
def test_none_is_told_like_few_and_no_line_comes_and_goes_with_one_person(
    session: Session, state: OrderState, target: Worker
) -> None:
    firm = make_enterprise(session)
    clerk = actor_of(session, make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    told = []
    for demand in ({"min_health": 2, "max_age": 40}, {"min_health": 1, "max_age": 25}):
        order = make_order(session, firm, state=state, **demand)
        run = operations.freeze(session, clerk, RunKind.ORDER, today(), order=order)
        session.commit()
        operations.carry_out(session, clerk, run.id, Silence(), lambda: None)
        figures = [run.order_summary["fitting"], *(cost["alone"] for cost in run.order_summary["costs"])]
        assert all(figure in (0, 20, 50, 100) for figure in figures)
        told.append(sorted(cost["rule"] for cost in run.order_summary["costs"]))
    assert told[0] == told[1]


def test_the_budget_is_the_organisations_and_every_asking_is_in_the_audit(
    app: Flask, session: Session, attacker: Attacker, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ENTERPRISE_ASKS_A_DAY", 3)
    colleague = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=attacker.firm.id))
    draft = attacker.draft()
    for clerk in (attacker.clerk, colleague, attacker.clerk):
        assert clerk.post(f"/match-runs/orders/{draft.id}").status_code == 303
    refused = colleague.post(f"/match-runs/orders/{draft.id}", follow_redirects=True)
    assert "贵单位今天已经查了 3 次，次数用完了" in refused.text
    assert session.scalar(select(func.count()).select_from(MatchRun)) == 3
    asked = select(func.count()).where(AuditEvent.tag == EventTag.MATCH_START)
    assert session.scalar(asked) == 3
    assert bands.asked_on(session, attacker.firm.id, today() + timedelta(days=1)) == 0
    assert "合适的" in colleague.get(f"/match-runs/orders/{draft.id}").text  # what was asked stays


def test_why_says_what_the_run_found_though_the_order_was_taken_back_and_changed(
    session: Session, attacker: Attacker, target: Worker
) -> None:
    order = attacker.approved()
    attacker.look(order)
    run = session.scalar(select(func.max(MatchRun.id)))
    assert session.get(MatchPair, (run, order.id, target.id))
    address = f"/match-runs/{run}/why/{order.id}/{target.id}"
    before = attacker.clerk.get(address).text
    attacker.advance(attacker.city, order, "suspend")
    attacker.change(order, wage_high_fen=4_000, min_health=2)
    page = attacker.clerk.get(address).text
    assert "过不去" not in page
    assert "岗位在这次查找以后改过" in page
    lists = [re.search(r'<ul class="verdicts">.*?</ul>', one, re.S) for one in (before, page)]
    assert lists[0]
    assert lists[1]
    assert lists[0][0] == lists[1][0]
    assert "工资高于期望" not in page  # its points would tell the floor
