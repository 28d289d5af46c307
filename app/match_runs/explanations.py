"""The page that says why two go together or not: every rule, every point, and the nearest change."""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

import matching
from app.kit.web.formatters import age, day, level_label, number, yes_no
from app.match_runs import labels, queries
from app.match_runs.plan import card_of
from app.match_runs.run_input import read_pair
from app.orders import queries as order_queries
from matching import Verdict
from models.access import Actor
from models.jobs.order import Order
from models.match_run import MatchPair, MatchRun
from models.reference.area import area_names

# What a worker may refuse: rule -> the field that is empty while nobody has asked (matching.NEEDS).
MAY_REFUSE = {
    "city": "cities",
    "wage": "wage_floor_yuan",
    "available": "available_on",
    "night_shift": "night_shift",
    "dormitory": "dormitory_needed",
    "couple_room": "couple_room_needed",
}


@dataclass(frozen=True)
class RuleLine:
    """One hard rule on one pair: what the order asks, what the person has, the verdict, and what would
    help."""

    name: str
    label: str
    asks: str
    has: str
    verdict: str
    advice: str = ""


def page(session: Session, actor: Actor, run: MatchRun, order_id: int, worker_id: int) -> str | None:
    """Render the page, or return None where the reader may not see the pair.

    An enterprise sees only pairs of its own run, and only the verdicts, not what the register says.
    """
    order = queries.orders_by_id(session, actor, [order_id]).get(order_id)
    stored = session.get(MatchPair, (run.id, order_id, worker_id))
    if order is None or (run.enterprise_id and stored is None):
        return None
    worker, found = read_pair(session, actor, run, worker_id, [order])
    if worker is None:
        return None
    card, on = card_of(run), date.fromisoformat(run.settings["as_of"])
    shown = {} if run.enterprise_id else order_queries.take_homes(session, [order], worker.county_code, on)
    match = matching.score_pair(worker, found[0], card, on)
    person = queries.people(session, actor, [worker_id], on)[worker_id]
    lines = rule_lines(session, worker, found[0], order, on, masked=person.masked)
    return render_template(
        "match_runs/explanation.html",
        run=run,
        order=order,
        person=person,
        match=match,
        lines=lines,
        words=labels,
        factors=[
            (_(label), match.factors[key], card.points[key][-1]) for key, label in matching.FACTORS.items()
        ],
        sentence=labels.sentence(match, run.card),
        left=queries.left_out_row(session, run, worker_id),
        line=shown.get(order.id),
        changed=stored is not None and stored.score != match.score,
        stored=stored,
    )


def rule_lines(
    session: Session, worker: matching.Worker, asked: matching.Order, order: Order, on: date, *, masked: bool
) -> list[RuleLine]:
    """Every rule that asks something of this pair, those that fail first."""
    names = area_names(session, {order.city_code, *worker.cities})
    phrase = labels.Phrase(order, names.get(order.city_code, ""))
    found = []
    for rule in matching.RULES:
        verdict = rule.check(worker, asked, on)
        if verdict is Verdict.PASS and not _says_something(rule.name, asked):
            continue
        has = "" if masked else held(worker, rule.name, names, on)
        verdict_word, advice = _outcome(worker, asked, rule.name, verdict)
        found.append(
            RuleLine(rule.name, _(rule.label), phrase.requirement(rule.name), has, verdict_word, advice)
        )
    return sorted(found, key=lambda line: ("fail", "ask", "open", "pass").index(line.verdict))


def _outcome(worker: matching.Worker, order: matching.Order, name: str, verdict: Verdict) -> tuple[str, str]:
    """The verdict and what to do about it; ``open`` is a pass that rests on an answer nobody has yet."""
    if verdict is not Verdict.PASS:
        return verdict.value, _advice(order, name, verdict)
    silent = name in MAY_REFUSE and getattr(worker, MAY_REFUSE[name]) in (None, ())
    return ("open", "") if silent else ("pass", "")


def _advice(order: matching.Order, name: str, verdict: Verdict) -> str:
    if verdict is not Verdict.ASK:
        return _(labels.ADVICE[name])
    if name in matching.ORDER_SAYS and getattr(order, matching.ORDER_SAYS[name]) is None:
        return _("企业没有说，先问企业，写进岗位，再看合不合适")
    return _("先问清楚，填进资料，再看合不合适")


def _says_something(name: str, order: matching.Order) -> bool:
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


def held(worker: matching.Worker, name: str, names: dict[str, str], on: date) -> str:
    """What the register says about one person under one rule; 未知 where it says nothing."""
    floor, cities = worker.wage_floor_yuan, _("、").join(names.get(code, code) for code in worker.cities)
    values = {
        "legal_age": _age(worker, on),
        "age": _age(worker, on),
        "forbidden_work": {"M": _("男"), "F": _("女")}.get(worker.sex, _("未知")),
        "education": level_label(worker.education, "education"),
        "mandarin": level_label(worker.mandarin, "mandarin"),
        "health": level_label(worker.health, "health"),
        "certificates": _("、").join(worker.certificates) or _("未知"),
        "city": cities or _("没有限定"),
        "wage": _("未知") if floor is None else _("至少 %(yuan)s 元", yuan=number(floor)),
        "available": day(worker.available_on) if worker.available_on else _("未知"),
        "night_shift": yes_no(worker.night_shift, _("可以上夜班"), _("不上夜班")),
        "dormitory": yes_no(worker.dormitory_needed, _("要住宿"), _("不要住宿")),
        "couple_room": yes_no(worker.couple_room_needed, _("要夫妻房"), _("不要夫妻房")),
        "placed": yes_no(worker.placed, _("已有岗位"), _("待岗")),
    }
    return values[name]


def _age(worker: matching.Worker, on: date) -> str:
    return _("%(n)s 岁", n=age(worker.birth_date, on)) if worker.birth_date else _("未知")
