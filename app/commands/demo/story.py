"""What became of some of the synthetic people: offers, hires, follow-ups, leavings, each in a plausible
order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from app.commands.demo.points import chance_of_staying
from models.jobs.order import Order
from models.people.worker import Worker, WorkerState
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.placement.placement import FOLLOW_UP_MONTHS, Evidence, Outcome
from models.placement.placement import PlacementState as S

R, D = LeaveReason, DeclineReason
SHARES = {
    S.OFFERED: 16,
    S.ACCEPTED: 8,
    S.DECLINED: 10,
    S.EXPIRED: 4,
    S.INTERVIEW: 3,
    S.HIRED: 6,
    S.DEPARTED: 3,
    S.ON_SITE: 24,
    S.STAYED: 10,
    S.LEFT: 16,
    S.NOT_ARRIVED: 2,
    S.NOT_HIRED: 3,
}
HOLDING = (S.HIRED, S.DEPARTED, S.ON_SITE, S.STAYED)
ARRIVED = (S.ON_SITE, S.STAYED, S.LEFT)
WORKER_STATES = {
    S.OFFERED: WorkerState.OFFERED,
    S.ACCEPTED: WorkerState.OFFERED,
    S.INTERVIEW: WorkerState.OFFERED,
    S.HIRED: WorkerState.HIRED,
    S.DEPARTED: WorkerState.HIRED,
    S.ON_SITE: WorkerState.WORKING,
    S.STAYED: WorkerState.WORKING,
}


FIRST_WEEKS, MANY_MONTHS = timedelta(days=45), timedelta(days=170)
# Made up for the demo, by weights: who leaves at once found another job than was told, hours he does not bear
# or is homesick; later pay, home and the fields decide; who stayed half a year finds something else.
WHY_EARLY = {
    R.NOT_AS_TOLD: 30,
    R.HOURS: 22,
    R.LONELY: 20,
    R.LANGUAGE: 9,
    R.CLIMATE_FOOD: 8,
    R.PAY: 6,
    R.HEALTH: 3,
}
WHY_LATER = {R.PAY: 26, R.FAMILY: 22, R.FARMING: 10, R.HOURS: 14, R.HEALTH: 8, R.OTHER_JOB: 8, R.LONELY: 6}
WHY_AT_LAST = {R.OTHER_JOB: 30, R.FAMILY: 26, R.PAY: 14, R.FACTORY_CLOSED: 8, R.HEALTH: 6, R.DISMISSED: 4}
# Months of sowing and of harvest in the mountains: those who go home to the fields go then.
FIELD_MONTHS = (3, 4, 5, 9, 10)
WHY_NOT = {
    D.FAMILY: 28,
    D.FAR: 20,
    D.PAY: 18,
    D.ALONE: 12,
    D.HOURS: 9,
    D.OTHER_JOB: 7,
    D.UNSUITED: 4,
    D.OTHER: 2,
}


def why_declined(rng: Random) -> DeclineReason:
    """Why somebody did not take a job in the demo."""
    return rng.choices(list(WHY_NOT), list(WHY_NOT.values()))[0]


def why_left(rng: Random, arrived: date, left: date) -> LeaveReason:
    """Why somebody left in the demo: what he says depends on how long he stayed and on the season."""
    stayed = left - arrived
    weights = WHY_EARLY if stayed <= FIRST_WEEKS else WHY_LATER if stayed <= MANY_MONTHS else WHY_AT_LAST
    weights = {**weights, R.OTHER: 3}
    if left.month in FIELD_MONTHS and stayed > FIRST_WEEKS:
        weights[R.FARMING] = 34
    return rng.choices(list(weights), list(weights.values()))[0]


def at(day: date) -> datetime:
    """Ten in the morning of ``day`` in China."""
    return datetime.combine(day, time(2, 0), UTC)


@dataclass
class StoryTeller:
    """Draws what became of one person after another."""

    rng: Random
    today: date

    def placement(self, worker: Worker, order: Order, factors: dict[str, int]) -> dict[str, Any]:
        """The columns of one placement; takes a place of ``order`` where one is held."""
        state = self.rng.choices(list(SHARES), list(SHARES.values()))[0]
        if state in (S.STAYED, S.LEFT):
            state = S.STAYED if self._stays(factors) else S.LEFT
        if state in HOLDING and order.taken >= order.headcount:
            state = S.DECLINED
        offered = self.today - timedelta(days=self._age_of(state))
        values = self._offer(worker, order, factors, state, offered)
        if state in HOLDING:
            order.taken += 1
            values["active_digest"] = worker.id_digest
        worker.state = WORKER_STATES.get(state, WorkerState.POOL)
        return values

    def earlier(self, worker: Worker, order: Order, factors: dict[str, int], taken: bool) -> dict[str, Any]:
        """The columns of a placement of the years before, long over: ``taken``, or declined."""
        offered = order.created_at.date() + timedelta(days=self.rng.randint(2, 40))
        state = S.DECLINED if not taken else S.NOT_ARRIVED if self.rng.random() < 0.04 else S.LEFT
        values = self._offer(worker, order, factors, state, offered)
        if state is S.LEFT:
            days = self.rng.randint(190, 330) if self._stays(factors) else self.rng.randint(5, 170)
            values["left_on"] = min(
                values["on_site_on"] + timedelta(days=days), self.today - timedelta(days=1)
            )
            values["state_since"] = at(values["left_on"])
            values["leave_reason"] = why_left(self.rng, values["on_site_on"], values["left_on"])
        return values

    def _stays(self, factors: dict[str, int]) -> bool:
        return self.rng.random() < chance_of_staying(factors)

    def _offer(
        self, worker: Worker, order: Order, factors: dict[str, int], state: S, offered: date
    ) -> dict[str, Any]:
        values: dict[str, Any] = {
            "order_id": order.id,
            "worker_id": worker.id,
            "county_code": worker.county_code,
            "township_code": worker.township_code,
            "enterprise_id": order.enterprise_id,
            "city_code": order.city_code,
            "state": state,
            "score": sum(factors.values()),
            "factors": factors,
            "respond_by": offered + timedelta(days=5),
            "is_synthetic": True,
            "created_at": at(offered),
            "state_since": at(offered),
            "version": 1,
            "attempt": 1,
        }
        return values | self._answer(state, offered) | self._journey(state, offered)

    def _age_of(self, state: S) -> int:
        spans = {
            S.STAYED: (200, 330),
            S.ON_SITE: (15, 190),
            S.LEFT: (40, 300),
            S.DEPARTED: (10, 16),
            S.HIRED: (7, 20),
        }
        return self.rng.randint(*spans.get(state, (1, 12)))

    def _answer(self, state: S, offered: date) -> dict[str, Any]:
        if state in (S.OFFERED, S.EXPIRED):
            return {}
        answered = at(offered + timedelta(days=self.rng.randint(0, 4)))
        channel = self.rng.choice(("phone", "visit", "portal"))
        said: dict[str, Any] = {"consented_at": answered}
        if state == S.DECLINED:
            said = {"decline_reason": why_declined(self.rng)}
        return {"answered_at": answered, "answer_channel": channel, "state_since": answered, **said}

    def _journey(self, state: S, offered: date) -> dict[str, Any]:
        dates: dict[str, Any] = {}
        if state in (*HOLDING, S.LEFT, S.NOT_ARRIVED):
            dates["hired_on"] = offered + timedelta(days=6)
        if state in ARRIVED:
            dates["on_site_on"] = offered + timedelta(days=12)
            dates["state_since"] = at(dates["on_site_on"])
        if state == S.LEFT:
            left = dates["on_site_on"] + timedelta(days=self.rng.randint(5, 150))
            dates["left_on"] = min(left, self.today - timedelta(days=1))
            dates["state_since"] = at(dates["left_on"])
            dates["leave_reason"] = why_left(self.rng, dates["on_site_on"], dates["left_on"])
        return dates

    def interview(self, placement_id: int, values: dict[str, Any], order: Order) -> dict[str, Any] | None:
        """The columns of the interview somebody is asked to within the next days; some know of it already."""
        if values["state"] is not S.INTERVIEW:
            return None
        knows = placement_id % 3 == 0
        return {
            "placement_id": placement_id,
            "held_at": at(self.today + timedelta(days=self.rng.randint(1, 6))),
            "place": f"{order.title}车间门口保安室",
            "contact": f"{order.contact_name} {order.contact_phone or ''}".strip(),
            "is_cancelled": False,
            "cancel_reason": "",
            "told_at": at(self.today) if knows else None,
            "told_channel": Channel.PHONE if knows else None,
            "version": 1,
            "created_at": at(self.today - timedelta(days=1)),
        }

    def follow_ups(self, placement_id: int, values: dict[str, Any], order: Order) -> Iterator[dict[str, Any]]:
        """Yield the follow-ups of a placement: past ones mostly done, coming ones planned."""
        if values["state"] not in (*HOLDING, S.LEFT):
            return
        arrived: date | None = values.get("on_site_on")
        for months in FOLLOW_UP_MONTHS:
            due = arrived + timedelta(days=30 * months) if arrived else None
            row = {
                "placement_id": placement_id,
                "months": months,
                "due_on": due,
                "version": 1,
                "created_at": values["created_at"],
                "evidence": Evidence.NONE.value,
            }
            yield row | self._visit(values, due, order)

    def _visit(self, values: dict[str, Any], due: date | None, order: Order) -> dict[str, Any]:
        left: date | None = values.get("left_on")
        stayed = values["state"] == S.STAYED
        if due is None or due > self.today or not (stayed or self.rng.random() < 0.8):
            return _VISIT
        seen = _VISIT | {"recorded_at": at(due)}
        if left is not None and left <= due:
            return seen | {"outcome": Outcome.LEFT, "evidence": Evidence.SELF_REPORT.value}
        if not stayed and self.rng.random() < 0.12:
            return seen | {"outcome": Outcome.UNKNOWN}
        evidence = self.rng.choice(list(Evidence)[2:] if stayed else list(Evidence)[1:]).value
        wage = (
            self.rng.randint((order.wage_low_fen or 0) // 100 - 500, (order.wage_high_fen or 0) // 100) * 100
        )
        return seen | {"outcome": Outcome.EMPLOYED, "evidence": evidence, "wage_fen": wage}


_VISIT: dict[str, Any] = {
    "outcome": None,
    "evidence": Evidence.NONE.value,
    "wage_fen": None,
    "recorded_at": None,
}


def moved(values: dict[str, Any], later: timedelta) -> dict[str, Any]:
    """The columns of a placement all of whose days were ``later``."""
    return {name: value + later if isinstance(value, date) else value for name, value in values.items()}


def calls_due(visit: dict[str, Any], later: timedelta) -> dict[str, Any]:
    """The follow-up of a placement that was moved: due ``later``, and nobody has called yet."""
    return visit | _VISIT | {"due_on": visit["due_on"] + later}
