"""Champion and challenger: learn a scorecard from what became of offers, and judge it on later ones.

Outcomes are split by time. On the earlier part a logistic model of staying is fitted and turned into a card
(``matching.learn.fit``); on the later part old and new card are compared (``matching.learn.evaluation``) and
the groups audited (``matching.learn.fairness``). Sex, ethnicity and county are read by the audit only.
"""

import enum
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from matching.learn.direction import contradicted
from matching.learn.evaluation import (
    Measures,
    calibrate,
    clustered_error,
    log_losses,
    measure,
    probability,
    ranking_lost,
)
from matching.learn.fairness import CardView, GroupResult, audit, too_small
from matching.learn.fit import card_of, choose_steps, scores_of
from matching.learn.outcomes import UNKNOWN, History
from matching.pairs.scorecard import FACTORS, Scorecard

LATER_SHARE = 0.3
# Twenty of the rarer outcome per factor to learn from (Ogundimu 2016); a hundred to judge by (Vergouwe 2005).
NEEDED_EARLIER, NEEDED_LATER, NEEDED_QUERIES = 20 * len(FACTORS), 100, 30
SHOWN_FROM = 30
CERTAINTY = 1.645  # one-sided 95 %
# What may be lost elsewhere: NDCG also by as much as chance moves it (one standard error).
WORSE_CALIBRATION, WORSE_RANKING = 0.02, 0.005


class ScorecardVerdict(enum.StrEnum):
    """What the comparison says about the new card.

    >>> ScorecardVerdict.MAY_SWITCH.value
    'may_switch'
    """

    MAY_SWITCH = "may_switch"
    TOO_FEW = "too_few"
    NOT_BETTER = "not_better"
    GROUP_WORSE = "group_worse"


@dataclass(frozen=True, slots=True)
class Period:
    """One part of the outcomes: how many are known, how many stayed, from which day to which."""

    known: int
    stayed: int
    first: date | None
    last: date | None

    @property
    def rarer(self) -> int:
        """How often the rarer of the two outcomes occurs."""
        return min(self.stayed, self.known - self.stayed)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the comparison found.

    ``unknown`` outcomes are left out of everything but this count. ``wanted`` is about how many known
    outcomes it takes altogether (0 when there are enough). ``gain`` is by how much the challenger's log loss
    is lower a person, ``gain_least`` the same at 95 % certainty; ``ranking_lost`` by how much NDCG falls and
    its standard error, on the order's side and on the worker's. ``weights`` are the most points of each
    factor, before and after. ``small_groups`` counts, by attribute, the groups too small to be judged.
    ``contradicted`` names factors for which the challenger gives more where, beyond chance, fewer stayed.
    """

    months: int
    verdict: ScorecardVerdict
    earlier: Period
    later: Period
    unknown: int
    wanted: int
    champion: Measures | None = None
    challenger: Measures | None = None
    gain: float = 0.0
    gain_least: float = 0.0
    ranking_lost: list[tuple[float, float]] | None = None
    weights: dict[str, tuple[int, int]] | None = None
    groups: list[GroupResult] | None = None
    small_groups: dict[str, int] | None = None
    contradicted: list[str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; dates as ISO text."""
        content = asdict(self)
        for period in (content["earlier"], content["later"]):
            period |= {name: period[name] and period[name].isoformat() for name in ("first", "last")}
        return content


@dataclass(frozen=True, slots=True)
class Learned:
    """The challenger (None when there were too few outcomes even to look) and what is to be said about it.

    >>> from matching import DEFAULT_SCORECARD
    >>> learn_scorecard(History.of([]), DEFAULT_SCORECARD, "2026.1").report.wanted > 0
    True
    """

    card: Scorecard | None
    report: Report


def learn_scorecard(history: History, champion: Scorecard, version: str, months: int = 6) -> Learned:
    """Learn a card named ``version`` from outcomes after ``months`` (3 or 6), and judge it against
    ``champion``.

    Raises ``KeyError`` for other months. The same history always gives the same card.

    >>> from matching import DEFAULT_SCORECARD
    >>> nothing = learn_scorecard(History.of([]), DEFAULT_SCORECARD, "2026.1")
    >>> nothing.card, nothing.report.verdict.name
    (None, 'TOO_FEW')
    """
    known = history.stayed[months] != UNKNOWN
    cut = split_day(history, known)
    earlier, later = history.take(history.day < cut), history.take(history.day >= cut)
    periods = period_of(earlier, months), period_of(later, months)
    unknown = int((~known & (history.reached != 0)).sum())
    report = Report(months, ScorecardVerdict.TOO_FEW, *periods, unknown, wanted(*periods))
    if min(period.rarer for period in periods) < SHOWN_FROM:
        return Learned(None, report)
    learned = earlier.take(earlier.stayed[months] != UNKNOWN)
    card = card_of(choose_steps(learned.levels, learned.stayed[months], champion), champion, version)
    return Learned(card, _compare(report, earlier, later, champion, card))


