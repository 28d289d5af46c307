"""What an enterprise may learn of people it may not see, however often it asks: bands, and nothing else.

Wages count in steps of WAGE_STEP, ages in bands of about five years, the day of beginning by its month, so
no row of questions narrows a floor, an age or a day further. Before the city's approval the answer is that of
a week's sample (``weekly_sample``). All numbers are bands, none like few; and an organisation asks so often a
day and no more.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from app.match_runs.candidate_pool import CandidatePool
from app.match_runs.constraint_counts import ConstraintCounts, part_by_rules
from app.match_runs.weekly_sample import sample_counts
from models.clock import CHINA
from models.i18n import Sentence
from models.match_run import SAMPLED_OF, ConstraintCost, MatchPair, MatchRun
from models.numbers import FEW, band
from models.people.masks import AGE_EDGES
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

WAGE_STEP = 500
ASKED_A_DAY = 30
# What a score says of a wage says it of the person's floor.
TELLS_A_FLOOR = "wage"
# Rules of which nothing is told of a masked person, not even that they hold.
UNTOLD = frozenset({"health"})


def in_bands(order: matching.Order, today: date) -> matching.Order:
    """``order`` as it is asked of people whose floor and day are known by their bands only.

    Rounded so that nobody fits who would not fit the order itself: f <= w for every floor f of the band.
    """
    start = order.start_on
    return dataclasses.replace(
        order,
        wage_low_yuan=_step(order.wage_low_yuan),
        wage_high_yuan=_step(order.wage_high_yuan),
        min_age=None if order.min_age is None else _from_age(order.min_age),
        max_age=None if order.max_age is None else _to_age(order.max_age),
        start_on=None if start is None else max(start.replace(day=1), today),
    )


def _from_age(years: int) -> int:
    """The first year of the first band that lies above ``years`` whole."""
    return next((edge for edge in AGE_EDGES if edge >= years), years)


def _to_age(years: int) -> int:
    """The last year of the last band that lies below ``years`` whole; above the last edge nothing is hidden
    that a list could tell apart."""
    below = [edge - 1 for edge in AGE_EDGES if edge - 1 <= years]
    return max(below, default=years)


def _step(yuan: int | None) -> int | None:
    return None if yuan is None else yuan // WAGE_STEP * WAGE_STEP


def without_floors(scorecard: matching.Scorecard) -> matching.Scorecard:
    """``scorecard`` without what it says of wages: for the order in which masked people stand."""
    nothing = (0,) * len(scorecard.points[TELLS_A_FLOOR])
    return dataclasses.replace(scorecard, points={**scorecard.points, TELLS_A_FLOOR: nothing})


def seen_factors(factors: Mapping[str, int]) -> dict[str, int]:
    """The points of a pair that may be told of a masked person."""
    return {name: points for name, points in factors.items() if name != TELLS_A_FLOOR}


@dataclasses.dataclass(frozen=True)
class SeenPair:
    """A stored pair as those read it who may not see the person: without the points of the wage."""

    order_id: int
    worker_id: int
    rank: int
    score: int
    factors: dict[str, int]
    matched_skills: list[str]
    missing_skills: list[str]
    needs: list[str]

    @classmethod
    def of(cls, pair: MatchPair) -> "SeenPair":
        """From the row of a run."""
        factors = seen_factors(pair.factors)
        return cls(
            order_id=pair.order_id,
            worker_id=pair.worker_id,
            rank=pair.rank,
            score=sum(factors.values()),
            factors=factors,
            matched_skills=list(pair.matched_skills),
            missing_skills=list(pair.missing_skills),
            needs=list(pair.needs),
        )


# --- numbers --------------------------------------------------------------------------------------------


def counts_in_bands(pool: CandidatePool, order: matching.Order, sampled_on: date | None) -> ConstraintCounts:
    """How an order's rules part a pool, in bands; of the week's sample where ``sampled_on`` names a day.

    Every rule that asks something has a line, whether it keeps anybody out or not: a line that comes and goes
    would tell of one person.
    """
    if sampled_on is None:
        exact, times = part_by_rules(pool, order, names_people=False), 1
    else:
        exact, times = sample_counts(pool, order, sampled_on), SAMPLED_OF
    told = {cost["rule"]: cost for cost in exact.costs}
    costs = [_cost_in_bands(rule, told.get(rule), times) for rule in exact.asked]
    reasons = {reason: _band(people, times) for reason, people in exact.reasons.items()}
    return ConstraintCounts(
        fitting=_band(exact.fitting, times),
        reasons={reason: people for reason, people in reasons.items() if people},
        costs=sorted(costs, key=lambda cost: (-cost["alone"], -cost["touched"])),
    )


def _cost_in_bands(rule: str, cost: ConstraintCost | None, times: int) -> ConstraintCost:
    alone, touched = (cost["alone"], cost["touched"]) if cost else (0, 0)
    return {"rule": rule, "alone": _band(alone, times), "touched": _band(touched, times)}


def _band(people: int, times: int) -> int:
    return band(people * times, FEW * times)


# --- how often ------------------------------------------------------------------------------------------


def asked_on(session: Session, enterprise_id: int, today: date) -> int:
    """How often an organisation has asked ``today``, whoever of it."""
    begun = datetime.combine(today, time(), CHINA)
    asked = select(func.count()).select_from(MatchRun)
    mine = MatchRun.enterprise_id == enterprise_id, MatchRun.created_at >= begun
    return session.scalar(asked.where(*mine)) or 0


def spend(session: Session, enterprise_id: int, today: date, most: int) -> None:
    """Refuse one asking more than ``most`` a day; the caller notes its run in the same transaction.

    Raises TransitionRefused. The organisation's row is held until then, so that two at once are counted.
    """
    session.scalar(select(Organisation.id).where(Organisation.id == enterprise_id).with_for_update())
    if asked_on(session, enterprise_id, today) >= most:
        raise TransitionRefused(
            Sentence(
                "贵单位今天已经查了 %(n)s 次，次数用完了，明天零点以后再查。查过的结果都还在，可以照常看。",
                {"n": most},
            )
        )
