"""The definition: what one worker and one order are worth to each other. Everything fast must equal this."""

from datetime import date
from functools import lru_cache

from matching.clock import as_of
from matching.pairs.attributes import prefecture
from matching.pairs.conditions import Conditions, check_conditions
from matching.pairs.rules import check_all, lies_in, needs
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, Scorecard
from matching.text.cleaning import skill_key
from matching.text.similarity import occupation_similarity
from matching.text.titles import NORM, Title, parse, text_similarity
from matching.types import Match, Order, Worker

WAGE_STEPS = (0, 10, 20, 40)


def score_pair(
    worker: Worker,
    order: Order,
    card: Scorecard = DEFAULT_SCORECARD,
    today: date | None = None,
    conditions: Conditions = (),
) -> Match:
    """Score one pair: hard rules first, then the points of every factor.

    Points are counted for an infeasible pair too (they show what it would be worth), so look at ``feasible``
    first. While the order's start is unknown, ages are counted ``today`` (China's day by default).
    ``conditions`` are hard rules of the user's besides the engine's own. Raises nothing for unknown values:
    an unknown earns no points.

    >>> worker = Worker(worker_id="W1", birth_date=date(1990, 5, 1), wishes=("电焊工",))
    >>> match = score_pair(worker, Order(order_id="O1", title="焊工", start_on=date(2025, 3, 1)))
    >>> match.feasible, match.score, match.factors["occupation"]
    (True, 360, 360)
    """
    blocked, ask = check_all(worker, order, as_of(today))
    if conditions:
        failed, unknown = check_conditions(conditions, worker, order)
        blocked, ask = blocked + failed, ask + unknown
    factors = {name: card.points[name][level] for name, level in levels(worker, order).items()}
    matched, missing = compare_skills(worker, order)
    return Match(
        feasible=not blocked and not ask,
        score=sum(factors.values()),
        factors=factors,
        blocked=blocked,
        ask=ask,
        needs=needs(worker),
        matched_skills=matched,
        missing_skills=missing,
    )


def levels(worker: Worker, order: Order) -> dict[str, int]:
    """The level of every factor, in the order of ``FACTORS``."""
    title = parse(order.title, order.description)
    reached = {
        "occupation": max((occupation_similarity(parse(w), title) for w in worker.wishes), default=0) // 50,
        "experience": experience_level(worker.experience, order),
        "skills": skill_level(*map(len, compare_skills(worker, order))),
        "wage": wage_level(worker.wage_floor_yuan, order.wage_low_yuan, order.wage_high_yuan),
        "pairing": int(lies_in(worker.county_code, order.priority_counties)),
        "distance": distance_level(worker.county_code, order.city_code),
        "villagers": int(lies_in(worker.county_code, order.fellow_counties)),
        "training": int(order.order_id in worker.trained_for),
    }
    return {name: reached[name] for name in FACTORS}


def compare_skills(worker: Worker, order: Order) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The order's skills that the worker has, and those not named, in the order's own words."""
    held = {skill_key(name) for name in worker.skills}
    wanted = {skill_key(name): name for name in reversed(order.skills)}
    matched = tuple(name for key, name in reversed(wanted.items()) if key in held)
    return matched, tuple(name for key, name in reversed(wanted.items()) if key not in held)


def skill_level(matched: int, missing: int) -> int:
    """Quarters of the wanted skills that are there, rounded down: 0 to 4."""
    return 4 * matched // (matched + missing) if matched else 0


def experience_level(experience: str, order: Order) -> int:
    """Tenths of the cosine between the worker's experience and the order's words, rounded down."""
    if not experience:
        return 0
    return text_similarity(parse(experience), order_text(order)) * 10 // NORM


def order_text(order: Order) -> Title:
    """Title and description of an order, read together."""
    return parse(f"{order.title} {order.description}", order.description)


@lru_cache(maxsize=1 << 16)
def wage_level(floor: int | None, low: int | None, high: int | None) -> int:
    """0 unknown, 1 only the upper end reaches the floor, then how far the sure wage lies above it."""
    sure = low if low is not None else high
    if floor is None or sure is None:
        return 0
    steps = sum(sure * 100 >= floor * (100 + step) for step in WAGE_STEPS)
    if steps:
        return 1 + steps
    return int(high is not None and high >= floor)


@lru_cache(maxsize=1 << 16)
def distance_level(county: str, city: str) -> int:
    """2 within the same prefecture, 1 within the same province, 0 farther away or unknown."""
    if not county or not city:
        return 0
    return int(county[:2] == city[:2]) + int(prefecture(county) == prefecture(city))