def split_day(history: History, known: np.ndarray) -> int:
    """The day from which on outcomes are kept for judging: three in ten of the known ones."""
    days = history.day[known]
    return int(days[int(len(days) * (1 - LATER_SHARE))]) if len(days) else 0


def period_of(history: History, months: int) -> Period:
    """Count one part."""
    known = history.stayed[months] != UNKNOWN
    days = history.day[known]
    first, last = (date.fromordinal(int(days[n])) for n in (0, -1)) if len(days) else (None, None)
    return Period(int(known.sum()), int((history.stayed[months] == 1).sum()), first, last)


def wanted(earlier: Period, later: Period) -> int:
    """About how many known outcomes are needed in all; 0 when there are enough."""
    if earlier.rarer >= NEEDED_EARLIER and later.rarer >= NEEDED_LATER:
        return 0
    known, rarer = earlier.known + later.known, earlier.rarer + later.rarer
    share = max(rarer, 1) / known if known else 0.5
    most = max(NEEDED_EARLIER / (1 - LATER_SHARE), NEEDED_LATER / LATER_SHARE) / share
    return max(int(np.ceil(most / 100)) * 100, known + 1)


def _compare(report: Report, earlier: History, later: History, *cards: Scorecard) -> Report:
    """Fill the report with how champion and challenger (``cards``) do on the later part."""
    months, judged = report.months, later.take(later.stayed[report.months] != UNKNOWN)
    stayed = judged.stayed[months].astype(float)
    lines = [calibrate(earlier, card, months) for card in cards]
    before, after = (measure(later, card, line, months) for card, line in zip(cards, lines, strict=True))
    chances = [probability(judged.levels, card, line) for card, line in zip(cards, lines, strict=True)]
    views = [
        CardView(scores_of(judged.levels, card), chance) for card, chance in zip(cards, chances, strict=True)
    ]
    better = log_losses(chances[0], stayed) - log_losses(chances[1], stayed)
    compared = replace(
        report,
        champion=before,
        challenger=after,
        gain=float(better.mean()),
        gain_least=float(better.mean() - CERTAINTY * clustered_error(better, judged.order)),
        ranking_lost=ranking_lost(later, *cards),
        weights={name: (cards[0].points[name][-1], cards[1].points[name][-1]) for name in FACTORS},
        groups=audit(judged, stayed, *views),
        small_groups=too_small(judged),
        contradicted=_contradicted((earlier, later), months, cards[1]),
    )
    return replace(compared, verdict=_verdict(compared, before, after))


def _contradicted(parts: tuple[History, ...], months: int, card: Scorecard) -> list[str]:
    known = [part.take(part.stayed[months] != UNKNOWN) for part in parts]
    levels, stayed = (
        np.concatenate(each) for each in zip(*((p.levels, p.stayed[months]) for p in known), strict=True)
    )
    return contradicted(levels, stayed, card)


def _verdict(compared: Report, before: Measures, after: Measures) -> ScorecardVerdict:
    queries = min(before.by_order.queries, before.by_worker.queries)
    if compared.wanted or queries < NEEDED_QUERIES:
        return ScorecardVerdict.TOO_FEW
    apart = after.calibration_error - before.calibration_error
    ranks_worse = any(lost > max(WORSE_RANKING, error) for lost, error in compared.ranking_lost or ())
    if compared.contradicted:
        return ScorecardVerdict.NOT_BETTER
    if compared.gain_least <= 0 or after.auc <= before.auc or apart > WORSE_CALIBRATION or ranks_worse:
        return ScorecardVerdict.NOT_BETTER
    return (
        ScorecardVerdict.GROUP_WORSE
        if any(group.worse for group in compared.groups or ())
        else ScorecardVerdict.MAY_SWITCH
    )
