"""Why two go together or not: every rule, every point, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

import matching
from app.match_runs import labels, queries
from app.match_runs.bands import UNTOLD, SeenPair
from app.match_runs.run_input import read_pair
from app.match_runs.scorecards.queries import stored_scorecard
from app.match_runs.terms import OrderAsItWas, as_asked, has_changed, kept_terms, order_of
from app.orders.queries.orders import take_homes
from matching import Verdict
from models.access import Actor
from models.clock import full_years
from models.i18n import N_, Sentence
from models.jobs.order import Order
from models.jobs.take_home import TakeHome
from models.match_run import MatchLeftOut, MatchPair, MatchRun
from models.numbers import UNKNOWN, figure
from models.people.worker import Education, Health, Mandarin
from models.reference.area import area_names

# What a worker may refuse: rule -> the field that is empty while it has not been asked (matching.NEEDS).
MAY_REFUSE = {
    "city": "cities",
    "wage": "wage_floor_yuan",
    "available": "available_on",
    "night_shift": "night_shift",
    "dormitory": "dormitory_needed",
    "couple_room": "couple_room_needed",
}
ASK_WORKER = N_("先问清楚，填进资料，再看合不合适")
ASK_ENTERPRISE = N_("企业没有说，先问企业，写进岗位，再看合不合适")
VERDICTS = ("fail", "ask", "open", "pass")


@dataclass(frozen=True)
class RuleLine:
    """One hard rule on one pair: what the order asks, what the worker has, the verdict, and what would help.

    ``verdict`` is one of VERDICTS: ``open`` is a pass that rests on an answer not given yet. ``advice`` is
    words or empty; ``has`` is None where the reader may not know.
    """

    label: str
    asks: Sentence
    has: Sentence | None
    verdict: str
    advice: str = ""


@dataclass(frozen=True)
class Explanation:
    """One worker and one order: as they are now, or as the run has them (``stored``) to those who may not see
    the worker.

    ``factors`` are (label, points, most points); ``left_out`` says why a county's plan has no place.
    """

    order: Order
    person: queries.Person
    match: matching.Match
    lines: list[RuleLine]
    factors: list[tuple[str, int, int]]
    reasons: list[Sentence]
    left_out: MatchLeftOut | None
    take_home: TakeHome | None
    stored: MatchPair | None
    order_has_changed: bool = False

    @property
    def has_changed(self) -> bool:
        """Whether the data changed since the run in a way that changes the score."""
        is_now = not self.person.masked
        return is_now and self.stored is not None and self.stored.score != self.match.score


def explanation(
    session: Session, actor: Actor, run: MatchRun, order_id: int, worker_id: int
) -> Explanation | None:
    """None where ``actor`` may not see the pair.

    An enterprise sees only pairs of its own run, and what that run found: nothing is judged anew, or an order
    that is changed between two looks would measure the person.
    """
    order = queries.orders_by_id(session, actor, [order_id]).get(order_id)
    stored = session.get(MatchPair, (run.id, order_id, worker_id))
    if order is None or (run.enterprise_id and stored is None):
        return None
    if run.enterprise_id and stored is not None:
        return _as_stored(session, actor, run, order, stored)
    worker, (asked,) = read_pair(session, actor, run, worker_id, [order])
    if worker is None:
        return None
    asked = as_asked(asked, run)
    terms = kept_terms(run)
    scorecard, day = stored_scorecard(run.scorecard), run.as_of
    match = matching.score_pair(worker, asked, scorecard, day)
    person = queries.people(session, actor, [worker_id], day)[worker_id]
    lines = take_homes(session, [order], worker.county_code, day)
    return Explanation(
        order=order,
        person=person,
        match=match,
        lines=rule_lines(session, worker, asked, OrderAsItWas.of(terms) if terms else order, day),
        factors=_factors(match.factors, scorecard),
        reasons=labels.points_from(match, run.scorecard),
        left_out=queries.left_out_row(session, run, worker_id),
        take_home=lines.get(order.id),
        stored=stored,
    )


def _factors(points: Mapping[str, int], scorecard: matching.Scorecard) -> list[tuple[str, int, int]]:
    return [
        (label, points[name], scorecard.points[name][-1])
        for name, label in matching.FACTORS.items()
        if name in points
    ]


def _as_stored(
    session: Session, actor: Actor, run: MatchRun, order: Order, stored: MatchPair
) -> Explanation | None:
    """What the run found of a person on its list, against the order as it was then."""
    person = queries.people(session, actor, [stored.worker_id], run.as_of).get(stored.worker_id)
    if person is None:
        return None
    seen = SeenPair.of(stored)
    match = matching.Match(
        feasible=True,
        score=seen.score,
        factors=seen.factors,
        needs=tuple(seen.needs),
        matched_skills=tuple(seen.matched_skills),
        missing_skills=tuple(seen.missing_skills),
    )
    return Explanation(
        order=order,
        person=person,
        match=match,
        lines=_stored_lines(session, run, stored),
        factors=_factors(seen.factors, stored_scorecard(run.scorecard)),
        reasons=labels.points_from(seen, run.scorecard),
        left_out=None,
        take_home=None,
        stored=stored,
        order_has_changed=has_changed(session, order, run),
    )


def _stored_lines(session: Session, run: MatchRun, stored: MatchPair) -> list[RuleLine]:
    """Whoever is on a list passed every rule of that moment; what was not asked yet is kept with the pair."""
    if (terms := kept_terms(run)) is None:
        return []
    names = area_names(session, {terms["city_code"]})
    phrases = labels.OrderPhrases(OrderAsItWas.of(terms), names.get(terms["city_code"], ""))
    asked = order_of(terms)
    lines = [
        RuleLine(rule.label, phrases.requirement(rule.name), None, _stored_verdict(rule.name, stored))
        for rule in matching.RULES
        if rule.name not in UNTOLD and _asks_something(rule.name, asked)
    ]
    return sorted(lines, key=lambda line: VERDICTS.index(line.verdict))


def _stored_verdict(name: str, stored: MatchPair) -> str:
    return "open" if MAY_REFUSE.get(name) in stored.needs else "pass"


def rule_lines(
    session: Session,
    worker: matching.Worker,
    asked: matching.Order,
    order: Order | OrderAsItWas,
    day: date,
) -> list[RuleLine]:
    """Every rule that asks something of this pair, those that fail first."""
    names = area_names(session, {order.city_code, *worker.cities})
    phrases = labels.OrderPhrases(order, names.get(order.city_code, ""))
    lines = []
    for rule in matching.RULES:
        verdict = rule.check(worker, asked, day)
        if verdict is Verdict.PASS and not _asks_something(rule.name, asked):
            continue
        has = Sentence("本人：%(has)s", {"has": held(worker, rule.name, names, day)})
        shown, advice = _shown_verdict(worker, asked, rule.name, verdict)
        lines.append(RuleLine(rule.label, phrases.requirement(rule.name), has, shown, advice))
    return sorted(lines, key=lambda line: VERDICTS.index(line.verdict))


def _shown_verdict(
    worker: matching.Worker, order: matching.Order, name: str, verdict: Verdict
) -> tuple[str, str]:
    """The verdict and what to do about it."""
    if verdict is Verdict.ASK:
        is_order_silent = name in matching.ORDER_SAYS and getattr(order, matching.ORDER_SAYS[name]) is None
        return verdict.value, ASK_ENTERPRISE if is_order_silent else ASK_WORKER
    if verdict is not Verdict.PASS:
        return verdict.value, labels.ADVICE[name]
    is_silent = name in MAY_REFUSE and getattr(worker, MAY_REFUSE[name]) in (None, ())
    return ("open", "") if is_silent else ("pass", "")


def _asks_something(name: str, order: matching.Order) -> bool:
    """Whether the order asks anything under this rule, so that passing it is worth a line."""
    asks = {
        "age": order.min_age is not None or order.max_age is not None,
        "forbidden_work": order.forbidden_work not in ("", "none"),
        "education": bool(order.min_education),
        "mandarin": bool(order.min_mandarin),
        "health": bool(order.min_health),
        "certificates": bool(order.certificates),
        "night_shift": order.night_shift is not False,
        "dormitory": not order.dormitory,
        "couple_room": not order.couple_room,
        "available": order.start_on is not None,
    }
    return asks.get(name, name in ("city", "wage"))


def held(worker: matching.Worker, name: str, names: dict[str, str], day: date) -> object:
    """What the register says about a worker under one rule, as a value of a sentence."""
    floor = worker.wage_floor_yuan
    values: dict[str, object] = {
        "legal_age": _age(worker, day),
        "age": _age(worker, day),
        "forbidden_work": {"M": Sentence("男"), "F": Sentence("女")}.get(worker.sex, UNKNOWN),
        "education": labels.level(Education, worker.education),
        "mandarin": labels.level(Mandarin, worker.mandarin),
        "health": labels.level(Health, worker.health),
        "certificates": list(worker.certificates) or UNKNOWN,
        "city": [names.get(code, code) for code in worker.cities] or Sentence("没有限定"),
        "wage": UNKNOWN if floor is None else Sentence("至少 %(yuan)s 元", {"yuan": figure(floor)}),
        "available": worker.available_on or UNKNOWN,
        "night_shift": _three_valued(worker.night_shift, Sentence("可以上夜班"), Sentence("不上夜班")),
        "dormitory": _three_valued(worker.dormitory_needed, Sentence("要住宿"), Sentence("不要住宿")),
        "couple_room": _three_valued(worker.couple_room_needed, Sentence("要夫妻房"), Sentence("不要夫妻房")),
        "placed": _three_valued(worker.placed, Sentence("已有岗位"), Sentence("待岗")),
    }
    return values[name]


def _age(worker: matching.Worker, day: date) -> Sentence:
    return Sentence("%(n)s 岁", {"n": full_years(worker.birth_date, day)}) if worker.birth_date else UNKNOWN


def _three_valued(value: bool | None, yes: Sentence, no: Sentence) -> Sentence:
    return UNKNOWN if value is None else yes if value else no
